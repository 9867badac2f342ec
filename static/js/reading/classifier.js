/* Calibrated expression scores of a face, from the head that the model card shows. */

import { CONTEMPT } from "./model-card.js";
import { mirrored } from "./pixels.js";
import { networkInput } from "./preprocess.js";
import { EMOTIONS } from "./values.js";

/** @typedef {import("./model-card.js").ContemptRule} ContemptRule */
/** @typedef {import("./model-card.js").ModelCard} ModelCard */
/** @typedef {import("./network.js").HeadedNetwork} HeadedNetwork */
/** @typedef {import("./pixels.js").Gray} Gray */
/** @typedef {import("./values.js").EmotionScores} EmotionScores */

// How far a face's first reading must stand above what is called clear, so that its mirror image need not be read.
const SETTLED = 0.13;

export class ExpressionClassifier {
  /** @type {ModelCard} */
  #card;
  /** @type {HeadedNetwork} */
  #network;

  /** @param {ModelCard} card @param {HeadedNetwork} network */
  constructor(card, network) {
    this.#card = card;
    this.#network = network;
  }

  /**
   * @param {Gray} crop  as faceCrop makes it
   * @returns {Promise<EmotionScores>}
   */
  async classify(crop) {
    const plain = await this.#logits(crop);
    const scores = this.#scores(plain);
    if (this.#card.reads === "one way" || this.#isSettled(scores)) return scores;
    const other = await this.#logits(mirrored(crop));
    return this.#scores(plain.map((value, at) => Math.fround(value + other[at]) / 2));
  }

  /** @param {Gray} crop */
  async #logits(crop) {
    const heads = await this.#network.run(networkInput(crop));
    return heads[this.#card.shown_head];
  }

  /**
   * @param {Float32Array} logits
   * @returns {EmotionScores}
   */
  #scores(logits) {
    const { heads, shown_head, temperature, contempt, confidence_limit } = this.#card;
    const seven = sevenShares(probabilities(logits, temperature), heads[shown_head], contempt);
    return Object.freeze({ probabilities: Object.freeze(seven), uncertain: Math.max(...seven) < confidence_limit });
  }

  /** @param {EmotionScores} scores */
  #isSettled(scores) {
    return Math.max(...scores.probabilities) >= this.#card.clear_from + SETTLED;
  }
}

/**
 * Softmax of the logits divided by the temperature.
 * @param {Float32Array} logits
 * @param {number} temperature
 */
export function probabilities(logits, temperature) {
  const highest = Math.max(...logits);
  return shared(Array.from(logits, (value) => Math.exp((value - highest) / temperature)));
}

/**
 * In the order of EMOTIONS, from the shares of a head that may tell contempt too.
 * @param {readonly number[]} shares
 * @param {readonly string[]} labels
 * @param {ContemptRule | null} contempt
 */
export function sevenShares(shares, labels, contempt) {
  const toNeutral = contempt === "to_neutral" ? shares[labels.indexOf(CONTEMPT)] : 0;
  return shared(EMOTIONS.map((emotion) => shares[labels.indexOf(emotion)] + (emotion === "neutral" ? toNeutral : 0)));
}

/** @param {readonly number[]} parts */
function shared(parts) {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / whole);
}
