/* <level-bar>: one segment a level, wide as its count; the legend under it says the numbers in words.
 *
 * The server renders [data-segment] and [data-count] for each level, in parts that are [data-levels].
 */

import { words } from "../words.js";

const LEVELS = ["engaged", "drifting", "away", "unknown"];

class LevelBar extends HTMLElement {
  /**
   * @param {import("../messages.js").ClassView} view
   * @param {boolean} visible  false where counts of levels say nothing
   */
  update(view, visible) {
    for (const part of this.querySelectorAll("[data-levels]")) part.hidden = !visible;
    for (const level of LEVELS) {
      this.querySelector(`[data-segment="${level}"]`).style.flexGrow = view[level];
      this.querySelector(`[data-segment="${level}"]`).hidden = view[level] === 0;
      this.querySelector(`[data-count="${level}"]`).textContent = `${view[level]} ${words.levels[level]}`;
    }
  }
}

customElements.define("level-bar", LevelBar);
