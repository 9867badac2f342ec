import assert from "node:assert/strict";
import { test } from "node:test";

import {
  asksAgain,
  cameraProblem,
  eyes,
  faceCount,
  headDirection,
  isInApp,
  isPhone,
  longestGap,
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
  way: "server",
  isPaused: false,
  problem: null,
  isCameraOpen: true,
  isEmpty: false,
  isMuted: false,
  sender: "here",
  slowMs: null,
  selfReport: null,
  pace: null,
  countedWith: null,
  asksAgain: false,
  keeps: false,
};
const PAUSED = { ...OPEN, paused: true };
const ENDED = { ...OPEN, open: false };

for (const [changes, expected, light] of /** @type {const} */ ([
  [{}, "on-air", true],
  [{ connection: "connecting", wasConnected: false, lesson: null }, "connecting", false],
  [{ connection: "open", wasConnected: true, lesson: null }, "connecting", false],
  [{ connection: "reconnecting" }, "reconnecting", true],
  [{ isCameraOpen: false }, "starting", true],
  [{ isPaused: true }, "paused", false],
  [{ lesson: PAUSED }, "teacher-paused", false],
  [{ lesson: PAUSED, isPaused: true }, "teacher-paused", false],
  [{ problem: "busy", isCameraOpen: false }, "problem", true],
  [{ isEmpty: true }, "no-picture", true],
  [{ isEmpty: true, isCameraOpen: false }, "starting", true],
  [{ sender: "elsewhere" }, "elsewhere", false],
  [{ sender: "elsewhere", isPaused: true }, "elsewhere", false],
  [{ sender: "nobody" }, "unused", false],
  [{ sender: "elsewhere", lesson: PAUSED }, "teacher-paused", false],
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

const ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15";
const LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";
const WEB_VIEW = ANDROID.replace("; K)", "; K; wv)");
const IN_INSTAGRAM = IPHONE.replace("Safari/604.1", "Instagram 380.0");
const IN_SOME_APP = IPHONE.replace(" Version/18.5", "").replace(" Safari/604.1", "");

for (const [name, userAgent, maxTouchPoints, expected] of /** @type {const} */ ([
  ["an Android phone", ANDROID, 5, true],
  ["an iPhone", IPHONE, 5, true],
  ["an iPad, which calls itself a Mac", MAC, 5, true],
  ["a Mac", MAC, 0, false],
  ["a computer with a touch screen", LINUX, 10, false],
])) {
  test(`one app at a time has the camera of ${name}: ${expected}`, () => {
    assert.equal(isPhone({ userAgent, maxTouchPoints }), expected);
  });
}

for (const [userAgent, expected] of /** @type {const} */ ([
  [ANDROID, false],
  [IPHONE, false],
  [MAC, false],
  [LINUX, false],
  [WEB_VIEW, true],
  [IN_INSTAGRAM, true],
  [IN_SOME_APP, true],
])) {
  test(`a browser inside an app: ${expected} for ${userAgent}`, () => assert.equal(isInApp(userAgent), expected));
}

test("a browser inside an app is the problem where it refuses, not where the camera is busy", () => {
  assert.equal(cameraProblem("NotAllowedError", WEB_VIEW), "in-app");
  assert.equal(cameraProblem("NotReadableError", WEB_VIEW), "busy");
  assert.equal(cameraProblem("NotAllowedError", ANDROID), "denied");
});

test("a gap is told of from ten seconds on, or five pictures", () => {
  assert.equal(longestGap(1000), 10_000);
  assert.equal(longestGap(10_000), 50_000);
});

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
