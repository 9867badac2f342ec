/* <hint-list>: quiet remarks, newest first, each with its time and a button to dismiss it.
 *
 * Dispatches "dismiss" with the hint's id. The server renders the <template> of one hint.
 */

import { say } from "../words.js";
import { duration } from "../times.js";

class HintList extends HTMLElement {
  #shown = "";

  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-hint]");
      if (button) this.dispatchEvent(new CustomEvent("dismiss", { detail: Number(button.dataset.hint) }));
    });
  }

  /** @param {import("../messages.js").TeacherState} state */
  update({ hints, lesson }) {
    const ids = hints.map((hint) => hint.id).join();
    if (ids === this.#shown) return;
    this.#shown = ids;
    const hadFocus = this.contains(document.activeElement);
    const started = new Date(lesson.started_at);
    const rows = [...hints].reverse().map((hint) => this.#row(hint, new Date(hint.at) - started));
    this.querySelector("ul").replaceChildren(...rows);
    this.querySelector("[data-none]").hidden = rows.length > 0;
    // The button in focus is gone with its hint: the keyboard goes on from the next one, or from here.
    if (hadFocus) (this.querySelector("button[data-hint]") ?? this).focus();
  }

  #row(hint, elapsed) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("time").dateTime = hint.at;
    row.querySelector("time").textContent = duration(elapsed);
    row.querySelector("[data-text]").textContent = hint.text;
    const button = row.querySelector("button");
    button.dataset.hint = hint.id;
    button.setAttribute("aria-label", `${say("dismiss")}: ${hint.text}`);
    return row;
  }
}

customElements.define("hint-list", HintList);
