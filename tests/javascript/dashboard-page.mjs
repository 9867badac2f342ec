/* What the dashboard's modules ask of their page: the product's words, a language, colours. And states. */

import { readFileSync } from "node:fs";

const words = readFileSync(new URL("./words.json", import.meta.url), "utf8");

Object.assign(globalThis, {
  document: { querySelector: () => ({ textContent: words }), documentElement: { lang: "en" }, body: {} },
  getComputedStyle: () => ({ getPropertyValue: () => "#123456", fontFamily: "serif" }),
});

/** @typedef {import("../../static/js/wire.js").SharedInfo} SharedInfo */
/** @typedef {import("../../static/js/wire.js").WordsInfo} WordsInfo */
/** @typedef {import("../../static/js/wire.js").LessonInfo} LessonInfo */
/** @typedef {import("../../static/js/wire.js").ClassView} ClassView */
/** @typedef {import("../../static/js/wire.js").MoodInfo} MoodInfo */

export const LABELS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"];
export const PAGE = { signals: ["attention", "expression"], group_size: 5 };

const START = Date.parse("2026-09-07T09:00:00Z");

/** @param {number} seconds  of lesson time */
export function at(seconds) {
  return new Date(START + seconds * 1000).toISOString();
}

/**
 * @param {WordsInfo["level"]} level
 * @param {WordsInfo["expressions"]} expressions
 * @returns {WordsInfo}
 */
export function inWords(level = "most", expressions = null) {
  return { level, expressions };
}

/** @param {Partial<SharedInfo>} fields @returns {SharedInfo} */
export function shared(fields = {}) {
  return {
    counted: 7,
    engaged: 6,
    drifting: 1,
    away: 0,
    engagement: 0.7,
    engagement_low: 0.5,
    engagement_high: 0.8,
    expression_shares: null,
    expression_spread: null,
    ...fields,
  };
}

/**
 * A lesson that runs for ten minutes, twelve here and nothing to say.
 * @param {{lesson?: Partial<LessonInfo>, view?: Partial<ClassView>, moods?: MoodInfo[]}} changes
 * @returns {import("../../static/js/wire.js").TeacherState}
 */
export function state({ lesson = {}, view = {}, moods = [] } = {}) {
  return {
    type: "state",
    seq: 4,
    labels: LABELS,
    lesson: {
      id: 1,
      title: "Fractions",
      classroom: "7b",
      interval_ms: 1000,
      capture_interval_ms: 1000,
      paced_from: null,
      paced_at: null,
      report_state: "pending",
      break_ends_at: null,
      started_at: at(0),
      now: at(600),
      open: true,
      paused: false,
      speed: 1,
      pace: 1,
      is_simulation: false,
      ...lesson,
    },
    view: {
      present: 12,
      left: 0,
      words: null,
      words_at: null,
      shared: null,
      shared_at: null,
      self_reports: null,
      self_reports_of: null,
      lacks_somebody: false,
      mood: null,
      behind: false,
      signals: [],
      ...view,
    },
    moods,
    markers: [],
    hints: [],
    tiles: null,
    pulse: null,
    questions: [],
  };
}
