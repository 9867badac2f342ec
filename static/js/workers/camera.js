/**
 * The timer, the frames and the JPEG encoder, away from the page: a hidden tab does not slow a dedicated worker.
 *
 * @typedef {{type: "interval", intervalMs: number} | {type: "frames", readable: ReadableStream<VideoFrame>}
 *   | {type: "track", track: MediaStreamTrack} | {type: "take"} | {type: "encode", bitmap: ImageBitmap}
 *   | {type: "drop"}} Request  from the page
 * @typedef {{type: "able", canEncode: boolean, canReadTracks: boolean} | {type: "tick"}
 *   | {type: "snapshot", jpeg: ArrayBuffer} | {type: "nothing"}} Answer  to the page; nothing: no picture from the
 *   camera yet, or the encoder failed
 */

import { FIRST_QUALITY, LARGEST_BYTES, LOWEST_QUALITY, nextQuality, nextTick, snapshotSize } from "../capture-timer.js";

const canEncode = typeof OffscreenCanvas === "function" && "convertToBlob" in OffscreenCanvas.prototype;
const canReadTracks = typeof MediaStreamTrackProcessor === "function";

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {ReadableStreamDefaultReader<VideoFrame> | null} */
let reader = null;
/** @type {MediaStreamTrack | null} */
let ownTrack = null;
/** @type {VideoFrame | null} */
let newest = null;
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
}

function drop() {
  reader?.cancel().catch(() => {});
  reader = null;
  keep(null);
  ownTrack?.stop();
  ownTrack = null;
}

/**
 * @param {CanvasImageSource} picture
 * @param {number} sourceWidth
 * @param {number} sourceHeight
 */
async function encode(picture, sourceWidth, sourceHeight) {
  const size = snapshotSize(sourceWidth, sourceHeight);
  canvas ??= new OffscreenCanvas(size.width, size.height);
  Object.assign(canvas, size);
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("This browser gives no canvas");
  context.drawImage(picture, 0, 0, size.width, size.height);
  let blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  while (blob.size > LARGEST_BYTES && quality > LOWEST_QUALITY) {
    quality = nextQuality(quality, blob.size);
    blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  }
  quality = nextQuality(quality, blob.size);
  return blob.arrayBuffer();
}

/**
 * @param {CanvasImageSource} picture
 * @param {number} width
 * @param {number} height
 */
async function answer(picture, width, height) {
  try {
    const jpeg = await encode(picture, width, height);
    tell({ type: "snapshot", jpeg }, [jpeg]);
  } catch {
    tell({ type: "nothing" });
  }
}

async function take() {
  if (!newest) return tell({ type: "nothing" });
  const frame = newest.clone();
  await answer(frame, frame.displayWidth, frame.displayHeight);
  frame.close();
}

/** @param {ImageBitmap} bitmap */
async function encodeOnce(bitmap) {
  await answer(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
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
      return take();
    case "encode":
      return encodeOnce(request.bitmap);
    case "drop":
      return drop();
  }
}

addEventListener("message", onrequest);
tell({ type: "able", canEncode, canReadTracks });
