/* <class-mood>: the newest step of the class mood as labelled bars, or why there is none. */

import { percent, say, words } from "../words.js";

const SPREAD_MIDDLE = 0.2;
const SPREAD_HIGH = 0.45;

/** @param {number} spread  mean distance from the class; 0: all alike */
export function spreadPhrase(spread) {
  if (spread < SPREAD_MIDDLE) return say("spread_low");
  return say(spread < SPREAD_HIGH ? "spread_middle" : "spread_high");
}

/** "neutral 55%, happiness 20%": what was read most, at most three. */
export function sharesPhrase(labels, shares) {
  return labels
    .map((label, index) => ({ label, share: shares[index] }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3)
    .map(({ label, share }) => `${words.resembled[label]} ${percent(share)}`)
    .join(", ");
}

class ClassMood extends HTMLElement {
  /**
   * @param {import("../messages.js").TeacherState} state
   * @param {string} reason  why mood is withheld, or empty
   */
  update({ labels, lesson, view }, reason) {
    const shares = view.mood?.expression_shares;
    const isShown = Boolean(shares) && !view.hidden && lesson.open;
    this.querySelector("[data-bars]").hidden = !isShown;
    this.querySelector("[data-facts]").textContent = isShown ? this.#facts(view.mood) : "";
    this.querySelector("[data-reason]").textContent = isShown ? "" : reason || say(lesson.open ? "not_enough" : "ended");
    if (isShown) labels.forEach((label, index) => this.#bar(label, shares[index]));
  }

  #bar(label, share) {
    const row = this.querySelector(`[data-label="${label}"]`);
    row.querySelector(".meter").style.setProperty("--share", share);
    row.querySelector("[data-share]").textContent = percent(share);
    row.classList.toggle("is-empty", share === 0);
  }

  #facts({ counted, unknown, expression_spread: spread }) {
    const facts = [say("mood_counted", { counted, unknown })];
    if (spread !== null) facts.unshift(spreadPhrase(spread));
    return facts.join(" · ");
  }
}

customElements.define("class-mood", ClassMood);
