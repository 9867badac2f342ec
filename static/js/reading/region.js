/* Squares of a picture in which landmarks are read: laid around a finding, or around landmarks. */

import { GEOMETRY } from "./geometry.js";

/** @typedef {import("./values.js").FaceBox} FaceBox */
/** @typedef {import("./values.js").Region} Region */
/** @typedef {import("./pixels.js").Warp} Warp */
/** @typedef {readonly [number, number]} Point  (x, y) in pixels */

const LAYING = GEOMETRY.region;
const SETTLED = GEOMETRY.settled;
export const DEGREES = 180 / Math.PI;

/**
 * As MediaPipe lays it: larger than the face, the eyes level.
 * @param {FaceBox} box
 * @param {Point} rightEye  the person's own
 * @param {Point} leftEye
 * @param {number} width
 * @param {number} height
 */
export function regionAround(box, rightEye, leftEye, width, height) {
  const x = (box.left + box.width / 2) * width;
  const y = (box.top + box.height / 2) * height;
  const longer = Math.max(box.width * width, box.height * height);
  return laid(x, y, longer, slope(rightEye, leftEye), width, height);
}

/**
 * The one in which the same face is read in the next picture.
 * @param {Float32Array} landmarks  (478, 3), in pixels
 * @param {number} width
 * @param {number} height
 */
export function regionOf(landmarks, width, height) {
  const { left, top, right, bottom } = corners(landmarks);
  const [rightEye, leftEye] = LAYING.eyes.map((mark) => pointAt(landmarks, mark));
  const longer = Math.max(right - left, bottom - top);
  return laid((left + right) / 2, (top + bottom) / 2, longer, slope(rightEye, leftEye), width, height);
}

/**
 * The edges of the rectangle around landmarks.
 * @param {Float32Array} landmarks  (478, 3)
 */
export function corners(landmarks) {
  let [left, top] = landmarks;
  let [right, bottom] = landmarks;
  for (let at = 3; at < landmarks.length; at += 3) {
    left = Math.min(left, landmarks[at]);
    right = Math.max(right, landmarks[at]);
    top = Math.min(top, landmarks[at + 1]);
    bottom = Math.max(bottom, landmarks[at + 1]);
  }
  return { left, top, right, bottom };
}

/**
 * @param {Float32Array} landmarks  (478, 3)
 * @param {number} mark
 * @returns {Point}
 */
export function pointAt(landmarks, mark) {
  return [landmarks[3 * mark], landmarks[3 * mark + 1]];
}

/**
 * A region of a finding with another side, in sizes of the finding's box.
 * @param {Region} region
 * @param {number} size
 * @returns {Region}
 */
export function wider(region, size) {
  return Object.freeze({ ...region, size: (region.size * size) / LAYING.size });
}

/**
 * @param {Region} region
 * @param {number} degrees
 * @returns {Region}
 */
export function turned(region, degrees) {
  return Object.freeze({ ...region, angle: region.angle + degrees });
}

/**
 * Whether landmarks read in `region` would hardly change in the `better` one, which they ask for.
 * @param {Region} region
 * @param {Region} better
 * @param {number} width
 * @param {number} height
 */
export function fits(region, better, width, height) {
  const shift = Math.hypot((better.x - region.x) * width, (better.y - region.y) * height) / (region.size * width);
  const growth = Math.max(better.size / region.size, region.size / better.size);
  return between(region.angle, better.angle) <= SETTLED.turn && shift <= SETTLED.shift && growth <= SETTLED.growth;
}

/**
 * How far two angles in degrees are apart, from 0 to 180.
 * @param {number} one
 * @param {number} other
 */
export function between(one, other) {
  const turn = (other - one + 180) % 360;
  return Math.abs((turn < 0 ? turn + 360 : turn) - 180);
}

/**
 * From the pixels of the region drawn `side` wide to those of the picture.
 * @param {Region} region
 * @param {number} width
 * @param {number} height
 * @param {number} side
 * @returns {Warp}
 */
export function toPicture(region, width, height, side) {
  const scale = (region.size * width) / side;
  const cosine = scale * Math.cos(region.angle / DEGREES);
  const sine = scale * Math.sin(region.angle / DEGREES);
  const half = side / 2;
  const x = region.x * width - half * (cosine - sine);
  const y = region.y * height - half * (sine + cosine);
  return [cosine, -sine, x, sine, cosine, y];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} longer
 * @param {number} angle
 * @param {number} width
 * @param {number} height
 * @returns {Region}
 */
function laid(x, y, longer, angle, width, height) {
  return Object.freeze({ x: x / width, y: y / height, size: (LAYING.size * longer) / width, angle });
}

/**
 * @param {Point} rightEye
 * @param {Point} leftEye
 */
function slope(rightEye, leftEye) {
  return Math.atan2(leftEye[1] - rightEye[1], leftEye[0] - rightEye[0]) * DEGREES;
}
