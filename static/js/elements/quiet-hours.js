/* <quiet-hours>: says five minutes before that cameras will stop, and that they have stopped. The server stops them. */

import { find } from "../dom.js";

const TICK_MS = 1000;
const TOLD_BEFORE_MS = 5 * 60_000;

export class QuietHours extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  connectedCallback() {
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #draw() {
    const left = Date.parse(this.dataset.from ?? "") - Date.now();
    find("[data-soon]", this).hidden = left <= 0 || left > TOLD_BEFORE_MS;
    find("[data-now]", this).hidden = left > 0;
  }
}

customElements.define("quiet-hours", QuietHours);
