/* <level-bar>: the class's word as a bar of three lengths; the levels of those who show their results as
 * segments as wide as their counts, with a legend that says the numbers in words.
 */

import { MARKS, age, hasCounts } from "../sentence.js";
import { count, words } from "../words.js";

const LEVELS = ["engaged", "drifting", "away"];

class LevelBar extends HTMLElement {
  /**
   * @param {import("../messages.js").TeacherState} state
   * @param {ReturnType<typeof import("../sentence.js").told>} figure  null where nothing is told
   */
  update({ lesson, view }, figure) {
    const ofClass = this.querySelector("[data-words]");
    const ofShared = this.querySelector("[data-shared]");
    ofClass.hidden = figure?.of !== "words";
    ofShared.hidden = !figure || !hasCounts(view.shared);
    this.hidden = ofClass.hidden && ofShared.hidden;
    if (!ofClass.hidden) this.#amount(ofClass, figure.amount, age(lesson, view.words_at, "words"));
    if (!ofShared.hidden) this.#counts(ofShared, view.shared, age(lesson, view.shared_at, "shared"));
  }

  #amount(part, amount, itsAge) {
    part.classList.toggle("is-stale", itsAge !== "");
    part.querySelector(".amount").dataset.amount = amount;
    const word = part.querySelector(".level");
    word.dataset.level = MARKS[amount];
    word.textContent = words.amounts[amount];
  }

  #counts(part, shared, itsAge) {
    part.classList.toggle("is-stale", itsAge !== "");
    part.querySelector("[data-sharers]").textContent = count("sharers", shared.counted);
    part.querySelector("[data-age]").textContent = itsAge;
    for (const level of LEVELS) {
      const segment = part.querySelector(`[data-segment="${level}"]`);
      segment.style.flexGrow = shared[level];
      segment.hidden = shared[level] === 0;
      part.querySelector(`[data-count="${level}"]`).textContent = `${shared[level]} ${words.levels[level]}`;
    }
  }
}

customElements.define("level-bar", LevelBar);
