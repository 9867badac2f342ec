/** What runs a network of numbers: a runtime stands behind it, which these modules do not know.
 *
 * @typedef {object} Network
 * @property {(values: Float32Array) => Promise<readonly Float32Array[]>} run  all outputs, in the network's order; the
 *   values are read before the promise is given and may then be written over
 *
 * @typedef {Record<string, Float32Array>} HeadLogits
 *
 * @typedef {object} HeadedNetwork  a network of expressions
 * @property {readonly string[]} heads  the names of its outputs
 * @property {(values: Float32Array) => Promise<HeadLogits>} run  by head the logits of its labels
 */

export {};
