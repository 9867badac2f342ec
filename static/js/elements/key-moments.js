/* <key-moments>: the moments that were marked, numbered as on the charts, each with a button to change it.
 *
 * Dispatches "change-moment" with the marker. The server renders the <template> of one.
 */

import { closest, copyOf, find, findAll, findTag } from "../dom.js";
import { duration } from "../times.js";

/** @typedef {import("../wire.js").MarkerInfo} MarkerInfo */

export class KeyMoments extends HTMLElement {
  #shown = "";
  /** @type {MarkerInfo[]} */
  #markers = [];

  connectedCallback() {
    this.addEventListener("click", (event) => {
      const id = closest(event, "button[data-marker]")?.dataset.marker;
      const detail = this.#markers.find((marker) => String(marker.id) === id);
      if (detail) this.dispatchEvent(new CustomEvent("change-moment", { detail }));
    });
  }

  /** @param {import("../wire.js").TeacherState} state */
  update({ markers, lesson }) {
    const shown = JSON.stringify([markers, lesson.open]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#markers = markers;
    const focused = findAll(":focus", this)[0]?.dataset.marker;
    const started = Date.parse(lesson.started_at);
    const rows = markers.map((marker, index) => this.#row(marker, index, Date.parse(marker.at) - started, lesson.open));
    find("ol", this).replaceChildren(...rows);
    find("[data-none]", this).hidden = rows.length > 0;
    // The button in focus is gone with its row: the keyboard goes on from the same one, or from here.
    if (focused) (findAll(`[data-marker="${focused}"]`, this)[0] ?? this).focus();
  }

  /**
   * @param {MarkerInfo} marker
   * @param {number} index
   * @param {number} elapsed  milliseconds of lesson time
   * @param {boolean} isOpen  what has ended is changed in its report
   */
  #row(marker, index, elapsed, isOpen) {
    const row = copyOf(findTag("template", "", this));
    find(".marker-number", row).textContent = String(index + 1);
    find("[data-label]", row).textContent = marker.label;
    const time = findTag("time", "", row);
    time.dateTime = marker.at;
    time.textContent = duration(elapsed);
    const button = find("button", row);
    button.dataset.marker = String(marker.id);
    button.hidden = !isOpen;
    button.setAttribute("aria-label", `${button.textContent}: ${marker.label}`);
    return row;
  }
}

customElements.define("key-moments", KeyMoments);
