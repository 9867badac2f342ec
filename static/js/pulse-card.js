/* The card of a pulse check, on the student's page and in the small window. It takes a tap while something is asked, and
 * stands in its place otherwise, so that nothing moves under a finger.
 */

import { find, findAllTags } from "./dom.js";

/** How long a refusal stands after the check has closed. */
const REFUSED_MS = 8000;

/** @typedef {import("./wire.js").PulseAsked} PulseAsked */
/** @typedef {{pulse_asked: string, pulse_sent: string}} Words */

export class PulseCard {
  /** @type {PulseAsked | null} */
  #asked = null;
  #note = "";
  #announced = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Words} words
   * @param {() => (ParentNode | null)[]} roots  where a card is drawn
   * @param {(sentence: string) => void} announce
   */
  constructor(words, roots, announce) {
    this.words = words;
    this.roots = roots;
    this.announce = announce;
  }

  /** @param {PulseAsked | null} asked  null: nothing is asked now */
  open(asked) {
    clearTimeout(this.#timer);
    this.#asked = asked;
    this.#note = asked?.answer ? this.words.pulse_sent : "";
    if (asked) this.#timer = setTimeout(() => this.open(null), asked.closes_in_ms);
    this.draw();
    if (asked && asked.id !== this.#announced) {
      this.#announced = asked.id;
      this.announce(this.words.pulse_asked);
    }
  }

  /**
   * @param {string} value  of the button
   * @returns {import("./wire.js").PulseAnswerRequest | null}
   */
  answer(value) {
    if (!this.#asked) return null;
    const answer = /** @type {import("./wire.js").PulseAnswerRequest["answer"]} */ (value);
    this.#asked = { ...this.#asked, answer };
    this.#note = this.words.pulse_sent;
    this.draw();
    return { type: "pulse_answer", pulse: this.#asked.id, answer };
  }

  /** What was tapped does not count, and why. @param {string} sentence */
  refuse(sentence) {
    this.#note = sentence;
    if (this.#asked) this.#asked = { ...this.#asked, answer: null };
    else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.open(null), REFUSED_MS);
    }
    this.draw();
  }

  draw() {
    for (const root of this.roots()) if (root) this.#drawIn(root);
  }

  /** @param {ParentNode} root */
  #drawIn(root) {
    /** @type {HTMLElement | null} */
    const card = root.querySelector("[data-pulse]");
    if (!card) return;
    card.classList.toggle("is-asked", this.#asked !== null);
    find("form", card).classList.toggle("is-away", this.#asked === null);
    find("[data-pulse-idle]", card).classList.toggle("is-away", this.#asked !== null);
    find("[data-pulse-about]", card).classList.toggle("is-away", this.#note !== "");
    const note = find("[data-pulse-note]", card);
    if (note.textContent !== this.#note) note.textContent = this.#note;
    for (const button of findAllTags("button", "", card)) {
      button.setAttribute("aria-pressed", String(button.value === this.#asked?.answer));
    }
  }
}
