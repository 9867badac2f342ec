/* A yawn: a mouth wide open under narrowed eyes, which the network of expressions takes for surprise. */

import { top } from "./values.js";

/** @typedef {import("./values.js").Attention} Attention */
/** @typedef {import("./values.js").EmotionScores} EmotionScores */

const JAW_OPEN = 0.3;
const EYES_NARROWED = 0.25;

/** @param {Record<string, number>} blendshapes */
export function isYawning({ jawOpen, eyeSquintLeft, eyeSquintRight }) {
  return jawOpen >= JAW_OPEN && (eyeSquintLeft + eyeSquintRight) / 2 >= EYES_NARROWED;
}

/**
 * Nothing is named where a yawning face would be called surprised; without attention nobody can tell.
 * @param {EmotionScores} scores
 * @param {Attention | null} attention
 * @returns {EmotionScores}
 */
export function withoutYawn(scores, attention) {
  if (!attention?.yawning || top(scores) !== "surprise") return scores;
  return Object.freeze({ ...scores, uncertain: true });
}
