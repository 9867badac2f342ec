/* When a snapshot is taken, how large it is, and how hard it is squeezed. No browser needed. */

/** Snapshots have as many pixels as a picture of this width and height, whatever the camera's shape. */
export const SNAPSHOT_WIDTH = 320;
export const SNAPSHOT_HEIGHT = 240;
export const FIRST_QUALITY = 0.8;
export const LOWEST_QUALITY = 0.3;
export const LARGEST_BYTES = 60_000;
const QUALITY_STEP = 0.15;
const TAKEN_BYTES = 8;
/** No camera is asked for more than twenty pictures a second, however fast a demonstration runs. */
export const SHORTEST_INTERVAL_MS = 50;
/** A tick this late means that the device slept: the plan starts anew instead of catching up. */
const SLEPT_AFTER_MS = 1000;
const STRETCH = 1.25;
const LONGEST_STRETCH = 4;
/** So long without "too fast" is calm enough to be a little faster again. */
export const CALM_MS = 60_000;

/**
 * The size that keeps the camera's shape and never enlarges.
 * @param {number} width
 * @param {number} height
 */
export function snapshotSize(width, height) {
  const scale = Math.min(1, Math.sqrt((SNAPSHOT_WIDTH * SNAPSHOT_HEIGHT) / (width * height)));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * The quality to encode with after a picture of this many bytes: a step down while it is too large, a step back
 * up once it is small again.
 * @param {number} quality
 * @param {number} bytes
 * @param {number} [largest]  how many may be sent now
 */
export function nextQuality(quality, bytes, largest = LARGEST_BYTES) {
  if (bytes > largest) return Math.max(LOWEST_QUALITY, quality - QUALITY_STEP);
  if (bytes < largest / 3) return Math.min(FIRST_QUALITY, quality + QUALITY_STEP);
  return quality;
}

/**
 * A snapshot as it travels: when it was taken, then the JPEG. classroom/wire/frames.py reads it.
 * @param {number} takenAt  milliseconds since 1970
 * @param {ArrayBuffer} jpeg
 */
export function snapshotFrame(takenAt, jpeg) {
  const frame = new Uint8Array(TAKEN_BYTES + jpeg.byteLength);
  new DataView(frame.buffer).setBigUint64(0, BigInt(Math.round(takenAt)));
  frame.set(new Uint8Array(jpeg), TAKEN_BYTES);
  return frame.buffer;
}

/**
 * The moment of the next tick: on the grid of the one before, so that delays do not add up.
 * @param {number} planned  when this tick was due, in ms
 * @param {number} now
 * @param {number} intervalMs
 */
export function nextTick(planned, now, intervalMs) {
  const next = planned + intervalMs;
  return now - next > SLEPT_AFTER_MS ? now + intervalMs : Math.max(next, now);
}

/**
 * How much longer to wait between two snapshots after the server said "too fast".
 * @param {number} stretch
 */
export function stretchAfterTooFast(stretch) {
  return Math.min(LONGEST_STRETCH, stretch * STRETCH);
}

/**
 * One step back towards the lesson's own rhythm, after a while without such an answer.
 * @param {number} stretch
 */
export function stretchAfterCalm(stretch) {
  return Math.max(1, stretch / STRETCH);
}

/**
 * @param {number} intervalMs  what the lesson asks for
 * @param {number} stretch
 */
export function realInterval(intervalMs, stretch) {
  return Math.max(SHORTEST_INTERVAL_MS, intervalMs * stretch);
}

/**
 * Why nothing is sent at this tick, or null when a snapshot is due.
 * @param {{onAir: boolean, encoding: boolean, bufferedAmount: number, isFree: boolean}} now  isFree: not too much
 *   is unanswered
 * @returns {"off" | "encoding" | "buffered" | "unanswered" | null}
 */
export function skipReason({ onAir, encoding, bufferedAmount, isFree }) {
  if (!onAir) return "off";
  if (encoding) return "encoding";
  if (bufferedAmount > 0) return "buffered";
  return isFree ? null : "unanswered";
}
