/* The timer, the frames and the JPEG encoder, away from the page: a hidden tab does not slow a dedicated worker.
 *
 * From the page   {type: "interval", intervalMs} · {type: "frames", readable} · {type: "track", track} ·
 *                 {type: "take"} · {type: "encode", bitmap} · {type: "drop"}
 * To the page     {type: "able", canEncode, canReadTracks} · {type: "tick"} · {type: "snapshot", jpeg} ·
 *                 {type: "nothing"} (no picture from the camera yet, or the encoder failed)
 */

import { FIRST_QUALITY, LOWEST_QUALITY, LARGEST_BYTES, nextQuality, nextTick, snapshotSize } from "../capture-timer.js";

const canEncode = typeof OffscreenCanvas === "function" && "convertToBlob" in OffscreenCanvas.prototype;
const canReadTracks = typeof MediaStreamTrackProcessor === "function";

let timer = 0;
let reader = null;
let ownTrack = null;
let newest = null;
let quality = FIRST_QUALITY;
let canvas = null;

function startTimer(intervalMs) {
  clearTimeout(timer);
  let planned = performance.now();
  function wait() {
    planned = nextTick(planned, performance.now(), intervalMs);
    timer = setTimeout(tick, planned - performance.now());
  }
  function tick() {
    postMessage({ type: "tick" });
    wait();
  }
  wait();
}

/** Every frame is read and all but the newest are let go, so that a snapshot is never one interval old. */
async function readFrames(readable) {
  drop();
  const own = readable.getReader();
  reader = own;
  while (reader === own) {
    // A stream that breaks ends like one that stops: the page hears of it from the track.
    const { value, done } = await own.read().catch(() => ({ done: true }));
    if (done) return;
    if (reader === own) keep(value);
    else value.close();
  }
}

function readTrack(track) {
  const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
  readFrames(readable);
  ownTrack = track;
}

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

async function encode(picture, sourceWidth, sourceHeight) {
  const size = snapshotSize(sourceWidth, sourceHeight);
  canvas ??= new OffscreenCanvas(size.width, size.height);
  Object.assign(canvas, size);
  canvas.getContext("2d", { alpha: false }).drawImage(picture, 0, 0, size.width, size.height);
  let blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  while (blob.size > LARGEST_BYTES && quality > LOWEST_QUALITY) {
    quality = nextQuality(quality, blob.size);
    blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  }
  quality = nextQuality(quality, blob.size);
  return blob.arrayBuffer();
}

async function answer(picture, width, height) {
  try {
    const jpeg = await encode(picture, width, height);
    postMessage({ type: "snapshot", jpeg }, [jpeg]);
  } catch {
    postMessage({ type: "nothing" });
  }
}

async function take() {
  if (!newest) return postMessage({ type: "nothing" });
  const frame = newest.clone();
  await answer(frame, frame.displayWidth, frame.displayHeight);
  frame.close();
}

const HANDLERS = {
  interval: ({ intervalMs }) => startTimer(intervalMs),
  frames: ({ readable }) => readFrames(readable),
  track: ({ track }) => readTrack(track),
  take,
  encode: async ({ bitmap }) => {
    await answer(bitmap, bitmap.width, bitmap.height);
    bitmap.close();
  },
  drop,
};

addEventListener("message", ({ data }) => HANDLERS[data.type](data));
postMessage({ type: "able", canEncode, canReadTracks });
