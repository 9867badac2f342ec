/* The camera read in this browser: frames in, numbers out. A frame goes to the reading worker and nowhere else. */

import { CannotRead } from "./reading/cannot-read.js";
import { RemoteReader } from "./reading/remote-reader.js";
import { Readings, Stopwatch } from "./readings.js";

/**
 * @typedef {object} ReaderHandlers
 * @property {(request: import("./wire.js").MeasuredRequest) => boolean} send  false: it could not leave now
 * @property {() => number} intervalMs  between two readings
 * @property {() => boolean} isFree  whether little enough is unanswered
 * @property {(analysis: import("./reading/values.js").Analysis) => void} onanalysis
 * @property {(problem: string) => void} onproblem  names the words to show
 */

export class BrowserReader {
  #addresses;
  #signals;
  #handlers;
  #readings;
  #stopwatch = new Stopwatch();
  /** @type {RemoteReader | null} */
  #reader = null;
  /** The student was told that this device is slow, and goes on. */
  #mayBeSlow = false;
  /** How often the camera stopped: what was being read then is not taken. */
  #stops = 0;

  /**
   * @param {import("./reading/networks.js").Addresses} addresses
   * @param {import("./reading/values.js").Signal[]} signals  what policy and consent allow
   * @param {number} most  readings that a message gathers
   * @param {ReaderHandlers} handlers
   */
  constructor(addresses, signals, most, handlers) {
    this.#addresses = addresses;
    this.#signals = signals;
    this.#handlers = handlers;
    this.#readings = new Readings(most);
  }

  /**
   * Resolves once the frame is read, whatever came of it.
   * @param {ImageBitmap | VideoFrame} frame  is handed over
   * @param {number} takenAt
   */
  async read(frame, takenAt) {
    const stops = this.#stops;
    try {
      this.#reader ??= await RemoteReader.open(this.#addresses, this.#signals);
      const { analysis, ms } = await this.#reader.read(frame);
      if (stops === this.#stops) this.#take(analysis, ms, takenAt);
    } catch (error) {
      frame.close();
      if (stops === this.#stops) this.#fail(CannotRead.from(error));
    }
  }

  /** @param {import("./reading/values.js").Analysis} analysis @param {number} ms @param {number} takenAt */
  #take(analysis, ms, takenAt) {
    this.#stopwatch.note(ms);
    if (this.#stopwatch.isTooSlow && !this.#mayBeSlow) return this.#handlers.onproblem("reader-slow");
    this.#handlers.onanalysis(analysis);
    this.#readings.add(analysis, takenAt);
    const now = Date.now();
    if (!this.#readings.isDue(now, this.#handlers.intervalMs()) || !this.#handlers.isFree()) return;
    const message = this.#readings.message(this.#reader?.model ?? null, now);
    if (message) this.#handlers.send(message);
  }

  /** @param {CannotRead} error */
  #fail({ reason }) {
    this.close();
    this.#handlers.onproblem(`reader-${reason}`);
  }

  /** However long a reading takes. */
  goOnSlowly() {
    this.#mayBeSlow = true;
  }

  /** The camera stopped, or is another one: nothing from before it is sent after it. */
  forget() {
    this.#stops += 1;
    this.#readings.forget();
    this.#reader?.forget().catch(() => {});
  }

  close() {
    this.#stops += 1;
    this.#readings.forget();
    this.#reader?.close();
    this.#reader = null;
  }
}
