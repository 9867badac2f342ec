/* From a frame of the camera to the pixels that are read: as large as a snapshot would be. */

import { snapshotSize } from "../capture-timer.js";
import { CannotRead } from "./cannot-read.js";

/** @typedef {import("./pixels.js").Picture} Picture */

let copied = new Uint8Array(0);
/** @type {OffscreenCanvas | null} */
let canvas = null;

/**
 * @param {ImageBitmap | VideoFrame} frame  stays open
 * @returns {Promise<Picture>}  good until the next frame is asked for
 * @throws {CannotRead}  no_canvas
 */
export async function pixelsOf(frame) {
  const { width, height } = snapshotSize(...shownSize(frame));
  const whole = await copyOf(frame);
  return whole ? shrunk(whole, width, height) : drawn(frame, width, height);
}

/** @param {ImageBitmap | VideoFrame} frame @returns {[number, number]} */
function shownSize(frame) {
  return "displayWidth" in frame ? [frame.displayWidth, frame.displayHeight] : [frame.width, frame.height];
}

/**
 * All pixels of the frame, without a canvas: Chromium keeps what is drawn of a camera there, up to 500 MB. Null where the
 * browser cannot, or where the frame is to be shown turned.
 * @param {ImageBitmap | VideoFrame} given
 * @returns {Promise<Picture | null>}
 */
async function copyOf(given) {
  if (typeof VideoFrame !== "function") return null;
  const frame = given instanceof VideoFrame ? given : new VideoFrame(given, { timestamp: 0 });
  try {
    if (isTurned(frame) || !frame.visibleRect) return null;
    const layout = /** @type {const} */ ({ format: "RGBA", colorSpace: "srgb" });
    const bytes = frame.allocationSize(layout);
    if (copied.length !== bytes) copied = new Uint8Array(bytes);
    await frame.copyTo(copied, layout);
    return { width: frame.visibleRect.width, height: frame.visibleRect.height, data: copied };
  } catch (error) {
    if (/** @type {Error} */ (error).name === "NotSupportedError") return null;
    throw error;
  } finally {
    if (frame !== given) frame.close();
  }
}

/** As newer browsers say of a camera held sideways. @param {VideoFrame & {rotation?: number, flip?: boolean}} frame */
function isTurned({ rotation = 0, flip = false }) {
  return rotation !== 0 || flip;
}

/** @param {ImageBitmap | VideoFrame} frame @param {number} width @param {number} height */
function drawn(frame, width, height) {
  if (typeof OffscreenCanvas !== "function") throw new CannotRead("no_canvas");
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (!context) throw new CannotRead("no_canvas");
  context.drawImage(frame, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/**
 * The picture in another size: each pixel is the mean of the area that it covers.
 * @param {Picture} picture
 * @param {number} width
 * @param {number} height
 * @returns {Picture}
 */
export function shrunk(picture, width, height) {
  if (picture.width === width && picture.height === height) return picture;
  const narrow = new Float32Array(4 * width * picture.height);
  along(picture.data, narrow, {
    from: picture.width,
    to: width,
    step: 4,
    lines: picture.height,
    each: [picture.width, width],
  });
  const small = new Uint8ClampedArray(4 * width * height);
  along(narrow, small, { from: picture.height, to: height, step: 4 * width, lines: width, each: [1, 1] });
  return { width, height, data: small };
}

/**
 * Every line of RGBA pixels in another length.
 * @param {ArrayLike<number>} source
 * @param {Float32Array | Uint8ClampedArray} target
 * @param {{from: number, to: number, step: number, lines: number, each: [number, number]}} lines  pixels of a line
 *   before and after, numbers from one pixel of it to the next, and how many pixels one line is from the next
 */
function along(source, target, { from, to, step, lines, each: [sourceLine, targetLine] }) {
  const covered = from / to;
  for (let pixel = 0; pixel < to; pixel += 1) {
    const start = pixel * covered;
    const end = Math.min(start + covered, from);
    for (let line = 0; line < lines; line += 1) {
      let [red, green, blue] = [0, 0, 0];
      for (let at = Math.floor(start); at < end; at += 1) {
        const share = (Math.min(at + 1, end) - Math.max(at, start)) / covered;
        const place = at * step + 4 * line * sourceLine;
        red += share * source[place];
        green += share * source[place + 1];
        blue += share * source[place + 2];
      }
      const place = pixel * step + 4 * line * targetLine;
      target[place] = red;
      target[place + 1] = green;
      target[place + 2] = blue;
      target[place + 3] = 255;
    }
  }
}
