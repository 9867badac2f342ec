/* <lesson-clock>: lesson time since the start, ticking at the lesson's pace. */

import { duration } from "../times.js";

const TICK_MS = 1000;

export class LessonClock extends HTMLElement {
  /** @type {import("../wire.js").LessonInfo | null} */
  #lesson = null;
  #receivedAt = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  connectedCallback() {
    this.#timer = setInterval(() => this.#draw(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** @param {import("../wire.js").TeacherState} state */
  update({ lesson }) {
    const shown = this.#lesson;
    if (shown && lesson.now === shown.now && lesson.open === shown.open && lesson.pace === shown.pace) return;
    this.#lesson = lesson;
    this.#receivedAt = performance.now();
    this.#draw();
  }

  #draw() {
    if (!this.#lesson) return;
    const { started_at, now, open, pace } = this.#lesson;
    const since = open ? (performance.now() - this.#receivedAt) * pace : 0;
    this.textContent = duration(Date.parse(now) - Date.parse(started_at) + since);
  }
}

customElements.define("lesson-clock", LessonClock);
