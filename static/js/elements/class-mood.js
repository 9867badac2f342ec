/* <class-mood>: the expressions of the class in words, and exact shares of those who show their results.
 *
 * The server renders a row [data-label] for each expression; a column of which nothing is told is hidden.
 */

import { find, findAll } from "../dom.js";
import { age } from "../sentence.js";
import { count, percent, say, words } from "../words.js";

const SPREAD_MIDDLE = 0.2;
const SPREAD_HIGH = 0.45;

/** @param {number} spread  mean distance from the class; 0: all alike */
export function spreadPhrase(spread) {
  if (spread < SPREAD_MIDDLE) return say("spread_low");
  return say(spread < SPREAD_HIGH ? "spread_middle" : "spread_high");
}

/**
 * Why nothing is told.
 * @param {import("../wire.js").LessonInfo} lesson
 */
function reason({ open, paused }) {
  if (!open) return say("ended");
  return say(paused ? "paused" : "not_enough_mood");
}

/** @param {import("../wire.js").SharedInfo} shared */
function facts({ counted, expression_spread: spread }) {
  return spread === null ? "" : `${count("sharers", counted)}: ${spreadPhrase(spread)}`;
}

export class ClassMood extends HTMLElement {
  /** @param {import("../wire.js").TeacherState} state */
  update({ labels, lesson, view }) {
    const isTold = lesson.open && !lesson.paused;
    const strengths = isTold ? view.words?.expressions : null;
    const shares = isTold ? view.shared?.expression_shares : null;
    find("table", this).hidden = !strengths && !shares;
    find("[data-reason]", this).textContent = strengths || shares ? "" : reason(lesson);
    this.#column("words", strengths, age(lesson, view.words_at, "words"));
    this.#column("shared", shares, age(lesson, view.shared_at, "shared"));
    for (const [index, label] of labels.entries()) this.#row(label, strengths?.[index], shares?.[index]);
    const sharers = shares ? view.shared : null;
    find("[data-sharers]", this).textContent = sharers && count("sharers_short", sharers.counted);
    find("[data-facts]", this).textContent = sharers && facts(sharers);
  }

  /**
   * @param {"words" | "shared"} name
   * @param {unknown[] | null | undefined} values  null where nothing is told
   * @param {string} itsAge
   */
  #column(name, values, itsAge) {
    for (const cell of findAll(`[data-column="${name}"]`, this)) cell.hidden = !values;
    find("table", this).classList.toggle(`has-${name}`, Boolean(values));
    find("table", this).classList.toggle(`is-stale-${name}`, Boolean(values && itsAge));
    find(`[data-age="${name}"]`, this).textContent = values ? itsAge : "";
  }

  /**
   * @param {string} label
   * @param {string | undefined} strength
   * @param {number | undefined} share
   */
  #row(label, strength, share) {
    const row = find(`[data-label="${label}"]`, this);
    if (strength) {
      find(".strength", row).dataset.strength = strength;
      find("[data-strength-word]", row).textContent = words.strengths[strength];
    }
    if (share !== undefined) {
      find(".meter", row).style.setProperty("--share", String(share));
      find("[data-share]", row).textContent = percent(share);
    }
    row.classList.toggle("is-empty", strength ? strength === "hardly" : share === 0);
  }
}

customElements.define("class-mood", ClassMood);
