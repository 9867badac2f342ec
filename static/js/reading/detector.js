/* Faces in a picture: found by the finder, read by the landmark network in squares that we lay. */

import { GEOMETRY } from "./geometry.js";
import { poseOf } from "./pose.js";
import { corners, fits, regionOf, turned, wider } from "./region.js";
import { withinPicture } from "./values.js";

/** @typedef {import("./face.js").Face} Face */
/** @typedef {import("./face.js").Finding} Finding */
/** @typedef {import("./finder.js").Finder} Finder */
/** @typedef {import("./landmarker.js").Landmarker} Landmarker */
/** @typedef {import("./pixels.js").Picture} Picture */
/** @typedef {import("./values.js").Region} Region */

const READABLE_FROM = GEOMETRY.landmarks.readable_from;
const SETTLED = GEOMETRY.settled;
const STEADY = GEOMETRY.steady;

export class FaceDetector {
  /** @type {Finder} */
  #finder;
  /** @type {Landmarker | null} */
  #landmarker;

  /** @param {Finder} finder @param {Landmarker | null} landmarker  null where only presence may be known */
  constructor(finder, landmarker) {
    this.#finder = finder;
    this.#landmarker = landmarker;
  }

  /**
   * Where faces are, the surest first; no landmark is computed. Not `small`: as one look shows them.
   * @param {Picture} picture
   * @param {{small: boolean}} how
   */
  async find(picture, { small }) {
    if (small) return this.#finder.find(picture);
    const found = await this.#finder.look(picture);
    return found.slice(0, GEOMETRY.finder.most);
  }

  /**
   * The face of a finding; null where it is seen but cannot be read, or would be read wrongly: emotion/detector.py says
   * how that is known. Not `thoroughly`: only in the finding's own square, and only as it stands there.
   * @param {Picture} picture
   * @param {Finding} finding
   * @param {{thoroughly: boolean}} how
   * @returns {Promise<Face | null>}
   */
  async read(picture, finding, { thoroughly }) {
    if (!thoroughly) {
      const { face } = await this.#settled(picture, finding.region);
      if (!face || finding.score >= STEADY.sure_from) return face;
      return (await this.#isSteady(picture, face)) ? face : null;
    }
    const surest = await this.#surest(picture, finding);
    const face = await this.#firstRead(picture, surest);
    if (surest.score >= STEADY.sure_from) return face;
    const lying = await this.#finder.lookTurned(picture, surest);
    if (!lying || lying.score <= surest.score) return face;
    if (face && lying.score < STEADY.sure_from && (await this.#isSteady(picture, face))) return face;
    const { face: asItLies } = await this.#settled(picture, lying.region);
    return asItLies && (await this.#isSteady(picture, asItLies)) ? asItLies : null;
  }

  /**
   * The face in a region, which is laid anew where it does not fit; null where none can be read.
   * @param {Picture} picture
   * @param {Region} region
   * @returns {Promise<Face | null>}
   */
  async readIn(picture, region) {
    const { face, isSure } = await this.#settled(picture, region);
    return !face || isSure || (await this.#isSteady(picture, face)) ? face : null;
  }

  /**
   * The face in a region, laid anew where it does not fit; and whether the network is quite sure of it.
   * @param {Picture} picture
   * @param {Region} region
   * @returns {Promise<{face: Face | null, isSure: boolean}>}
   */
  async #settled(picture, region) {
    const { width, height } = picture;
    let laid = region;
    for (let reads = 1; ; reads += 1) {
      const { points, presence } = await this.#marks(picture, laid);
      if (presence < READABLE_FROM) return { face: null, isSure: false };
      const next = regionOf(points, width, height);
      const isSettled = fits(laid, next, width, height);
      laid = next;
      if (!isSettled && reads < SETTLED.reads) continue;
      return { face: faceOf(points, next, width, height), isSure: isSettled && presence >= STEADY.sure_presence };
    }
  }

  /**
   * A finding that is not sure, as a second look shows it where that is surer.
   * @param {Picture} picture
   * @param {Finding} finding
   */
  async #surest(picture, finding) {
    if (finding.score >= STEADY.sure_from) return finding;
    const again = await this.#finder.lookAgain(picture, finding);
    return again && again.score > finding.score ? again : finding;
  }

  /**
   * The face in the best place where the finding can be read.
   * @param {Picture} picture
   * @param {Finding} finding
   */
  async #firstRead(picture, finding) {
    const { face } = await this.#settled(picture, finding.region);
    if (face) return face;
    const again = await this.#finder.lookAgain(picture, finding);
    const { region } = again ?? finding;
    const others = GEOMETRY.region.wider.map((size) => wider(region, size));
    for (const other of again ? [region, ...others] : others) {
      const { face: read } = await this.#settled(picture, other);
      if (read) return read;
    }
    return null;
  }

  /**
   * Whether the landmarks stay where they are if they are read in a turned square. Where the network then sees no face,
   * it has to be so in the square that is turned the other way too.
   * @param {Picture} picture
   * @param {Face} face
   */
  async #isSteady(picture, { landmarks, region }) {
    const { left, right } = corners(landmarks);
    for (const turn of [STEADY.turn, -STEADY.turn]) {
      const { points, presence } = await this.#marks(picture, turned(region, turn));
      if (medianMove(points, landmarks) >= STEADY.shift * (right - left)) return false;
      if (presence >= READABLE_FROM) return true;
    }
    return true;
  }

  /** @param {Picture} picture @param {Region} region */
  #marks(picture, region) {
    if (!this.#landmarker) throw new Error("no landmarks may be read");
    return this.#landmarker.read(picture, region);
  }
}

/**
 * @param {Float32Array} landmarks
 * @param {Region} region
 * @param {number} width
 * @param {number} height
 * @returns {Face}
 */
function faceOf(landmarks, region, width, height) {
  const { left, top, right, bottom } = corners(landmarks);
  const box = { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height };
  return { box: withinPicture(box), landmarks, pose: poseOf(landmarks, width, height), region };
}

/**
 * How far half of the landmarks have moved at most, in pixels of the picture.
 * @param {Float32Array} points
 * @param {Float32Array} landmarks
 */
function medianMove(points, landmarks) {
  const moves = new Float64Array(points.length / 3);
  for (let mark = 0, at = 0; mark < moves.length; mark += 1, at += 3) {
    moves[mark] = Math.hypot(points[at] - landmarks[at], points[at + 1] - landmarks[at + 1]);
  }
  moves.sort();
  const half = moves.length / 2;
  return (moves[half - 1] + moves[half]) / 2;
}
