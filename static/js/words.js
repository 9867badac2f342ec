/* The product's words, as classroom/words.py wrote them into the page. */

import { readJson } from "./http.js";

/** @typedef {Record<string, Record<string, string>>} Words */

/** @type {Words} */
export const words = readJson("words");

const LANGUAGE = document.documentElement.lang;
const plural = new Intl.PluralRules(LANGUAGE);
// As in Britain: no comma before the last of a list.
const list = new Intl.ListFormat(LANGUAGE === "en" ? "en-GB" : LANGUAGE);

/** "a, b and c". @param {string[]} parts */
export function listed(parts) {
  return list.format(parts);
}

/** The decimal point and what stands between thousands, as Plotly takes them. */
export function separators() {
  const parts = new Intl.NumberFormat(LANGUAGE).formatToParts(1234567.5);
  /** @param {"decimal" | "group"} type */
  const sign = (type) => parts.find((part) => part.type === type)?.value ?? "";
  return sign("decimal") + sign("group");
}

/**
 * @param {string} text  with names in braces
 * @param {Values} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** @typedef {Record<string, string | number>} Values  by the name that a sentence has in braces */

/** A sentence without a counted number: say("saved"). @param {string} key @param {Values} [values] */
export function say(key, values = {}) {
  return fill(words.sentences[key], values);
}

/**
 * A sentence in the grammatical form for `n`: count("drifting", 3).
 * @param {string} key
 * @param {number} n
 * @param {Values} [values]
 */
export function count(key, n, values = {}) {
  const form = words[plural.select(n)] ?? words.other;
  return fill(form[key], { n, ...values });
}

/** @param {number} share */
export function percent(share) {
  return say("share", { percent: Math.round(share * 100) });
}

/**
 * "expression weakly resembles sadness", "not sure which expression", or that none was read.
 * @param {import("./wire.js").ExpressionInfo | null | undefined} expression
 */
export function expressionPhrase(expression) {
  if (!expression) return say("no_expression_read");
  return words[expression.clarity][expression.label ?? ""];
}

/**
 * "Kim: looks down or away for a while", and of the class without a name.
 * @param {Pick<import("./wire.js").HintInfo, "kind" | "name">} hint
 */
export function hintPhrase({ kind, name }) {
  return name === null ? words.hints[kind] : say("hint_of", { name, text: words.hints[kind] });
}

/**
 * "neutral 55%, happiness 20%": what was read most, at most three.
 * @param {string[]} labels
 * @param {number[]} shares
 */
export function sharesPhrase(labels, shares) {
  const said = labels
    .map((label, index) => ({ label, share: shares[index] }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ label, share }) => `${words.resembled[label]} ${percent(share)}`);
  return listed(said);
}

/**
 * "neutral mostly, happiness some"; what hardly anybody's expression resembles is left out.
 * @param {string[]} labels
 * @param {string[]} strengths
 */
export function strengthsPhrase(labels, strengths) {
  /** @param {string} strength */
  const said = (strength) =>
    labels
      .filter((_, index) => strengths[index] === strength)
      .map((label) => `${words.resembled[label]} ${words.strengths[strength]}`);
  return listed([...said("mostly"), ...said("some")]);
}
