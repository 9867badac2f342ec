import assert from "node:assert/strict";
import { test } from "node:test";

import { heldHelp, helpFor, NO_HELP } from "../../static/js/camera-help.js";

const AHEAD = { yaw: 0, pitch: 0, eye_openness: 0.8 };
/** @type {import("../../static/js/wire.js").OwnReading} */
const READ = {
  type: "reading",
  taken_at: "2026-01-01T10:00:00Z",
  faces: 1,
  box: [0.3, 0.3, 0.3, 0.4],
  expression: null,
  attention: AHEAD,
  level: "engaged",
};
/** @type {import("../../static/js/wire.js").ExpressionInfo} */
const NEUTRAL = { label: "neutral", clarity: "clearly" };
const FAR = { box: [0.4, 0.4, 0.1, 0.14] };
const UNREAD = { attention: null };

/** @type {[number | null, Partial<import("../../static/js/wire.js").OwnReading>, string | null][]} */
const CASES = [
  [120, {}, null],
  [null, {}, null],
  [29, {}, "dark"],
  [30, {}, null],
  [5, {}, "dark"],
  [4, {}, null],
  [20, { faces: 0, box: null, attention: null }, "dark"],
  [120, { faces: 0, box: null, attention: null }, null],
  [120, FAR, "small"],
  [20, FAR, "dark"],
  [120, { box: [0.4, 0.4, 0.1, 0.15] }, null],
  [120, UNREAD, "unreadable"],
  [120, { ...UNREAD, expression: NEUTRAL }, null],
  [120, { ...UNREAD, ...FAR }, "small"],
  [120, { attention: { ...AHEAD, pitch: 21 } }, "low"],
  [120, { attention: { ...AHEAD, pitch: 20 } }, null],
  [120, { attention: { ...AHEAD, pitch: -40 } }, null],
  [120, { attention: { ...AHEAD, yaw: 36 } }, "side"],
  [120, { attention: { ...AHEAD, yaw: -36 } }, "side"],
  [120, { attention: { ...AHEAD, yaw: 35 } }, null],
];

for (const [brightness, changes, expected] of CASES) {
  test(`at a brightness of ${brightness} with ${JSON.stringify(changes)} ${expected ?? "nothing"} is of help`, () => {
    assert.equal(helpFor(brightness, { ...READ, ...changes }, true), expected);
  });
}

test("where nothing is read of a face nobody is asked to show it better", () => {
  assert.equal(helpFor(120, { ...READ, ...UNREAD, ...FAR }, false), null);
  assert.equal(helpFor(20, { ...READ, ...UNREAD }, false), "dark");
});

test("without a fresh reading only the own light is known", () => {
  assert.equal(helpFor(120, null, true), null);
  assert.equal(helpFor(20, null, true), "dark");
});

/**
 * What is said at each second, where each sign stands for what is so in that second.
 * @param {string} seconds  s: small, l: low, a dot: nothing
 */
function saidOver(seconds) {
  /** @type {Record<string, import("../../static/js/camera-help.js").Help>} */
  const meant = { s: "small", l: "low" };
  let held = NO_HELP;
  return Array.from(seconds, (sign, second) => {
    held = heldHelp(held, meant[sign] ?? null, 1000 * (second + 1));
    return held.said?.[0] ?? ".";
  }).join("");
}

for (const [what, isSo, isSaid] of /** @type {const} */ ([
  ["ten seconds of a small face are told of", "ssssssssssss", "..........ss"],
  ["nine are not", "ssssssssss..........", "...................."],
  ["an odd picture in between begins anew", "sssss.ssssssssssss", "................ss"],
  ["what is said does not flicker", "sssssssssss..ssss.ss", "..........ssssssssss"],
  ["five seconds without end it", "sssssssssss.......", "..........ssssss.."],
  ["who looks up for a while is left alone", `${"l".repeat(30)}......`, ".".repeat(36)],
  ["a camera that stays low is told of", "l".repeat(32), `${".".repeat(30)}ll`],
])) {
  test(what, () => assert.equal(saidOver(isSo), isSaid));
}

test("a check before joining waits less", () => {
  const dark = heldHelp(NO_HELP, "dark", 1000, 2000);
  assert.equal(dark.said, null);
  assert.equal(heldHelp(dark, "dark", 3000, 2000).said, "dark");
});
