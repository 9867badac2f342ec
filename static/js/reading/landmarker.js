/* MediaPipe's landmarks of a face, read in a square that we lay. */

import { GEOMETRY } from "./geometry.js";
import { drawn } from "./pixels.js";
import { toPicture } from "./region.js";

/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./pixels.js").Picture} Picture */
/** @typedef {import("./values.js").Region} Region */

const SIDE = GEOMETRY.landmarks.side;
const LEVELS = Float32Array.from({ length: 256 }, (_, level) => level * Math.fround(1 / 255));

export class Landmarker {
  /** @type {Network} */
  #network;
  #input = new Float32Array(3 * SIDE * SIDE);

  /** @param {Network} network */
  constructor(network) {
    this.#network = network;
  }

  /**
   * Landmarks of the face in a region; there may be none, `presence` says how surely there is one, in [0, 1].
   * @param {Picture} picture
   * @param {Region} region
   * @returns {Promise<{points: Float32Array, presence: number}>}  (478, 3), in pixels of the picture
   */
  async read(picture, region) {
    const { width, height } = picture;
    // As MediaPipe does, which tells the first pixel's middle and its corner apart nowhere.
    const warp = toPicture(region, width, height, SIDE);
    drawn(picture, warp, SIDE, LEVELS, this.#input);
    const [marks, [score]] = await this.#network.run(this.#input);
    const [a, b, c, d, e, f] = warp;
    const points = new Float32Array(marks.length);
    for (let at = 0; at < marks.length; at += 3) {
      const [x, y, z] = [marks[at], marks[at + 1], marks[at + 2]];
      points[at] = a * x + b * y + c;
      points[at + 1] = d * x + e * y + f;
      points[at + 2] = (z * region.size * width) / SIDE;
    }
    return { points, presence: 1 / (1 + Math.exp(-score)) };
  }
}
