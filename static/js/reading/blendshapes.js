/* How far each part of a face moves, by MediaPipe's network of 52 blendshapes. */

import { GEOMETRY } from "./geometry.js";

/** @typedef {import("./network.js").Network} Network */

const MARKS = GEOMETRY.blendshapes.landmarks;
const NAMES = GEOMETRY.blendshapes.names;

export class BlendshapeNetwork {
  /** @type {Network} */
  #network;
  #input = new Float32Array(2 * MARKS.length);

  /** @param {Network} network */
  constructor(network) {
    this.#network = network;
  }

  /**
   * By name in [0, 1]; left and right are the person's own.
   * @param {Float32Array} landmarks  (478, 3), in pixels
   * @returns {Promise<Record<string, number>>}
   */
  async read(landmarks) {
    for (const [at, mark] of MARKS.entries()) this.#input.set(landmarks.subarray(3 * mark, 3 * mark + 2), 2 * at);
    const [shapes] = await this.#network.run(this.#input);
    return Object.fromEntries(NAMES.map((name, at) => [name, shapes[at]]));
  }
}
