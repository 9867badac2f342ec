import assert from "node:assert/strict";
import { test } from "node:test";

import {
  asksAgain,
  cameraProblem,
  eyes,
  faceCount,
  headDirection,
  mirroredBox,
  sign,
  wantsCamera,
} from "../../static/js/student-state.js";

const OPEN = { open: true, paused: false, capture_interval_ms: 1000 };
/** @type {import("../../static/js/student-state.js").PageState} */
const ON_AIR = {
  connection: "open",
  wasConnected: true,
  isRefused: false,
  lesson: OPEN,
  choice: "class_mood",
  camera: true,
  isPaused: false,
  problem: null,
  isCameraOpen: true,
  isMuted: false,
  selfReport: null,
  countedWith: null,
  asksAgain: false,
  keeps: false,
};
const PAUSED = { ...OPEN, paused: true };
const ENDED = { ...OPEN, open: false };

for (const [changes, expected, light] of /** @type {const} */ ([
  [{}, "on-air", true],
  [{ connection: "connecting", wasConnected: false, lesson: null }, "connecting", false],
  [{ connection: "reconnecting" }, "reconnecting", true],
  [{ isCameraOpen: false }, "starting", true],
  [{ isPaused: true }, "paused", false],
  [{ lesson: PAUSED }, "teacher-paused", false],
  [{ lesson: PAUSED, isPaused: true }, "teacher-paused", false],
  [{ problem: "busy", isCameraOpen: false }, "problem", true],
  [{ choice: "no_camera" }, "no-camera", false],
  [{ camera: false }, "not-wanted", false],
  [{ isRefused: true }, "refused", false],
  [{ lesson: ENDED }, "ended", false],
  [{ lesson: ENDED, connection: "reconnecting", isPaused: true }, "ended", false],
])) {
  test(`the sign says ${expected} for ${JSON.stringify(changes)}`, () => {
    const state = { ...ON_AIR, ...changes };
    assert.equal(sign(state), expected);
    assert.equal(wantsCamera(state), light);
  });
}

for (const [error, problem] of [
  ["NotFoundError", "missing"],
  ["NotAllowedError", "denied"],
  ["NotReadableError", "busy"],
  ["OverconstrainedError", "unsuitable"],
  ["SomethingNew", "unknown"],
]) {
  test(`${error} is the problem "${problem}"`, () => assert.equal(cameraProblem(error), problem));
}

for (const [yaw, pitch, direction] of /** @type {const} */ ([
  [0, 0, "facing"],
  [14, -11, "facing"],
  [25, 0, "left"],
  [-25, 5, "right"],
  [5, 20, "up"],
  [-5, -20, "down"],
  [40, 20, "left"],
])) {
  test(`a head at ${yaw}, ${pitch} degrees is ${direction}`, () => {
    assert.equal(headDirection({ yaw, pitch }), direction);
  });
}

test("eyes and faces are put into words", () => {
  assert.equal(eyes({ eye_openness: 0.1 }), "closed");
  assert.equal(eyes({ eye_openness: 0.6 }), "open");
  assert.deepEqual([0, 1, 2, 5].map(faceCount), ["none", "one", "several", "several"]);
});

test("a face at the picture's left stands at the right of the mirror", () => {
  assert.deepEqual(mirroredBox([0, 0.25, 0.25, 0.5]), { left: 75, top: 25, width: 25, height: 50 });
});

test("the question whether to agree to more stands until it is answered or the lesson ends", () => {
  const asked = { ...ON_AIR, asksAgain: true };
  assert.equal(asksAgain(asked), true);
  assert.equal(asksAgain({ ...asked, keeps: true }), false);
  assert.equal(asksAgain({ ...asked, asksAgain: false }), false);
  assert.equal(asksAgain({ ...asked, lesson: ENDED }), false);
  assert.equal(asksAgain({ ...asked, lesson: null }), false);
});
