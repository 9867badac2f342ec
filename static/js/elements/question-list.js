/* <question-list>: what students ask without a name; those held back first, then by votes.
 *
 * Dispatches "settle" with the question's id and what becomes of it. The server renders the <template> of one.
 */

import { closest, copyOf, find, findAllTags, findTag } from "../dom.js";
import { count, say } from "../words.js";

/** @typedef {import("../wire.js").QuestionInfo} QuestionInfo */
/** @typedef {{id: number, state: string}} Settled */

export class QuestionList extends HTMLElement {
  #shown = "";

  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = closest(event, "button[data-to]");
      if (!button) return;
      const detail = { id: Number(button.dataset.question), state: button.dataset.to };
      this.dispatchEvent(new CustomEvent("settle", { detail }));
    });
  }

  /** @param {import("../wire.js").TeacherState} state */
  update({ questions, lesson }) {
    const shown = JSON.stringify([questions, lesson.open]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    /** @type {HTMLElement | null} */
    const focused = this.querySelector("button:focus");
    find("ul", this).replaceChildren(...questions.map((question) => this.#row(question, lesson.open)));
    find("[data-none]", this).hidden = questions.length > 0;
    const open = questions.filter(({ state }) => state !== "answered").length;
    const badge = find("#questions-open");
    badge.textContent = String(open);
    badge.hidden = open === 0;
    if (focused) this.#focusAgain(focused.dataset);
  }

  /** The keyboard goes on where it was, or from here. @param {DOMStringMap} before */
  #focusAgain({ question, to }) {
    /** @type {HTMLElement | null} */
    const same = this.querySelector(`button[data-question="${question}"][data-to="${to}"]:not([hidden])`);
    (same ?? this).focus();
  }

  /** @param {QuestionInfo} question @param {boolean} isOpen  the lesson */
  #row({ id, text, votes, state }, isOpen) {
    const row = copyOf(findTag("template", "", this));
    row.dataset.state = state;
    find("[data-text]", row).textContent = text;
    find("[data-state]", row).textContent = state === "open" ? "" : say(`question_${state}`);
    find("[data-votes]", row).textContent = votes ? count("votes", votes) : "";
    for (const button of findAllTags("button", "", row)) {
      const { to } = button.dataset;
      button.hidden =
        !isOpen || to === state || (to === "open" && state !== "held") || (to === "answered" && state === "held");
      button.dataset.question = String(id);
      button.setAttribute("aria-label", `${button.textContent}: ${text}`);
    }
    return row;
  }
}

customElements.define("question-list", QuestionList);
