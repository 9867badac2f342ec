/* <hint-list>: quiet remarks, newest first, each with its time and a button to dismiss it.
 *
 * Dispatches "dismiss" with the hint's id. The server renders the <template> of one hint.
 */

import { closest, copyOf, find, findTag } from "../dom.js";
import { duration } from "../times.js";
import { hintPhrase, say } from "../words.js";

/** @typedef {import("../wire.js").HintInfo} HintInfo */

export class HintList extends HTMLElement {
  #shown = "";

  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = closest(event, "button[data-hint]");
      if (button) this.dispatchEvent(new CustomEvent("dismiss", { detail: Number(button.dataset.hint) }));
    });
  }

  /** @param {import("../wire.js").TeacherState} state */
  update({ hints, lesson }) {
    const ids = hints.map((hint) => hint.id).join();
    if (ids === this.#shown) return;
    this.#shown = ids;
    const hadFocus = this.contains(document.activeElement);
    const started = Date.parse(lesson.started_at);
    const rows = [...hints].reverse().map((hint) => this.#row(hint, Date.parse(hint.at) - started));
    find("ul", this).replaceChildren(...rows);
    find("[data-none]", this).hidden = rows.length > 0;
    // The button in focus is gone with its hint: the keyboard goes on from the next one, or from here.
    /** @type {HTMLElement | null} */
    const next = this.querySelector("button[data-hint]");
    if (hadFocus) (next ?? this).focus();
  }

  /** @param {HintInfo} hint @param {number} elapsed  milliseconds of lesson time */
  #row(hint, elapsed) {
    const row = copyOf(findTag("template", "", this));
    const time = findTag("time", "", row);
    time.dateTime = hint.at;
    time.textContent = duration(elapsed);
    const text = hintPhrase(hint);
    find("[data-text]", row).textContent = text;
    const button = find("button", row);
    button.dataset.hint = String(hint.id);
    button.setAttribute("aria-label", `${say("dismiss")}: ${text}`);
    return row;
  }
}

customElements.define("hint-list", HintList);
