/* <class-mood>: the expressions of the class in words, and exact shares of those who show their results.
 *
 * The server renders a row [data-label] for each expression; a column of which nothing is told is hidden.
 */

import { age } from "../sentence.js";
import { count, percent, say, words } from "../words.js";

const SPREAD_MIDDLE = 0.2;
const SPREAD_HIGH = 0.45;

/** @param {number} spread  mean distance from the class; 0: all alike */
export function spreadPhrase(spread) {
  if (spread < SPREAD_MIDDLE) return say("spread_low");
  return say(spread < SPREAD_HIGH ? "spread_middle" : "spread_high");
}

/** Why nothing is told. */
function reason({ open, paused }) {
  if (!open) return say("ended");
  return say(paused ? "paused" : "not_enough_mood");
}

class ClassMood extends HTMLElement {
  /** @param {import("../messages.js").TeacherState} state */
  update({ labels, lesson, view }) {
    const isTold = lesson.open && !lesson.paused;
    const strengths = isTold ? view.words?.expressions : null;
    const shares = isTold ? view.shared?.expression_shares : null;
    this.querySelector("table").hidden = !strengths && !shares;
    this.querySelector("[data-reason]").textContent = strengths || shares ? "" : reason(lesson);
    this.#column("words", strengths, age(lesson, view.words_at, "words"));
    this.#column("shared", shares, age(lesson, view.shared_at, "shared"));
    labels.forEach((label, index) => this.#row(label, strengths?.[index], shares?.[index]));
    this.querySelector("[data-sharers]").textContent = shares ? count("sharers_short", view.shared.counted) : "";
    this.querySelector("[data-facts]").textContent = shares ? this.#facts(view.shared) : "";
  }

  #column(name, values, itsAge) {
    for (const cell of this.querySelectorAll(`[data-column="${name}"]`)) cell.hidden = !values;
    this.querySelector("table").classList.toggle(`has-${name}`, Boolean(values));
    this.querySelector("table").classList.toggle(`is-stale-${name}`, Boolean(values && itsAge));
    this.querySelector(`[data-age="${name}"]`).textContent = values ? itsAge : "";
  }

  #row(label, strength, share) {
    const row = this.querySelector(`[data-label="${label}"]`);
    if (strength) {
      row.querySelector(".strength").dataset.strength = strength;
      row.querySelector("[data-strength-word]").textContent = words.strengths[strength];
    }
    if (share !== undefined) {
      row.querySelector(".meter").style.setProperty("--share", share);
      row.querySelector("[data-share]").textContent = percent(share);
    }
    row.classList.toggle("is-empty", strength ? strength === "hardly" : share === 0);
  }

  #facts({ counted, expression_spread: spread }) {
    return spread === null ? "" : `${count("sharers", counted)}: ${spreadPhrase(spread)}`;
  }
}

customElements.define("class-mood", ClassMood);
