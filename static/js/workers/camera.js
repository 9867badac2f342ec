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

import { FIRST_QUALITY, LOWEST_QUALITY, nextQuality, nextTick, snapshotFrame, snapshotSize } from "../capture-timer.js";
import { Gaze, thumbnails } from "../gaze.js";

const canEncode = typeof OffscreenCanvas === "function" && "convertToBlob" in OffscreenCanvas.prototype;
const canReadTracks = typeof MediaStreamTrackProcessor === "function";
/** In no rhythm with the snapshots, nor with a recording that is shown in a loop. */
const LOOK_EVERY_MS = 700;
const gaze = new Gaze();
const thumbnail = canEncode ? thumbnails(new OffscreenCanvas(1, 1)) : null;

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
  gaze.forget();
}

/**
 * @param {CanvasImageSource} picture
 * @param {number} sourceWidth
 * @param {number} sourceHeight
 * @param {number} largestBytes
 */
async function encode(picture, sourceWidth, sourceHeight, largestBytes) {
  const size = snapshotSize(sourceWidth, sourceHeight);
  canvas ??= new OffscreenCanvas(size.width, size.height);
  Object.assign(canvas, size);
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("This browser gives no canvas");
  context.drawImage(picture, 0, 0, size.width, size.height);
  let blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  while (blob.size > largestBytes && quality > LOWEST_QUALITY) {
    quality = nextQuality(quality, blob.size, largestBytes);
    blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  }
  quality = nextQuality(quality, blob.size, largestBytes);
  return blob.arrayBuffer();
}

/**
 * @param {ImageBitmap | VideoFrame} picture
 * @param {number} width
 * @param {number} height
 * @param {number} largestBytes
 */
async function answer(picture, width, height, largestBytes) {
  const takenAt = Date.now();
  try {
    const frame = snapshotFrame(takenAt, await encode(picture, width, height, largestBytes));
    tell({ type: "snapshot", frame }, [frame]);
  } catch {
    tell({ type: "nothing" });
  }
}

/** @param {number} largestBytes */
async function take(largestBytes) {
  if (!newest) return tell({ type: "nothing" });
  const frame = newest.clone();
  await answer(frame, frame.displayWidth, frame.displayHeight, largestBytes);
  frame.close();
}

function lend() {
  if (!newest) return tell({ type: "nothing" });
  const frame = newest.clone();
  tell({ type: "lent", frame, takenAt: Date.now() }, [frame]);
}

/** @param {ImageBitmap} bitmap @param {number} largestBytes */
async function encodeOnce(bitmap, largestBytes) {
  await answer(bitmap, bitmap.width, bitmap.height, largestBytes);
  bitmap.close();
}

/** @param {ImageBitmap | VideoFrame | null} picture  null: none has come since the last look */
function look(picture) {
  try {
    tell({ type: "looked", seesPicture: Boolean(picture && thumbnail && gaze.judge(thumbnail(picture))) });
  } catch {
    tell({ type: "looked", seesPicture: false });
  }
}

function lookAtNewest() {
  look(isNewer ? newest : null);
  isNewer = false;
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
      return take(request.largestBytes);
    case "lend":
      return lend();
    case "encode":
      return encodeOnce(request.bitmap, request.largestBytes);
    case "look":
      return lookAtNewest();
    case "look-at":
      look(request.bitmap);
      return request.bitmap.close();
    case "drop":
      return drop();
  }
}

addEventListener("message", onrequest);
setInterval(() => tell({ type: "look" }), LOOK_EVERY_MS);
tell({ type: "able", canEncode, canReadTracks });
