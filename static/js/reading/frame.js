/* From a frame of the camera to its pixels, in a smaller size: what is read, and what a snapshot is made of. */

import { snapshotSize } from "../capture-timer.js";
import { CannotRead } from "./cannot-read.js";

/** @typedef {import("./pixels.js").Picture} Picture */

let copied = new Uint8ClampedArray(0);
/** @type {OffscreenCanvas | null} */
let canvas = null;

/**
 * One frame at a time: the next is asked for once the pixels of the last are there.
 * @param {ImageBitmap | VideoFrame} frame  stays open
 * @param {{width: number, height: number}} [size]  that of a snapshot, if none is named
 * @returns {Promise<Picture & {data: Uint8ClampedArray<ArrayBuffer>}>}  good until the next frame is asked for
 * @throws {CannotRead}  no_canvas
 */
export async function pixelsOf(frame, { width, height } = snapshotSize(...shownSize(frame))) {
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
 */
async function copyOf(given) {
  if (typeof VideoFrame !== "function") return null;
  const frame = given instanceof VideoFrame ? given : new VideoFrame(given, { timestamp: 0 });
  try {
    if (isTurned(frame) || !frame.visibleRect) return null;
    const layout = new Layout();
    const bytes = frame.allocationSize(layout);
    if (!layout.isUnderstood) return null;
    if (copied.length !== bytes) copied = new Uint8ClampedArray(bytes);
    await frame.copyTo(copied, layout);
    return { width: frame.visibleRect.width, height: frame.visibleRect.height, data: copied };
  } catch (error) {
    if (/** @type {Error} */ (error).name === "NotSupportedError") return null;
    throw error;
  } finally {
    if (frame !== given) frame.close();
  }
}

/** Of the copy. Browsers that can copy a frame only as it is ask for no format (Chromium before 128). */
class Layout {
  isUnderstood = false;
  colorSpace = /** @type {const} */ ("srgb");

  get format() {
    this.isUnderstood = true;
    return /** @type {const} */ ("RGBA");
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
 * @template {Picture} P
 * @param {P} picture
 * @param {number} width
 * @param {number} height
 */
export function shrunk(picture, width, height) {
  if (picture.width === width && picture.height === height) return picture;
  const across = shares(picture.width, width);
  const down = shares(picture.height, height);
  const row = new Float32Array(4 * width);
  const sum = new Float32Array(4 * width);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    sum.fill(0);
    for (let from = down.first[y], at = down.at[y]; at < down.at[y + 1]; from += 1, at += 1) {
      narrowed(picture.data, 4 * from * picture.width, across, row);
      for (let x = 0; x < row.length; x += 1) sum[x] += down.share[at] * row[x];
    }
    data.set(sum, 4 * width * y);
  }
  return { width, height, data };
}

/**
 * One row of a picture, in fewer pixels.
 * @param {ArrayLike<number>} data
 * @param {number} start  where the row begins
 * @param {ReturnType<typeof shares>} across
 * @param {Float32Array} row
 */
function narrowed(data, start, { first, at, share }, row) {
  for (let x = 0; x < first.length; x += 1) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let from = start + 4 * first[x], each = at[x]; each < at[x + 1]; from += 4, each += 1) {
      red += share[each] * data[from];
      green += share[each] * data[from + 1];
      blue += share[each] * data[from + 2];
    }
    row[4 * x] = red;
    row[4 * x + 1] = green;
    row[4 * x + 2] = blue;
    row[4 * x + 3] = 255;
  }
}

/**
 * Which pixels of a line each of fewer pixels covers: from `first` on, by the shares from `at` of one to `at` of the next.
 * @param {number} many
 * @param {number} few
 */
function shares(many, few) {
  const covered = many / few;
  const first = new Int32Array(few);
  const at = new Int32Array(few + 1);
  /** @type {number[]} */
  const share = [];
  for (let pixel = 0; pixel < few; pixel += 1) {
    const start = pixel * covered;
    const end = Math.min(start + covered, many);
    first[pixel] = Math.floor(start);
    for (let from = first[pixel]; from < end; from += 1) {
      share.push((Math.min(from + 1, end) - Math.max(from, start)) / covered);
    }
    at[pixel + 1] = share.length;
  }
  return { first, at, share: Float32Array.from(share) };
}
