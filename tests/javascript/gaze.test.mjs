import assert from "node:assert/strict";
import { test } from "node:test";

import { BLACK, Gaze, meanLuma } from "../../static/js/gaze.js";

/** @param {...number} lumas  of grey pixels */
function picture(...lumas) {
  return new Uint8ClampedArray(lumas.flatMap((luma) => [luma, luma, luma, 255]));
}

/** What is said of each of these pictures, shown in turn. @param {Uint8ClampedArray[]} pictures */
function judged(pictures) {
  const gaze = new Gaze();
  return pictures.map((one) => gaze.judge(one));
}

test("the mean is that of the light, whatever the opacity", () => {
  assert.ok(Math.abs(meanLuma(picture(10, 30)) - 20) < 0.01);
});

test("a picture that moves is one", () => {
  assert.deepEqual(judged([picture(90, 90), picture(90, 91), picture(90, 90)]), [true, true, true]);
});

test("a black picture is none, and a dark one is", () => {
  assert.deepEqual(judged([picture(BLACK - 1, BLACK - 1), picture(BLACK + 1, BLACK + 2)]), [false, true]);
});

test("a picture that moved and stands still is none until it moves again", () => {
  const still = picture(80, 91);
  assert.deepEqual(judged([picture(90, 90), still, still, still, picture(80, 92)]), [true, true, false, false, true]);
});

test("a still that is shown on purpose is a picture", () => {
  const still = picture(80, 91);
  assert.deepEqual(judged([still, still, still]), [true, true, true]);
});

test("another camera is judged anew", () => {
  const gaze = new Gaze();
  const still = picture(80, 91);
  for (const one of [picture(90, 90), still]) gaze.judge(one);
  gaze.forget();
  assert.ok(gaze.judge(still));
  assert.ok(gaze.judge(still));
});
