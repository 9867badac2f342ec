/* What is told of the own camera while it is on air: what was read last, that nothing came for long, that the device slept,
   and what would help. */

import { brightness } from "./brightness.js";
import { heldHelp, helpFor, NO_HELP } from "./camera-help.js";
import { isPhone, longestGap } from "./student-state.js";
import * as view from "./student-view.js";

const STALE_MS = 15_000;

/** @typedef {import("./wire.js").OwnReading} OwnReading */

export class OnAir {
  /** Milliseconds since 1970, as the other times; 0: not on air. */
  #since = 0;
  #lastTickAt = Date.now();
  #lastReadAt = 0;
  #lastSentAt = 0;
  /** @type {OwnReading | null} */
  #lastReading = null;
  #help = NO_HELP;

  /**
   * @param {HTMLElement} page
   * @param {HTMLVideoElement | null} video
   * @param {boolean} readsFaces  more than whether there is one
   * @param {view.Words} words
   */
  constructor(page, video, readsFaces, words) {
    this.page = page;
    this.video = video;
    this.readsFaces = readsFaces;
    this.words = words;
  }

  get isOn() {
    return this.#since > 0;
  }

  /** What was so before a pause is not told of after it. @param {boolean} isOn */
  turn(isOn) {
    this.#since = isOn ? Date.now() : 0;
    this.#lastReading = null;
    this.#help = NO_HELP;
    view.drawHelp(this.page, null);
  }

  sent() {
    this.#lastSentAt = Date.now();
  }

  /** @param {OwnReading} reading */
  read(reading) {
    this.#lastReadAt = Date.now();
    this.#lastReading = reading;
    if (this.isOn) view.drawReading(this.page, reading, this.words);
    view.drawStale(this.page, this.#lastReadAt, false);
  }

  /** @param {number} intervalMs @param {boolean} isMuted */
  tick(intervalMs, isMuted) {
    const now = Date.now();
    if (this.isOn && now - this.#lastTickAt > longestGap(intervalMs)) view.drawSleep(this.page, this.#lastTickAt, now);
    this.#lastTickAt = now;
    const waitingSince = Math.max(this.#lastReadAt, this.#since);
    const isStale = this.isOn && now - waitingSince > Math.max(STALE_MS, 5 * intervalMs);
    view.drawStale(this.page, waitingSince, isStale);
    if (isStale) this.#lastReading = null;
    this.#drawHelp(now, isMuted);
  }

  /** A phone gives no pictures of a page that is not in front, though its timer may go on. @param {number} intervalMs */
  comesToFront(intervalMs) {
    if (!this.isOn || !isPhone(navigator)) return;
    const since = Math.max(this.#lastSentAt, this.#since);
    if (Date.now() - since > longestGap(intervalMs)) view.drawSleep(this.page, since, Date.now());
  }

  /** A hidden page shows no picture to look at, and nobody reads it. @param {number} now @param {boolean} isMuted */
  #drawHelp(now, isMuted) {
    if (!this.video || !this.isOn || document.hidden) return;
    const light = isMuted ? null : brightness(this.video);
    this.#help = heldHelp(this.#help, helpFor(light, this.#lastReading, this.readsFaces), now);
    view.drawHelp(this.page, this.#help.said);
  }
}
