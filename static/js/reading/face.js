/* A face that was found, and one that was read. */

import { LEFT_EYE_CORNERS, MOUTH_CORNERS, RIGHT_EYE_CORNERS } from "./landmarks.js";
import { pointAt } from "./region.js";

/** @typedef {import("./values.js").FaceBox} FaceBox */
/** @typedef {import("./values.js").Region} Region */
/** @typedef {import("./region.js").Point} Point */

/**
 * @typedef {object} Finding  a face as the finder sees it
 * @property {FaceBox} box
 * @property {number} score  how sure it is, in [0, 1]
 * @property {Region} region  where to read its landmarks
 *
 * @typedef {object} Face  one face of a picture, read
 * @property {FaceBox} box  around the landmarks, cut at the picture's edge
 * @property {Float32Array} landmarks  (478, 3), in pixels: x right, y down, z away
 * @property {import("./pose.js").Pose} pose
 * @property {Region} region  where the same face is read in the next picture
 */

/**
 * The finding of a picture of this size, told for the one that was turned a quarter to the left.
 * @param {Finding} finding
 * @param {number} width
 * @param {number} height
 * @returns {Finding}
 */
export function turnedBack({ box, score, region }, width, height) {
  return {
    box: Object.freeze({ left: 1 - box.top - box.height, top: box.left, width: box.height, height: box.width }),
    score,
    region: Object.freeze({
      x: 1 - region.y,
      y: region.x,
      size: (region.size * width) / height,
      angle: region.angle + 90,
    }),
  };
}

/**
 * The finding of a part of a picture, told for the whole picture.
 * @param {Finding} finding
 * @param {FaceBox} part
 * @returns {Finding}
 */
export function seenIn({ box, score, region }, part) {
  return {
    box: Object.freeze({
      left: part.left + box.left * part.width,
      top: part.top + box.top * part.height,
      width: box.width * part.width,
      height: box.height * part.height,
    }),
    score,
    region: Object.freeze({
      ...region,
      x: part.left + region.x * part.width,
      y: part.top + region.y * part.height,
      size: region.size * part.width,
    }),
  };
}

/**
 * What a crop is cut out by: midpoints of the own right eye, the left eye and the mouth.
 * @param {Float32Array} landmarks  (478, 3)
 * @returns {readonly [Point, Point, Point]}
 */
export function cropPoints(landmarks) {
  return [
    midpoint(landmarks, RIGHT_EYE_CORNERS),
    midpoint(landmarks, LEFT_EYE_CORNERS),
    midpoint(landmarks, MOUTH_CORNERS),
  ];
}

/**
 * @param {Float32Array} landmarks
 * @param {readonly number[]} marks
 * @returns {Point}
 */
function midpoint(landmarks, marks) {
  const [one, other] = marks.map((mark) => pointAt(landmarks, mark));
  return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
}
