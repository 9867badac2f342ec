/* From a picture with a face to what the expression network reads, by the rules of emotion/preprocess.py. */

import { drawnGray, grayed, reduced } from "./pixels.js";

/** @typedef {import("./pixels.js").Gray} Gray */
/** @typedef {import("./pixels.js").Picture} Picture */
/** @typedef {import("./pixels.js").Warp} Warp */
/** @typedef {import("./region.js").Point} Point */

export const CROP_SIZE = 48;
const EYES_X = 23.5;
const EYES_Y = 18.6;
const FACE_SIZE = 18.4;
const EYES_TO_MOUTH = 0.956;
const MAXIMUM_REDUCTION = 32;
const MINIMUM_CONTRAST = 8;
const INPUT_LIMIT = 4;

/** As a model card tells them: a network learned with one set of rules serves with no other. */
export const CROP_RULE = { eyes: [EYES_X, EYES_Y], face_size: FACE_SIZE, eyes_to_mouth: EYES_TO_MOUTH };
export const NORMALISATION = { by: "crop", minimum_contrast: MINIMUM_CONTRAST, limit: INPUT_LIMIT };

/**
 * Cut a face out upright, at the place and size that faces have in FER2013: 48 pixels square, gray. Raises RangeError
 * where the three points fall together, or one is not finite.
 * @param {Picture} picture
 * @param {Point} rightEye  midpoint of the corners of the person's own right eye
 * @param {Point} leftEye
 * @param {Point} mouth  midpoint of its corners
 */
export function faceCrop(picture, rightEye, leftEye, mouth) {
  const { eyes, roll, size } = seat(rightEye, leftEye, mouth);
  // Drawn at a whole multiple and then averaged down: a large face keeps no jagged edges.
  const reduction = Math.min(Math.ceil(size / FACE_SIZE), MAXIMUM_REDUCTION);
  const warp = fromUpright(eyes, roll, size / (FACE_SIZE * reduction), reduction);
  return reduced(drawnGray(grayed(picture), warp, CROP_SIZE * reduction), reduction);
}

/**
 * A crop standardised by its own mean and spread, so that the lamp matters little: within ±4.
 * @param {Gray} crop
 */
export function networkInput({ data }) {
  let sum = 0;
  for (const level of data) sum += level;
  const mean = sum / data.length;
  let squares = 0;
  for (const level of data) squares += (level - mean) ** 2;
  const spread = Math.max(Math.sqrt(squares / data.length), MINIMUM_CONTRAST);
  return Float32Array.from(data, (level) => Math.min(Math.max((level - mean) / spread, -INPUT_LIMIT), INPUT_LIMIT));
}

/**
 * The midpoint of the eyes, the head's roll in radians, and the face's size in pixels.
 * @param {Point} rightEye
 * @param {Point} leftEye
 * @param {Point} mouth
 */
function seat(rightEye, leftEye, mouth) {
  /** @type {Point} */
  const eyes = [(rightEye[0] + leftEye[0]) / 2, (rightEye[1] + leftEye[1]) / 2];
  const size = Math.max(distance(rightEye, leftEye), EYES_TO_MOUTH * distance(eyes, mouth));
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`no face fits the eyes ${rightEye}, ${leftEye} and the mouth ${mouth}`);
  }
  return { eyes, roll: Math.atan2(leftEye[1] - rightEye[1], leftEye[0] - rightEye[0]), size };
}

/**
 * From the crop back to the picture: what emotion/preprocess.py says the other way round, for OpenCV to turn about.
 * @param {Point} eyes
 * @param {number} roll
 * @param {number} scale  pixels of the picture in one of the crop
 * @param {number} reduction
 * @returns {Warp}
 */
function fromUpright(eyes, roll, scale, reduction) {
  const cosine = scale * Math.cos(roll);
  const sine = scale * Math.sin(roll);
  const [x, y] = [EYES_X, EYES_Y].map((place) => (place + 0.5) * reduction - 0.5);
  return [cosine, -sine, eyes[0] - cosine * x + sine * y, sine, cosine, eyes[1] - sine * x - cosine * y];
}

/** @param {Point} one @param {Point} other */
function distance(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}
