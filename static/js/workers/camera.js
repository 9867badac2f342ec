/**
 * The timer, the frames and the JPEG encoder, away from the page: a hidden tab does not slow a dedicated worker.
 *
 * @typedef {{type: "interval", intervalMs: number} | {type: "frames", readable: ReadableStream<VideoFrame>}
 *   | {type: "track", track: MediaStreamTrack} | {type: "take", largestBytes: number} | {type: "lend"} | {type: "look"}
 *   | {type: "encode", bitmap: ImageBitmap, largestBytes: number} | {type: "look-at", bitmap: ImageBitmap}
 *   | {type: "drop"}} Request  from the page; lend: the newest frame, as it is, to be read in this
 *   browser; look: is there a picture, without taking one
 * @typedef {{type: "able", canEncode: boolean, canReadTracks: boolean} | {type: "tick"}
 *   | {type: "look"} | {type: "looked", seesPicture: boolean} | {type: "snapshot", frame: ArrayBuffer}
 *   | {type: "lent", frame: VideoFrame, takenAt: number}
 *   | {type: "nothing"}} Answer  to the page; look: it is time to; nothing: no picture yet, or the encoder failed
 */

import { FIRST_QUALITY, LOWEST_QUALITY, nextQuality, nextTick, snapshotFrame } from "../capture-timer.js";
import { Gaze, THUMBNAIL } from "../gaze.js";
import { pixelsOf } from "../reading/frame.js";

const canEncode = typeof OffscreenCanvas === "function" && "convertToBlob" in OffscreenCanvas.prototype;
const canReadTracks = typeof MediaStreamTrackProcessor === "function";
/** In no rhythm with the snapshots, nor with a recording that is shown in a loop. */
const LOOK_EVERY_MS = 700;
const gaze = new Gaze();

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {ReadableStreamDefaultReader<VideoFrame> | null} */
let reader = null;
/** @type {MediaStreamTrack | null} */
let ownTrack = null;
/** @type {VideoFrame | null} */
let newest = null;
let isNewer = false;
let quality = FIRST_QUALITY;
/** @type {OffscreenCanvas | null} */
let canvas = null;
let done = Promise.resolve();

/** @param {Answer} answer @param {Transferable[]} [transfer]  handed over with it */
function tell(answer, transfer = []) {
  postMessage(answer, { transfer });
}

/** @param {number} intervalMs */
function startTimer(intervalMs) {
  clearTimeout(timer);
  let planned = performance.now();
  function wait() {
    planned = nextTick(planned, performance.now(), intervalMs);
    timer = setTimeout(tick, planned - performance.now());
  }
  function tick() {
    tell({ type: "tick" });
    wait();
  }
  wait();
}

/**
 * Every frame is read and all but the newest are let go, so that a snapshot is never one interval old.
 * @param {ReadableStream<VideoFrame>} readable
 */
async function readFrames(readable) {
  drop();
  const own = readable.getReader();
  reader = own;
  while (reader === own) {
    // A stream that breaks ends like one that stops: the page hears of it from the track.
    const { value, done } = await own.read().catch(() => ({ value: undefined, done: true }));
    if (done || !value) return;
    if (reader === own) keep(value);
    else value.close();
  }
}

/** @param {MediaStreamTrack} track */
function readTrack(track) {
  const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
  readFrames(readable);
  ownTrack = track;
}

/** @param {VideoFrame | null} frame */
function keep(frame) {
  newest?.close();
  newest = frame;
  isNewer = frame !== null;
}

function drop() {
  reader?.cancel().catch(() => {});
  reader = null;
  keep(null);
  ownTrack?.stop();
  ownTrack = null;
  inTurn(() => gaze.forget());
}

/**
 * From a copy of the pixels: nothing of a camera is drawn on this canvas, for Chromium would keep it.
 * @param {ImageBitmap | VideoFrame} picture
 * @param {number} largestBytes
 */
async function encode(picture, largestBytes) {
  const { width, height, data } = await pixelsOf(picture);
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new Error("This browser gives no canvas");
  context.putImageData(new ImageData(data, width, height), 0, 0);
  let blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  while (blob.size > largestBytes && quality > LOWEST_QUALITY) {
    quality = nextQuality(quality, blob.size, largestBytes);
    blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  }
  quality = nextQuality(quality, blob.size, largestBytes);
  return blob.arrayBuffer();
}

/** @param {ImageBitmap | VideoFrame} picture  closed here @param {number} largestBytes */
async function answer(picture, largestBytes) {
  const takenAt = Date.now();
  try {
    const frame = snapshotFrame(takenAt, await encode(picture, largestBytes));
    tell({ type: "snapshot", frame }, [frame]);
  } catch {
    tell({ type: "nothing" });
  }
  picture.close();
}

/** @param {number} largestBytes */
async function take(largestBytes) {
  if (!newest) return tell({ type: "nothing" });
  await answer(newest.clone(), largestBytes);
}

function lend() {
  if (!newest) return tell({ type: "nothing" });
  const frame = newest.clone();
  tell({ type: "lent", frame, takenAt: Date.now() }, [frame]);
}

/** @param {ImageBitmap | VideoFrame | null} picture  closed here; null: none has come since the last look */
async function look(picture) {
  let seesPicture = false;
  try {
    if (picture) seesPicture = gaze.judge((await pixelsOf(picture, THUMBNAIL)).data.slice());
  } catch {
    // No picture, as far as can be told.
  }
  picture?.close();
  tell({ type: "looked", seesPicture });
}

async function lookAtNewest() {
  const picture = isNewer && newest ? newest.clone() : null;
  isNewer = false;
  await look(picture);
}

/** Whose pixels are copied come one after the other. @param {() => Promise<void> | void} job */
function inTurn(job) {
  done = done.then(job);
}

/** @param {MessageEvent<Request>} event */
function onrequest({ data: request }) {
  switch (request.type) {
    case "interval":
      return startTimer(request.intervalMs);
    case "frames":
      return readFrames(request.readable);
    case "track":
      return readTrack(request.track);
    case "take":
      return inTurn(() => take(request.largestBytes));
    case "lend":
      return lend();
    case "encode":
      return inTurn(() => answer(request.bitmap, request.largestBytes));
    case "look":
      return inTurn(lookAtNewest);
    case "look-at":
      return inTurn(() => look(request.bitmap));
    case "drop":
      return drop();
  }
}

addEventListener("message", onrequest);
setInterval(() => tell({ type: "look" }), LOOK_EVERY_MS);
tell({ type: "able", canEncode, canReadTracks });
