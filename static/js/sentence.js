/* The class in one sentence: of those who are here, never of how many cameras. */

import { count, say } from "./words.js";

/** @typedef {import("./wire.js").TeacherState} TeacherState */
/** @typedef {import("./wire.js").LessonInfo} LessonInfo */
/** @typedef {import("./wire.js").SharedInfo} SharedInfo */
/** @typedef {{signals: string[], group_size: number}} Page  what the school's policy computes and shows */
/** @typedef {"most" | "half" | "few"} Amount */
/** @typedef {ReturnType<typeof told>} Figure */

/** Two steps, in seconds of lesson time; what is older is told with its age. */
const STALE_S = { words: 60, shared: 30 };
/** Queues take real time, however fast a lesson runs. */
const STALE_REAL_S = 5;
/** Real time after which a page looks anew how old its figures are. */
export const AGE_EVERY_MS = 5000;
const MOST = 0.75;
const FEW = 0.25;
/** Seconds are told up to here, minutes from here on. */
const LONGEST_IN_SECONDS = 90;
const SECONDS_STEP = 10;
/** The level whose shape stands for an amount of the class. */
export const MARKS = { most: "engaged", half: "drifting", few: "away" };

/**
 * The state as it is so long after it came, where nothing was heard since.
 * @param {TeacherState} state
 * @param {number} milliseconds  real time
 * @returns {TeacherState}
 */
export function aged(state, milliseconds) {
  const { lesson } = state;
  if (!lesson.open) return state;
  const now = new Date(Date.parse(lesson.now) + milliseconds * lesson.pace).toISOString();
  return { ...state, lesson: { ...lesson, now } };
}

/** "as of 2 minutes ago" for a figure older than two steps; else empty.
 * @param {LessonInfo} lesson
 * @param {string | null} at
 * @param {"words" | "shared"} kind
 */
export function age(lesson, at, kind) {
  const seconds = at ? (Date.parse(lesson.now) - Date.parse(at)) / 1000 : 0;
  if (seconds <= Math.max(STALE_S[kind], STALE_REAL_S * lesson.pace)) return "";
  const ago =
    seconds < LONGEST_IN_SECONDS
      ? count("seconds_ago", Math.round(seconds / SECONDS_STEP) * SECONDS_STEP)
      : count("minutes_ago", Math.round(seconds / 60));
  return say("as_of", { ago });
}

/**
 * Whether its counts of levels say anything.
 * @param {SharedInfo | null} shared
 * @returns {shared is SharedInfo}
 */
export function hasCounts(shared) {
  return shared !== null && shared.engaged + shared.drifting + shared.away > 0;
}

/**
 * The three shapes of the small window for an exact share.
 * @param {SharedInfo} shared
 * @returns {Amount}
 */
function amountOf({ engaged, counted }) {
  if (engaged / counted >= MOST) return "most";
  return engaged / counted > FEW ? "half" : "few";
}

/**
 * What is told of the class's attention: its words, or else the counts of those who show their results.
 * @param {TeacherState} state
 * @param {Page} page
 * @returns {{of: "words" | "shared", amount: Amount, at: string | null} | null}  null: not enough to say
 */
export function told({ lesson, view }, { signals }) {
  if (!lesson.open || lesson.paused || !view.present || !signals.includes("attention")) return null;
  if (view.words?.level) return { of: "words", amount: view.words.level, at: view.words_at };
  return hasCounts(view.shared) ? { of: "shared", amount: amountOf(view.shared), at: view.shared_at } : null;
}

/**
 * "6 of the 7 who show their results are with you, 1 drifting": a level that nobody is at is left out.
 * @param {SharedInfo} shared
 */
function levels({ counted, engaged, drifting, away }) {
  const parts = [count("with_you", engaged, { counted })];
  if (drifting) parts.push(count("drifting", drifting));
  if (away) parts.push(count("away", away));
  return parts.join(", ");
}

/**
 * What students say of themselves and the teacher should hear at once.
 * @param {import("./wire.js").ClassView} view
 */
function pleas({ self_reports: reports }) {
  const parts = [];
  if (reports?.lost) parts.push(count("say_lost", reports.lost));
  if (reports?.need_a_break) parts.push(count("say_break", reports.need_a_break));
  return parts.join(", ");
}

/** @param {TeacherState} state @param {Figure} figure */
function mainOf({ lesson, view }, figure) {
  if (!lesson.open) return say("ended");
  if (lesson.paused) return say("paused");
  if (!view.present) return say(view.left ? "nobody_now" : "nobody");
  if (!figure) return count("here", view.present);
  if (figure.of === "shared" && view.shared) return levels(view.shared);
  return count(figure.amount, view.present);
}

/**
 * Why nothing is told of the class, or what to do; empty where the sentence needs no reason.
 * @param {TeacherState} state
 * @param {Page} page
 * @param {Figure} figure
 */
function reasonOf({ lesson, view }, { signals, group_size: minimum }, figure) {
  if (!lesson.open || lesson.paused || figure) return "";
  if (!view.present) return view.left ? "" : say(lesson.is_simulation ? "students_come" : "nobody_help");
  if (!minimum || !signals.includes("attention")) return ""; // The page itself says so.
  if (view.self_reports) return say("not_enough");
  return say(view.present < minimum ? "too_few" : "not_enough_mood");
}

/**
 * @param {TeacherState} state
 * @param {Page} page
 * @returns {{main: string, aside: string, left: string, reason: string, age: string, behind: string, mark: string}}
 *   `mark` is the level whose shape stands for the class
 */
export function sentence(state, page) {
  const { lesson, view } = state;
  const figure = told(state, page);
  const runs = lesson.open && !lesson.paused;
  return {
    main: mainOf(state, figure),
    aside: lesson.open ? pleas(view) : "",
    left: lesson.open && view.left ? count("left", view.left) : "",
    reason: reasonOf(state, page, figure),
    age: figure ? age(lesson, figure.at, figure.of) : "",
    behind: runs && view.behind ? say("behind") : "",
    mark: figure ? MARKS[figure.amount] : "unknown",
  };
}

/**
 * Writes a sentence so that a line never breaks between a number and its word.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function writeUnbroken(element, text) {
  if (element.textContent === text) return;
  const parts = text.match(/[^,]+(, )?/g)?.flatMap((part) => {
    const unbroken = Object.assign(element.ownerDocument.createElement("span"), { className: "unbroken" });
    unbroken.textContent = part.trimEnd();
    return part.endsWith(" ") ? [unbroken, " "] : [unbroken];
  });
  element.replaceChildren(...(parts ?? []));
}
