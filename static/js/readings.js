/* What this browser read and has not sent yet, and the message that it travels in. No browser needed; every time is in
   milliseconds, from one clock. */

/** @typedef {import("./reading/values.js").Analysis} Analysis */
/** @typedef {import("./wire.js").MeasuredPicture} MeasuredPicture */

/** As classroom/wire/measurement.py has them: how many a message may hold, and how old one may be. */
const MOST_A_MESSAGE = 8;
const OLDEST_MS = 10_000;
/** None waits for longer than this: what is older may not arrive in time. */
const HELD_MS = 7000;
/** A device is too slow where the last few readings took so long each. */
const SLOW_MS = 1500;
const JUDGED_BY = 4;
/** As many digits as mean anything. */
const ANGLE_DIGITS = 1;
const SHARE_DIGITS = 4;

export class Readings {
  #most;
  /** @type {{analysis: Analysis, takenAt: number}[]} */
  #gathered = [];

  /** @param {number} most  how many are gathered before they are sent */
  constructor(most) {
    this.#most = Math.min(Math.max(1, most), MOST_A_MESSAGE);
  }

  /** The oldest are forgotten where nothing could be sent for long. @param {Analysis} analysis @param {number} takenAt */
  add(analysis, takenAt) {
    this.#gathered = [...this.#gathered, { analysis, takenAt }].slice(-MOST_A_MESSAGE);
  }

  /** Enough are there, or the next comes too late for the oldest. @param {number} now @param {number} intervalMs */
  isDue(now, intervalMs) {
    const [oldest] = this.#gathered;
    if (oldest === undefined) return false;
    return this.#gathered.length >= this.#most || now + intervalMs - oldest.takenAt > HELD_MS;
  }

  /**
   * All that is not too old, which is then forgotten; null where that is nothing.
   * @param {string | null} checksum  of the network that reads expressions
   * @param {number} now
   * @returns {import("./wire.js").MeasuredRequest | null}
   */
  message(checksum, now) {
    const fresh = this.#gathered.filter(({ takenAt }) => now - takenAt < OLDEST_MS - 1000);
    this.#gathered = [];
    if (fresh.length === 0) return null;
    const readings = fresh.map(({ analysis, takenAt }) => measured(analysis, Math.max(0, Math.round(now - takenAt))));
    return { type: "measured", network: checksum?.slice(0, 8) ?? "", sent_ms: Math.round(now), readings };
  }

  forget() {
    this.#gathered = [];
  }
}

/**
 * Nothing of a place in the picture is in it.
 * @param {Analysis} analysis @param {number} ageMs
 * @returns {MeasuredPicture}
 */
function measured({ faces, attention, expression }, ageMs) {
  return {
    age_ms: ageMs,
    faces,
    attention: attention && {
      yaw: rounded(attention.yaw, ANGLE_DIGITS),
      pitch: rounded(attention.pitch, ANGLE_DIGITS),
      roll: rounded(attention.roll, ANGLE_DIGITS),
      eye_openness: rounded(attention.eye_openness, SHARE_DIGITS),
      gaze_x: rounded(attention.gaze_x, SHARE_DIGITS),
      gaze_y: rounded(attention.gaze_y, SHARE_DIGITS),
      yawning: attention.yawning,
    },
    expression: expression?.probabilities.map((one) => rounded(one, SHARE_DIGITS)) ?? null,
    uncertain: expression?.uncertain ?? null,
  };
}

/** @param {number} value @param {number} digits */
function rounded(value, digits) {
  return Number(value.toFixed(digits));
}

/** Whether a device is too slow, by how long each reading took; the first ones warm it up. */
export class Stopwatch {
  /** @type {number[]} */
  #last = [];
  #count = 0;

  /** @param {number} ms */
  note(ms) {
    this.#count += 1;
    if (this.#count > 1) this.#last = [...this.#last, ms].slice(-JUDGED_BY);
  }

  get isTooSlow() {
    return this.#last.length === JUDGED_BY && this.#last.every((ms) => ms > SLOW_MS);
  }
}
