/* What is on its way to the server: how much of it is unanswered, and how often a picture really arrives. No browser
   needed; every time is in milliseconds, from one clock. */

import { LARGEST_BYTES } from "./capture-timer.js";

const MOST_UNANSWERED = 2;
/** A network whose answers take longer has one picture on its way, so that none waits behind another. */
const QUICK_MS = 1000;
/** So long a picture may take; those after one that took longer are made smaller. */
const WANTED_MS = 2000;
const SMALLEST_BYTES = 3000;
const REMEMBERED = 6;
/** A rhythm is told of as slow when it is so much slower than what was asked for. */
const SLOW_TIMES = 1.5;
const SLOW_BY_MS = 500;

export class Uplink {
  /** @type {{at: number, bytes: number}[]} */
  #unanswered = [];
  #count = 0;
  #lastTook = 0;
  #wasRefused = false;
  /** When the last few left that were taken.
   * @type {number[]} */
  #taken = [];
  /** @type {number | undefined} */
  #since;
  #largestBytes = LARGEST_BYTES;

  /** A socket opened: nothing is on its way, and the server counts anew. */
  begin() {
    this.#unanswered = [];
    this.#count = 0;
    this.#wasRefused = false;
  }

  /**
   * The camera begins, or the lesson asks for another rhythm: what was before says nothing.
   * @param {number} now
   */
  beginRhythm(now) {
    this.#taken = [];
    this.#since = now;
  }

  /** @param {number} now @param {number} bytes */
  left(now, bytes) {
    this.#unanswered.push({ at: now, bytes });
  }

  /** The next answer is to something that was not taken. */
  refused() {
    this.#wasRefused = true;
  }

  /**
   * @param {number} count  how many have arrived since the socket opened
   * @param {number} now
   */
  answered(count, now) {
    for (; this.#count < count; this.#count += 1) {
      const one = this.#unanswered.shift();
      if (one) this.#learn(one, now);
    }
    this.#wasRefused = false;
  }

  /** @param {{at: number, bytes: number}} one @param {number} now */
  #learn({ at, bytes }, now) {
    this.#lastTook = now - at;
    if (!this.#wasRefused) this.#taken = [...this.#taken, at].slice(-REMEMBERED);
    const wanted = this.#lastTook > WANTED_MS ? (bytes * WANTED_MS) / this.#lastTook : this.#largestBytes * SLOW_TIMES;
    this.#largestBytes = Math.min(LARGEST_BYTES, Math.max(SMALLEST_BYTES, Math.round(wanted)));
  }

  /** @param {number} now */
  isFree(now) {
    const [oldest] = this.#unanswered;
    if (!oldest) return true;
    const isQuick = Math.max(this.#lastTook, now - oldest.at) < QUICK_MS;
    return isQuick && this.#unanswered.length < MOST_UNANSWERED;
  }

  get isEmpty() {
    return this.#unanswered.length === 0;
  }

  /** How large the next picture may be. */
  get largestBytes() {
    return this.#largestBytes;
  }

  /**
   * How far apart pictures arrive, where that is much slower than asked for; else null.
   * @param {number} askedMs
   * @param {number} now
   */
  slowRhythm(askedMs, now) {
    const last = this.#taken.at(-1) ?? this.#since ?? now;
    const [first = last] = this.#taken;
    const gaps = Math.max(1, this.#taken.length - 1);
    const everyMs = Math.max((last - first) / gaps, now - last - askedMs);
    return everyMs > Math.max(SLOW_TIMES * askedMs, askedMs + SLOW_BY_MS) ? everyMs : null;
  }
}
