/* Head pose, eye openness and gaze of one face, as emotion/attention.py measures them and says why. */

import { LEFT_EYE, RIGHT_EYE } from "./landmarks.js";
import { DEGREES } from "./region.js";
import { isYawning } from "./yawn.js";

/** @typedef {import("./blendshapes.js").BlendshapeNetwork} BlendshapeNetwork */
/** @typedef {import("./face.js").Face} Face */
/** @typedef {import("./pose.js").Pose} Pose */
/** @typedef {import("./values.js").Attention} Attention */

// Of the angle between the camera's axis and the line of sight.
const AXIS_SHARE = 1 / 3;
const SHUT = 0.1;
const OPEN = 0.32;

export class AttentionReader {
  /** @type {BlendshapeNetwork} */
  #shapes;

  /** @param {BlendshapeNetwork} shapes */
  constructor(shapes) {
    this.#shapes = shapes;
  }

  /**
   * @param {Face} face
   * @returns {Promise<Attention>}
   */
  async read({ pose, landmarks }) {
    const shapes = await this.#shapes.read(landmarks);
    return Object.freeze({
      ...headPose(pose),
      eye_openness: eyeOpenness(landmarks),
      ...gaze(shapes),
      yawning: isYawning(shapes),
    });
  }
}

/**
 * In degrees: turned, then nodded, then tilted.
 * @param {Pose} pose
 */
export function headPose({ rotation, translation }) {
  const [x, y, z] = translation.map((value) => -value);
  const axis = turnedTo(AXIS_SHARE * Math.atan2(x, z), AXIS_SHARE * Math.atan2(y, z));
  /** @param {number} row @param {number} column */
  const local = (row, column) => [0, 1, 2].reduce((sum, at) => sum + axis[at][row] * rotation[at][column], 0);
  return {
    yaw: Math.atan2(local(0, 2), local(2, 2)) * DEGREES,
    pitch: Math.asin(within(local(1, 2), -1, 1)) * DEGREES,
    roll: Math.atan2(-local(1, 0), local(1, 1)) * DEGREES,
  };
}

/**
 * From 0, shut, to 1.
 * @param {Float32Array} landmarks  (478, 3)
 */
export function eyeOpenness(landmarks) {
  const ratio = (aspectRatio(landmarks, RIGHT_EYE) + aspectRatio(landmarks, LEFT_EYE)) / 2;
  return within((ratio - SHUT) / (OPEN - SHUT), 0, 1);
}

/**
 * Where the eyes turn within the head, x to the own left, y up.
 * @param {Record<string, number>} shapes
 */
export function gaze(shapes) {
  const toLeft = shapes.eyeLookOutLeft + shapes.eyeLookInRight;
  const toRight = shapes.eyeLookInLeft + shapes.eyeLookOutRight;
  const up = shapes.eyeLookUpLeft + shapes.eyeLookUpRight;
  const down = shapes.eyeLookDownLeft + shapes.eyeLookDownRight;
  return { gaze_x: (toLeft - toRight) / 2, gaze_y: (up - down) / 2 };
}

/**
 * The rotation that takes the z axis to the direction of this yaw and pitch, in radians.
 * @param {number} yaw
 * @param {number} pitch
 */
function turnedTo(yaw, pitch) {
  const [sinYaw, cosYaw] = [Math.sin(yaw), Math.cos(yaw)];
  const [sinPitch, cosPitch] = [Math.sin(pitch), Math.cos(pitch)];
  return [
    [cosYaw, -sinYaw * sinPitch, sinYaw * cosPitch],
    [0, cosPitch, sinPitch],
    [-sinYaw, -cosYaw * sinPitch, cosYaw * cosPitch],
  ];
}

/**
 * @param {Float32Array} landmarks
 * @param {readonly number[]} eye
 */
function aspectRatio(landmarks, eye) {
  const [outer, upperOut, upperIn, inner, lowerIn, lowerOut] = eye.map((mark) =>
    landmarks.subarray(3 * mark, 3 * mark + 3),
  );
  return (distance(upperOut, lowerOut) + distance(upperIn, lowerIn)) / (2 * distance(outer, inner));
}

/** @param {Float32Array} one @param {Float32Array} other */
function distance(one, other) {
  return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
}

/** @param {number} value @param {number} low @param {number} high */
function within(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
