/** The values that cross the reader's border, as emotion/values.py has them and says what each means: frozen and plain.
 * tests/javascript/test_reading_values.py compares the two.
 *
 * @typedef {"angry" | "disgust" | "fear" | "happy" | "sad" | "surprise" | "neutral"} Emotion
 * @typedef {"presence" | "attention" | "expression"} Signal  what may be computed; a school's policy allows each or not
 *
 * @typedef {object} FaceBox  fractions of the picture's width and height
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Region  a square, turned by `angle` degrees clockwise; `size` is its side in widths of the picture
 * @property {number} x
 * @property {number} y
 * @property {number} size
 * @property {number} angle
 *
 * @typedef {object} Sighting  what a picture showed, for who reads that person's next one
 * @property {Region | null} region
 * @property {number} faces
 * @property {boolean} found
 *
 * @typedef {object} EmotionScores
 * @property {readonly number[]} probabilities  in the order of EMOTIONS
 * @property {boolean} uncertain
 *
 * @typedef {object} Attention  angles in degrees
 * @property {number} yaw
 * @property {number} pitch
 * @property {number} roll
 * @property {number} eye_openness
 * @property {number} gaze_x
 * @property {number} gaze_y
 * @property {boolean} yawning
 *
 * @typedef {object} Analysis
 * @property {number} faces
 * @property {FaceBox | null} box
 * @property {Attention | null} attention
 * @property {EmotionScores | null} expression
 * @property {Sighting | null} sighting
 */

/** In the order of emotion/labels.py. @type {readonly Emotion[]} */
export const EMOTIONS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];

/**
 * The box, cut at the picture's edge.
 * @param {FaceBox} box
 * @returns {FaceBox}
 */
export function withinPicture({ left, top, width, height }) {
  const [x, right] = [left, left + width].map(share);
  const [y, bottom] = [top, top + height].map(share);
  return Object.freeze({ left: x, top: y, width: right - x, height: bottom - y });
}

/**
 * The most likely emotion.
 * @param {EmotionScores} scores
 */
export function top({ probabilities }) {
  return EMOTIONS[probabilities.indexOf(Math.max(...probabilities))];
}

/** No face was there, not even a small one. @param {Sighting} sighting */
export function isNobody({ region, faces }) {
  return region === null && faces === 0;
}

/** Faces were there, and none of them could be read. @param {Sighting} sighting */
export function isUnreadable({ region, faces }) {
  return region === null && faces > 0;
}

/** @param {number} value */
function share(value) {
  return Math.min(Math.max(value, 0), 1);
}
