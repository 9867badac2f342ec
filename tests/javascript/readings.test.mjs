/* What a browser read waits for its message, and holds nothing of a place in the picture. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Readings, Stopwatch } from "../../static/js/readings.js";

const ATTENTION = {
  yaw: -12.3456,
  pitch: 2,
  roll: 0.04,
  eye_openness: 0.812345,
  gaze_x: -0.1,
  gaze_y: 0.00004,
  yawning: false,
};
const ANALYSIS = {
  faces: 1,
  box: { left: 0.1, top: 0.2, width: 0.3, height: 0.4 },
  attention: ATTENTION,
  expression: { probabilities: [0.12345678, 0.5, 0.07654322, 0.1, 0.1, 0.05, 0.05], uncertain: true },
  sighting: { region: { x: 0.5, y: 0.5, size: 0.2, angle: 3 }, faces: 1, found: true },
};
const CHECKSUM = "0123456789abcdef";

test("one reading a message leaves at once, without any place in the picture", () => {
  const readings = new Readings(1);
  assert.equal(readings.isDue(0, 1000), false);
  readings.add(ANALYSIS, 1000);
  assert.equal(readings.isDue(1000, 1000), true);
  assert.deepEqual(readings.message(CHECKSUM, 1040.6), {
    type: "measured",
    network: "01234567",
    sent_ms: 1041,
    readings: [
      {
        age_ms: 41,
        faces: 1,
        attention: { ...ATTENTION, yaw: -12.3, roll: 0, eye_openness: 0.8123, gaze_y: 0 },
        expression: [0.1235, 0.5, 0.0765, 0.1, 0.1, 0.05, 0.05],
        uncertain: true,
      },
    ],
  });
  assert.equal(readings.isDue(1050, 1000), false);
});

test("what was not allowed or not there is said to be none", () => {
  const readings = new Readings(1);
  readings.add({ faces: 0, box: null, attention: null, expression: null, sighting: null }, 0);
  const message = readings.message(null, 0);
  assert.deepEqual(message?.readings, [{ age_ms: 0, faces: 0, attention: null, expression: null, uncertain: null }]);
  assert.equal(message?.network, "");
});

test("several gather, and the first does not wait for them too long", () => {
  const readings = new Readings(4);
  for (const at of [0, 1000, 2000]) readings.add(ANALYSIS, at);
  assert.equal(readings.isDue(2000, 1000), false);
  assert.equal(readings.isDue(6001, 1000), true);
  readings.add(ANALYSIS, 3000);
  assert.equal(readings.isDue(3000, 1000), true);
  const ages = readings.message(CHECKSUM, 3000)?.readings.map((one) => one.age_ms);
  assert.deepEqual(ages, [3000, 2000, 1000, 0]);
});

test("in a slow rhythm none waits for the next", () => {
  const readings = new Readings(8);
  readings.add(ANALYSIS, 0);
  assert.equal(readings.isDue(0, 10_000), true);
  assert.equal(readings.isDue(0, 5000), false);
  readings.add(ANALYSIS, 5000);
  assert.equal(readings.isDue(5000, 5000), true);
});

for (const { everyMs, most, ages } of [
  { everyMs: 1000, most: 8, ages: [7000, 6000, 5000, 4000, 3000, 2000, 1000, 0] },
  { everyMs: 3000, most: 8, ages: [6000, 3000, 0] },
  { everyMs: 5000, most: 4, ages: [5000, 0] },
  { everyMs: 10_000, most: 4, ages: [0] },
]) {
  test(`of readings ${everyMs} ms apart none is lost for waiting`, () => {
    const readings = new Readings(most);
    let [taken, sent] = [0, 0];
    /** @type {number[]} */
    let last = [];
    for (let at = 0; at < 120_000; at += everyMs, taken += 1) {
      readings.add(ANALYSIS, at);
      if (!readings.isDue(at, everyMs)) continue;
      last = readings.message(CHECKSUM, at)?.readings.map((one) => one.age_ms) ?? [];
      sent += last.length;
    }
    assert.deepEqual(last, ages);
    assert.ok(taken - sent < most);
  });
}

test("where nothing can be sent the newest eight are kept, and none older than the server takes", () => {
  const readings = new Readings(4);
  for (let at = 0; at < 20_000; at += 1000) readings.add(ANALYSIS, at);
  const ages = readings.message(CHECKSUM, 20_500)?.readings.map((one) => one.age_ms);
  assert.deepEqual(ages, [8500, 7500, 6500, 5500, 4500, 3500, 2500, 1500]);
  readings.add(ANALYSIS, 0);
  assert.equal(readings.message(CHECKSUM, 20_500), null);
});

test("the camera stopped: nothing from before is sent after", () => {
  const readings = new Readings(4);
  readings.add(ANALYSIS, 0);
  readings.forget();
  assert.equal(readings.message(CHECKSUM, 10), null);
});

test("a device is too slow when its last four readings were, the first one apart", () => {
  const stopwatch = new Stopwatch();
  stopwatch.note(9000);
  for (let n = 0; n < 3; n += 1) stopwatch.note(1600);
  assert.equal(stopwatch.isTooSlow, false);
  stopwatch.note(1600);
  assert.equal(stopwatch.isTooSlow, true);
  stopwatch.note(200);
  assert.equal(stopwatch.isTooSlow, false);
});
