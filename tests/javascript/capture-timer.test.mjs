import assert from "node:assert/strict";
import { test } from "node:test";

import {
  FIRST_QUALITY,
  LARGEST_BYTES,
  LOWEST_QUALITY,
  nextQuality,
  nextTick,
  realInterval,
  skipReason,
  snapshotFrame,
  snapshotSize,
  stretchAfterCalm,
  stretchAfterTooFast,
} from "../../static/js/capture-timer.js";

for (const [width, height, expected] of /** @type {const} */ ([
  [640, 480, { width: 320, height: 240 }],
  [480, 640, { width: 240, height: 320 }],
  [1280, 720, { width: 370, height: 208 }],
  [320, 240, { width: 320, height: 240 }],
  [160, 120, { width: 160, height: 120 }],
])) {
  test(`a picture of ${width}x${height} keeps its shape`, () => {
    assert.deepEqual(snapshotSize(width, height), expected);
  });
}

test("quality steps down while a snapshot is too large, and never below the lowest", () => {
  let quality = FIRST_QUALITY;
  for (let step = 0; step < 10; step += 1) {
    const next = nextQuality(quality, LARGEST_BYTES + 1);
    assert.ok(next < quality || next === LOWEST_QUALITY);
    quality = next;
  }
  assert.equal(quality, LOWEST_QUALITY);
});

test("quality comes back once snapshots are small, and stays between", () => {
  assert.ok(nextQuality(LOWEST_QUALITY, 10_000) > LOWEST_QUALITY);
  assert.equal(nextQuality(FIRST_QUALITY, 10_000), FIRST_QUALITY);
  assert.equal(nextQuality(0.5, LARGEST_BYTES - 1), 0.5);
});

test("less may be sent on a slow network", () => {
  assert.ok(nextQuality(FIRST_QUALITY, 10_000, 4000) < FIRST_QUALITY);
});

test("a snapshot travels with the time at which it was taken before it", () => {
  const frame = new Uint8Array(snapshotFrame(258, new Uint8Array([255, 216, 255, 7]).buffer));
  assert.deepEqual([...frame], [0, 0, 0, 0, 0, 0, 1, 2, 255, 216, 255, 7]);
});

test("a late tick does not move the ones after it", () => {
  assert.equal(nextTick(1000, 1030, 500), 1500);
  assert.equal(nextTick(1000, 1490, 500), 1500);
});

test("a tick that is due already comes at once, not twice", () => {
  assert.equal(nextTick(1000, 1700, 500), 1700);
});

test("after a sleep the rhythm starts anew instead of catching up", () => {
  assert.equal(nextTick(1000, 61_000, 500), 61_500);
});

for (const [now, reason] of /** @type {const} */ ([
  [{ onAir: true, encoding: false, bufferedAmount: 0, isFree: true }, null],
  [{ onAir: false, encoding: false, bufferedAmount: 0, isFree: true }, "off"],
  [{ onAir: true, encoding: true, bufferedAmount: 0, isFree: true }, "encoding"],
  [{ onAir: true, encoding: false, bufferedAmount: 1, isFree: true }, "buffered"],
  [{ onAir: true, encoding: false, bufferedAmount: 0, isFree: false }, "unanswered"],
])) {
  test(`a tick is ${reason ? `skipped: ${reason}` : "used"}`, () => assert.equal(skipReason(now), reason));
}

test("too fast makes the interval longer, within a limit", () => {
  let stretch = 1;
  for (let step = 0; step < 20; step += 1) stretch = stretchAfterTooFast(stretch);
  assert.ok(realInterval(1000, stretchAfterTooFast(1)) > 1000);
  assert.equal(realInterval(1000, stretch), 4000);
  assert.equal(realInterval(5, 1), 50);
});

test("a camera that was slowed down comes back to the lesson's rhythm step by step, and no faster", () => {
  let stretch = 1;
  for (let refusal = 0; refusal < 12; refusal += 1) stretch = stretchAfterTooFast(stretch);
  assert.equal(stretch, 4);
  let steps = 0;
  for (; stretch > 1; steps += 1) {
    const calmer = stretchAfterCalm(stretch);
    assert.ok(calmer < stretch);
    stretch = calmer;
  }
  assert.ok(steps <= 7);
  assert.equal(stretchAfterCalm(1), 1);
});
