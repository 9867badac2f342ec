/* <lesson-clock>: lesson time since the start, ticking at the lesson's pace. */

import { duration } from "../times.js";

const TICK_MS = 1000;

class LessonClock extends HTMLElement {
  #lesson = null;
  #receivedAt = 0;
  #timer = 0;

  connectedCallback() {
    this.#timer = setInterval(() => this.#draw(), TICK_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** @param {import("../messages.js").TeacherState} state */
  update({ lesson }) {
    const shown = this.#lesson;
    if (shown && lesson.now === shown.now && lesson.open === shown.open && lesson.pace === shown.pace) return;
    this.#lesson = lesson;
    this.#receivedAt = performance.now();
    this.#draw();
  }

  /** Milliseconds of lesson time since the start. */
  get elapsed() {
    const { started_at, now, open, pace } = this.#lesson;
    const since = open ? (performance.now() - this.#receivedAt) * pace : 0;
    return new Date(now) - new Date(started_at) + since;
  }

  #draw() {
    if (this.#lesson) this.textContent = duration(this.elapsed);
  }
}

customElements.define("lesson-clock", LessonClock);
