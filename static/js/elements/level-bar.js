/* <level-bar>: the class's word as a bar of three lengths; the levels of those who show their results as
 * segments as wide as their counts, with a legend that says the numbers in words.
 */

import { find } from "../dom.js";
import { age, hasCounts, MARKS } from "../sentence.js";
import { count, words } from "../words.js";

/** @type {("engaged" | "drifting" | "away")[]} */
const LEVELS = ["engaged", "drifting", "away"];

/** @param {HTMLElement} part @param {import("../sentence.js").Amount} amount @param {string} itsAge */
function drawAmount(part, amount, itsAge) {
  part.classList.toggle("is-stale", itsAge !== "");
  find(".amount", part).dataset.amount = amount;
  const word = find(".level", part);
  word.dataset.level = MARKS[amount];
  word.textContent = words.amounts[amount];
}

/** @param {HTMLElement} part @param {import("../wire.js").SharedInfo} shared @param {string} itsAge */
function drawCounts(part, shared, itsAge) {
  part.classList.toggle("is-stale", itsAge !== "");
  find("[data-sharers]", part).textContent = count("sharers", shared.counted);
  find("[data-age]", part).textContent = itsAge;
  for (const level of LEVELS) {
    const segment = find(`[data-segment="${level}"]`, part);
    segment.style.flexGrow = String(shared[level]);
    segment.hidden = shared[level] === 0;
    find(`[data-count="${level}"]`, part).textContent = `${shared[level]} ${words.levels[level]}`;
  }
}

export class LevelBar extends HTMLElement {
  /**
   * @param {import("../wire.js").TeacherState} state
   * @param {ReturnType<typeof import("../sentence.js").told>} figure  null where nothing is told
   */
  update({ lesson, view }, figure) {
    const amount = figure?.of === "words" ? figure.amount : null;
    const shared = figure && hasCounts(view.shared) ? view.shared : null;
    const ofClass = find("[data-words]", this);
    const ofShared = find("[data-shared]", this);
    ofClass.hidden = !amount;
    ofShared.hidden = !shared;
    this.hidden = !amount && !shared;
    if (amount) drawAmount(ofClass, amount, age(lesson, view.words_at, "words"));
    if (shared) drawCounts(ofShared, shared, age(lesson, view.shared_at, "shared"));
  }
}

customElements.define("level-bar", LevelBar);
