/* <break-clock>: how long the teacher's break still lasts, and that it is over. The server holds its end, in lesson time. */

import { find } from "../dom.js";
import { breakLeft, duration } from "../times.js";

const TICK_MS = 1000;
const OVER_STAYS_MS = 30_000;

export class BreakClock extends HTMLElement {
  /** @type {import("../wire.js").LessonInfo | null} */
  #lesson = null;
  #receivedAt = 0;
  #isRunning = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  connectedCallback() {
    this.#timer = setInterval(() => this.#draw(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** @param {import("../wire.js").LessonInfo} lesson */
  update(lesson) {
    const shown = this.#lesson;
    if (shown && lesson.now === shown.now && lesson.break_ends_at === shown.break_ends_at) return;
    this.#lesson = lesson;
    this.#receivedAt = performance.now();
    this.#draw();
  }

  #draw() {
    const left = this.#lesson ? breakLeft(this.#lesson, performance.now() - this.#receivedAt) : 0;
    const isRunning = left > 0;
    if (isRunning) find("[data-left]", this).textContent = duration(left + TICK_MS - 1);
    if (isRunning === this.#isRunning) return;
    this.#isRunning = isRunning;
    find("[data-running]", this).hidden = !isRunning;
    // The clock itself says that there is a break to who sees it, and goes on without being read out.
    const said = find("[data-said]", this);
    said.classList.toggle("visually-hidden", isRunning);
    // With the lesson a break ends without a word: nobody has to come back.
    const over = this.#lesson?.open ? this.dataset.over : "";
    said.textContent = (isRunning ? this.dataset.begun : over) ?? "";
    if (!isRunning) setTimeout(() => this.#forget(), OVER_STAYS_MS);
  }

  #forget() {
    if (!this.#isRunning) find("[data-said]", this).textContent = "";
  }
}

customElements.define("break-clock", BreakClock);
