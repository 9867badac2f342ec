/** What would help a camera to see a face, worked out where the student sits: from the brightness of the own picture
 * and from the own reading. Told to nobody and kept nowhere. Pure: no browser needed; docs/face-path.md has the why.
 *
 * @typedef {"dark" | "small" | "unreadable" | "low" | "side"} Help
 *
 * @typedef {object} Held  what is so, since when, and what is said
 * @property {Help | null} help
 * @property {number} since  milliseconds
 * @property {Help | null} said
 */

import { BLACK } from "./gaze.js";

/** Mean brightness of a picture, of 255; a black one is no picture, which the sign says. */
const DARK = 30;
/** Of the picture's height; smaller faces are read less exactly. */
const SMALL = 0.15;
/** Degrees by which a face points above the camera that looks up at it. */
const LOW_PITCH = 20;
/** Degrees by which a face is turned away from a camera that stands beside the screen, to either side. */
const SIDE_YAW = 35;
/** Who looks up to think, or aside for a while, is left alone. */
const SAID_AFTER_MS = { dark: 10_000, small: 10_000, unreadable: 10_000, low: 30_000, side: 30_000 };
const GONE_AFTER_MS = 5000;

/** @type {Held} */
export const NO_HELP = { help: null, since: 0, said: null };

/** The one thing that would help most. Every value has its text in templates/student/partials/camera_help.html.
 * @param {number | null} brightness  mean of the own picture, 0 to 255; null: not known
 * @param {import("./wire.js").OwnReading | null} reading  null: none that is fresh
 * @param {boolean} readsFaces  whether more is read of a face than that it is there
 * @returns {Help | null}
 */
export function helpFor(brightness, reading, readsFaces) {
  if (brightness !== null && brightness >= BLACK && brightness < DARK) return "dark";
  if (!readsFaces || !reading?.box) return null;
  if (reading.box[3] < SMALL) return "small";
  if (!reading.attention && !reading.expression) return "unreadable";
  const { yaw = 0, pitch = 0 } = reading.attention ?? {};
  if (Math.abs(yaw) > SIDE_YAW) return "side";
  return pitch > LOW_PITCH ? "low" : null;
}

/** What is so for a while is said, and stays said until it was not so for a while.
 * @param {Held} before
 * @param {Help | null} help
 * @param {number} now  milliseconds
 * @param {number} [afterMs]
 * @returns {Held}
 */
export function heldHelp(before, help, now, afterMs = help ? SAID_AFTER_MS[help] : GONE_AFTER_MS) {
  const since = help === before.help ? before.since : now;
  return { help, since, said: now - since >= afterMs ? help : before.said };
}
