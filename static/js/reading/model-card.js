/* What stands beside a network of expressions: what it reads, how, and from when on it is believed. */

import { CROP_RULE, CROP_SIZE, NORMALISATION } from "./preprocess.js";
import { EMOTIONS } from "./values.js";

/** @typedef {"left_out" | "to_neutral"} ContemptRule  what becomes of contempt where seven labels are shown */

/**
 * @typedef {object} ModelCard  as emotion/model_card.py has it; what this program does not read is left out
 * @property {Record<string, readonly string[]>} heads
 * @property {string} shown_head
 * @property {ContemptRule | null} contempt
 * @property {"one way" | "both ways"} reads
 * @property {number} temperature
 * @property {number} confidence_limit
 * @property {number} clear_from
 * @property {string} sha256
 */

export const FORMAT_VERSION = 2;
export const CONTEMPT = "contempt";
/** For a network whose card has no such limit: higher than any that was measured. */
const CAREFUL_CLEAR_FROM = 0.95;

/** A whole model, but made for another version of this program. */
export class IncompatibleModel extends Error {}

/**
 * The card, once it is sure that its network can be used as it stands. Raises IncompatibleModel.
 * @param {any} written  the card's JSON
 * @returns {ModelCard}
 */
export function modelCard(written) {
  const wanted = {
    format_version: FORMAT_VERSION,
    input_shape: [CROP_SIZE, CROP_SIZE, 1],
    input_dtype: "float32",
    crop: CROP_RULE,
    normalisation: NORMALISATION,
  };
  for (const [name, value] of Object.entries(wanted)) {
    if (!isSame(written[name], value)) throw new IncompatibleModel(`the model card has another ${name}`);
  }
  /** @type {readonly string[]} */
  const labels = written.heads[written.shown_head] ?? [];
  const own = labels.filter((label) => label !== CONTEMPT);
  if (!isSame([...own].sort(), [...EMOTIONS].sort()) || labels.includes(CONTEMPT) !== (written.contempt !== null)) {
    throw new IncompatibleModel("the model card has other labels");
  }
  const { heads, shown_head, contempt, reads, temperature, confidence_limit, sha256 } = written;
  const clear_from = written.clear_from ?? CAREFUL_CLEAR_FROM;
  return Object.freeze({
    heads,
    shown_head,
    contempt,
    reads,
    temperature,
    confidence_limit,
    clear_from,
    sha256,
  });
}

/**
 * Whether two values of JSON are the same, whatever the order of keys.
 * @param {unknown} one
 * @param {unknown} other
 * @returns {boolean}
 */
function isSame(one, other) {
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
  const [own, others] = [Object.entries(one), new Map(Object.entries(other))];
  return own.length === others.size && own.every(([key, value]) => isSame(value, others.get(key)));
}
