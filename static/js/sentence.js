/* The class in one sentence. */

import { count, say } from "./words.js";

/** @typedef {import("./messages.js").TeacherState} TeacherState */

/** "14 of 18 with you, 3 drifting, 1 away": a level that nobody is at is left out, except the first. */
function levels(view) {
  const parts = [count("with_you", view.engaged, { counted: view.counted })];
  if (view.drifting) parts.push(count("drifting", view.drifting));
  if (view.away) parts.push(count("away", view.away));
  return parts.join(", ");
}

/** What students say of themselves and the teacher should hear at once. */
function pleas(view) {
  const parts = [];
  if (view.self_reports.lost) parts.push(count("say_lost", view.self_reports.lost));
  if (view.self_reports.need_a_break) parts.push(count("say_break", view.self_reports.need_a_break));
  return parts.join(", ");
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

/**
 * @param {TeacherState} state
 * @returns {boolean} whether the counts of levels say anything
 */
export function hasLevels({ lesson, view }, signals) {
  return lesson.open && signals.includes("attention") && !view.hidden && view.engaged + view.drifting + view.away > 0;
}

/**
 * @param {TeacherState} state
 * @param {string[]} signals  that the school's policy computes
 * @returns {{main: string, aside: string}}
 */
export function sentence(state, signals) {
  const { lesson, view } = state;
  if (!lesson.open) return { main: say("ended"), aside: "" };
  if (lesson.paused) return { main: say("paused"), aside: pleas(view) };
  if (!view.present) return { main: say("nobody"), aside: "" };
  return { main: hasLevels(state, signals) ? levels(view) : count("here", view.present), aside: pleas(view) };
}

/**
 * Why there are no levels although somebody is here; empty when there are some.
 * @param {TeacherState} state
 * @param {string[]} signals
 * @param {number} groupSize  the policy's minimum
 */
export function reasonWithoutLevels({ lesson, view }, signals, groupSize) {
  if (!lesson.open || lesson.paused) return "";
  if (!signals.includes("attention")) return say("no_attention");
  if (view.hidden === "few") return count("few", groupSize);
  if (view.hidden === "group") return say("group");
  return hasLevels({ lesson, view }, signals) || !view.present ? "" : say("nobody_counted");
}
