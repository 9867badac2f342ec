/** What the student's page says and does in which state. Pure: no browser needed.
 *
 * @typedef {object} PageState
 * @property {import("./socket.js").ConnectionState} connection
 * @property {boolean} wasConnected
 * @property {boolean} isRefused  the server closed the door for good
 * @property {LessonNow | null} lesson
 * @property {string | undefined} choice
 * @property {boolean} camera  whether the server wants snapshots at all
 * @property {Way} way  where the camera's pictures are read
 * @property {boolean} isPaused  by the student
 * @property {string | null} problem  of the own camera
 * @property {boolean} isCameraOpen
 * @property {boolean} isEmpty  the open camera gives no usable picture
 * @property {import("./wire.js").Sender} sender  which of the student's windows sends the camera's pictures
 * @property {number | null} slowMs  how far apart pictures arrive, where that is much slower than asked for
 * @property {boolean} isMuted  the system holds the camera back
 * @property {string | null} selfReport  what was tapped last of how it goes
 * @property {string | null} pace  and of the pace
 * @property {import("./wire.js").CountedWith | null} countedWith
 * @property {boolean} asksAgain  the school allows more than was agreed to
 * @property {boolean} keeps  what was agreed to, as answered here
 *
 * @typedef {"browser" | "server"} Way
 *
 * @typedef {Pick<import("./wire.js").LessonInfo, "open" | "paused" | "capture_interval_ms">} LessonNow
 */

/** Angles that an ordinary look at the screen stays within, in degrees; as in emotion/judgement/weights.py. */
const FREE_YAW = 15;
const FREE_PITCH = 12;
/** Eye openness that looks closed; the server compares with the person's own open eyes instead. */
const CLOSED_EYES = 0.2;

/** The one thing the sign says now. Every value has its text in templates/student/partials/sign.html.
 * @param {PageState} state
 */
export function sign(state) {
  if (state.lesson && !state.lesson.open) return "ended";
  if (state.isRefused) return "refused";
  if (state.connection !== "open") return state.wasConnected ? "reconnecting" : "connecting";
  if (!state.lesson) return "connecting"; // Nothing was lost: the server has not told of the lesson yet.
  if (state.choice === "no_camera") return "no-camera";
  if (state.lesson.paused) return "teacher-paused";
  if (!state.camera) return "not-wanted";
  if (state.sender !== "here") return state.sender === "elsewhere" ? "elsewhere" : "unused";
  return signOfCamera(state);
}

/** @param {PageState} state */
function signOfCamera(state) {
  if (state.isPaused) return "paused";
  if (state.problem) return "problem";
  if (!state.isCameraOpen) return "starting";
  return state.isEmpty ? "no-picture" : "on-air";
}

/** Whether the camera's light may be on.
 * @param {PageState} state
 */
export function wantsCamera(state) {
  const isUsed = state.choice !== "no_camera" && state.camera && !state.isPaused && !state.isRefused;
  return isUsed && state.sender === "here" && Boolean(state.lesson?.open) && !state.lesson?.paused;
}

/** Whether to say that the school allows more than was agreed to: until answered, and not after the end.
 * @param {PageState} state
 */
export function asksAgain(state) {
  return state.asksAgain && !state.keeps && Boolean(state.lesson?.open);
}

/** @type {Record<string, string>} */
const PROBLEM_OF_ERROR = {
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotReadableError: "busy",
  AbortError: "busy",
  TrackStartError: "busy",
  OverconstrainedError: "unsuitable",
};

/** Refusals that a browser inside another app gives whatever the student allows. */
const REFUSED_IN_APP = new Set(["denied", "missing", "unknown"]);

/** The name of what is wrong. Every value has its text in templates/student/partials/problems.html.
 * @param {string} errorName  DOMException.name of getUserMedia
 * @param {string} [userAgent]
 */
export function cameraProblem(errorName, userAgent = "") {
  const problem = PROBLEM_OF_ERROR[errorName] ?? "unknown";
  return isInApp(userAgent) && REFUSED_IN_APP.has(problem) ? "in-app" : problem;
}

/** Marks of the browsers that apps open links in. */
const IN_APP = /; wv\)|FBAN|FBAV|Instagram|\bLine\/|MicroMessenger|Snapchat|BytedanceWebview|musical_ly|LinkedInApp/;
const APPLE = /iPhone|iPod|iPad/;

/** @param {string} userAgent */
export function isInApp(userAgent) {
  return IN_APP.test(userAgent) || (APPLE.test(userAgent) && !userAgent.includes("Safari/"));
}

/** Where one app at a time has the camera, and a locked screen stops it. An iPad calls itself a Mac.
 * @param {{userAgent: string, maxTouchPoints: number}} navigator
 */
export function isPhone({ userAgent, maxTouchPoints }) {
  return /Android/.test(userAgent) || APPLE.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

/** So long without a picture is told of once the page is in front again.
 * @param {number} intervalMs
 */
export function longestGap(intervalMs) {
  return Math.max(10_000, 5 * intervalMs);
}

/** Where the head points, by the participant's own left and right.
 * @param {{yaw: number, pitch: number}} attention
 */
export function headDirection({ yaw, pitch }) {
  const sideways = Math.abs(yaw) / FREE_YAW;
  const vertical = Math.abs(pitch) / FREE_PITCH;
  if (Math.max(sideways, vertical) <= 1) return "facing";
  if (sideways >= vertical) return yaw > 0 ? "left" : "right";
  return pitch > 0 ? "up" : "down";
}

/** @param {{eye_openness: number}} attention */
export function eyes({ eye_openness }) {
  return eye_openness < CLOSED_EYES ? "closed" : "open";
}

/** @param {number} faces */
export function faceCount(faces) {
  if (faces === 0) return "none";
  return faces === 1 ? "one" : "several";
}

/** Percentages for a box over a mirrored preview.
 * @param {number[]} box  left, top, width, height as shares of the unmirrored picture
 */
export function mirroredBox([left, top, width, height]) {
  return { left: 100 * (1 - left - width), top: 100 * top, width: 100 * width, height: 100 * height };
}
