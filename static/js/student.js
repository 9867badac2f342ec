/* The student's page during a lesson: keeps the state, and lets camera, socket and buttons change it. */

import "./elements/break-clock.js";
import "./elements/camera-choice.js";
import "./elements/quiet-hours.js";
import { brightness } from "./brightness.js";
import { BrowserReader } from "./browser-reader.js";
import { heldHelp, helpFor, NO_HELP } from "./camera-help.js";
import { agreedCamera, agreeTo, listCameras } from "./cameras.js";
import { CameraProblem, closeCamera, createCapture, openCamera } from "./capture.js";
import { closest, find, findTag } from "./dom.js";
import { post, Refused, readJson } from "./http.js";
import { closeSmallWindow, isSupported, openSmallWindow } from "./pip.js";
import { sayWhatHolds } from "./problems.js";
import { PulseCard } from "./pulse-card.js";
import { QuestionBox } from "./question-box.js";
import { CLOSED, connect } from "./socket.js";
import { isPhone, longestGap, sign, wantsCamera } from "./student-state.js";
import * as view from "./student-view.js";
import { Uplink } from "./uplink.js";
import { thisWindow } from "./window.js";

const STALE_MS = 15_000;
const ASK_AGAIN_MS = 4000;
const HURRY_AFTER_MS = 5000;
/** The sign tells of a slow rhythm in steps, so that it does not flicker. */
const SAID_IN_STEPS_OF_MS = 500;
/** What is taken for true of the lesson where the server refuses before it has told. */
const UNKNOWN_LESSON = { open: true, paused: false, capture_interval_ms: 1000 };

/** @typedef {import("./wire.js").StudentMessage} StudentMessage */
/** @typedef {import("./student-state.js").PageState} PageState */
/** @typedef {import("./wire.js").LessonInfo} LessonInfo */

const page = find('[data-page="live"]');
const { socket: path = "", selfReportUrl = "" } = page.dataset;
/** @type {import("./student-view.js").Words & import("./pulse-card.js").Words & import("./question-box.js").Words & {tap_failed: string}} */
const words = readJson("words");
const title = document.title;
const video = page.querySelector("video");
const readsFaces = page.dataset.signals !== "presence";
/** Where pictures may be read, as it was agreed to. Nothing that a message says changes it: the page is drawn anew. */
const readers = (page.dataset.readers ?? "").split(",").filter(Boolean);

/** @type {PageState} */
const state = {
  connection: "connecting",
  wasConnected: false,
  isRefused: false,
  lesson: null,
  choice: page.dataset.choice,
  camera: false,
  way: readers.includes("browser") ? "browser" : "server",
  isPaused: false,
  problem: null,
  isCameraOpen: false,
  isEmpty: false,
  isMuted: false,
  sender: "here",
  slowMs: null,
  selfReport: null,
  pace: null,
  countedWith: null,
  asksAgain: false,
  keeps: remembersKeeping(),
};
/** @type {Document | null} */
let smallWindow = null;
let isOpening = false;
/** A form of the page is on its way, and the page that answers it: the receipt of a withdrawal. */
let isLeaving = false;
let lastTickAt = Date.now();
let lastReadAt = 0;
/** @type {import("./wire.js").OwnReading | null} */
let lastReading = null;
let held = NO_HELP;
let onAirSince = 0;
let lastSentAt = 0;
let lostSince = 0;
/** Whether the server has told of the seat over the connection that there is now. */
let isSeated = false;
/** What was tapped before that: the server may have looked before the tap came in.
 * @type {Partial<Pick<PageState, "selfReport" | "pace">>} */
let tappedBefore = {};
/** @type {WakeLockSentinel | null} */
let wakeLock = null;
/** @type {import("./cameras.js").Camera[]} */
let cameras = [];
const uplink = new Uplink();
/** All that is sent is called old, so the clocks have to be compared again. */
let isClockWrong = false;

/** @type {number[] | null} */
let lastBox = null;
const readingsAMessage = Number(page.dataset.readingsAMessage);

const browserReader = readers.includes("browser")
  ? new BrowserReader(
      readJson("reader-addresses"),
      /** @type {import("./reading/values.js").Signal[]} */ ((page.dataset.signals ?? "").split(",")),
      readingsAMessage,
      {
        send: sendMeasured,
        intervalMs: () => state.lesson?.capture_interval_ms ?? 0,
        isFree: () => uplink.isFree(performance.now()),
        onanalysis: ({ box }) => {
          lastBox = box && [box.left, box.top, box.width, box.height];
        },
        onproblem: stopReading,
      },
    )
  : null;

const capture = video
  ? createCapture(video, {
      isOnAir: () => sign(state) === "on-air",
      bufferedAmount: () => socket.bufferedAmount,
      isFree: () => uplink.isFree(performance.now()),
      largestBytes: () => uplink.largestBytes,
      onsnapshot: sendSnapshot,
      isReadHere: () => state.way === "browser",
      onframe: (frame, takenAt) => browserReader?.read(frame, takenAt) ?? Promise.resolve(frame.close()),
      onempty: (isEmpty) => isEmpty !== state.isEmpty && change({ isEmpty }),
      ontick,
      onproblem: (problem) => change({ problem, isCameraOpen: false }),
      onmute: (isMuted) => change({ isMuted }),
    })
  : null;
const pulse = new PulseCard(
  words,
  () => [page, smallWindow],
  (sentence) => view.announceOnce(page, sentence),
);
const socket = connect(() => `${path}?${thisWindow(state.sender !== "here")}`, {
  onmessage,
  onstate: onconnection,
  onrefused,
  maySendPictures: () => state.way === "server" && readers.includes("server"),
});

/** @type {HTMLElement | null} */
const questionBox = page.querySelector("[data-questions]");
const questions = questionBox
  ? new QuestionBox(
      questionBox,
      words,
      (request) => socket.send(request),
      () => questions?.say(words.tap_failed),
    )
  : null;

// --- state ---------------------------------------------------------------------------------------------------

/** @param {Partial<PageState>} changes */
function change(changes) {
  const before = sign(state);
  Object.assign(state, changes);
  useCamera();
  draw();
  const now = sign(state);
  if (now === before) return;
  onAirSince = now === "on-air" ? Date.now() : 0;
  if (now !== "on-air") browserReader?.forget();
  beginRhythm();
  if (now !== "starting") lookForCameras();
  forgetHelp();
  view.announce(page, state);
  if (now === "ended") {
    pulse.open(null);
    closeSmallWindow();
  }
  keepAwake();
}

function draw() {
  find('[data-action="small-window"]', page).hidden = !isSupported || sign(state) === "ended";
  view.drawControls(page, state);
  if (smallWindow) view.drawControls(smallWindow, state);
  view.drawCamera(page, state);
  view.drawCameras(page, cameras, agreedCamera(), state);
  view.drawPanels(page, state);
  view.drawTab(page, state, title);
  view.drawTerms(page, state);
}

/** Opens or closes the camera as the state wants it; its light never burns for nothing. */
async function useCamera() {
  if (!capture) return;
  if (!wantsCamera(state)) {
    if (capture.isOpen) capture.close();
    state.isCameraOpen = false;
    return;
  }
  if (capture.isOpen || isOpening || state.problem) return;
  isOpening = true;
  try {
    capture.use(await openCamera());
    change({ isCameraOpen: true, isEmpty: false, isMuted: false });
  } catch (error) {
    if (!(error instanceof CameraProblem)) throw error;
    change({ problem: error.code, isCameraOpen: false });
  } finally {
    isOpening = false;
  }
}

/** Comes back by itself with the same camera only; another one waits for a click that names it. */
async function comeBack() {
  if (!capture || !agreedCamera() || isOpening) return;
  isOpening = true;
  const stream = await openCamera().catch(() => null);
  isOpening = false;
  if (!stream) return;
  if (state.problem !== "unplugged" || !wantsCamera({ ...state, problem: null })) return closeCamera(stream);
  capture.use(stream);
  change({ problem: null, isCameraOpen: true, isEmpty: false, isMuted: false });
}

/** @param {string} deviceId */
function useAnother(deviceId) {
  if (isOpening) return;
  agreeTo(deviceId);
  openAnew();
}

function openAnew() {
  capture?.close();
  change({ problem: null, isCameraOpen: false, isEmpty: false });
}

async function lookForCameras() {
  if (!capture) return;
  cameras = await listCameras();
  view.drawCameras(page, cameras, agreedCamera(), state);
}

// --- to the server -------------------------------------------------------------------------------------------

/** @param {ArrayBuffer} frame */
function sendSnapshot(frame) {
  if (!socket.send(frame)) return;
  lastSentAt = Date.now();
  uplink.left(performance.now(), frame.byteLength);
}

/** @param {import("./wire.js").MeasuredRequest} request */
function sendMeasured(request) {
  if (!socket.send(request)) return false;
  lastSentAt = Date.now();
  uplink.left(performance.now(), JSON.stringify(request).length);
  return true;
}

/** While nothing is on its way, so that it does not queue behind a picture. */
function sayTime() {
  isClockWrong = !socket.send({ type: "clock", now: Date.now() });
}

/** @param {number} count */
function answered(count) {
  uplink.answered(count, performance.now());
  if (isClockWrong && uplink.isEmpty) sayTime();
}

function beginRhythm() {
  uplink.beginRhythm(performance.now());
  state.slowMs = null;
}

function drawRhythm() {
  const together = state.way === "browser" ? readingsAMessage : 1;
  const askedMs = together * (state.lesson?.capture_interval_ms ?? 0);
  const slow = onAirSince ? uplink.slowRhythm(askedMs, performance.now()) : null;
  const slowMs = slow && Math.round(slow / together / SAID_IN_STEPS_OF_MS) * SAID_IN_STEPS_OF_MS;
  if (slowMs !== state.slowMs) change({ slowMs });
}

// --- from the server -----------------------------------------------------------------------------------------

/** @param {StudentMessage} message */
function onmessage(message) {
  switch (message.type) {
    case "state":
      questions?.begin(message);
      return takeSeat(message);
    case "counted":
      return change({ countedWith: message.counted_with });
    case "pulse_opened":
      return pulse.open(message.pulse);
    case "questions":
      return questions?.update(message.questions);
    case "question_taken":
      return questions?.taken(message.question);
    case "lesson":
      return follow(message.lesson);
    case "arrived":
      return answered(message.count);
    case "sender":
      return change({ sender: message.sender });
    case "snap_now":
      return capture?.take();
    case "reading":
      return read(message);
    case "error":
      if (message.about === "pulse_answer") return pulse.refuse(message.detail);
      if (message.about === "question" || message.about === "vote") return questions?.say(message.detail);
      return ERRORS[message.code]?.(message.detail);
  }
}

/** @param {import("./wire.js").StudentState} message */
function takeSeat({
  lesson,
  choice,
  camera,
  self_report,
  pace,
  pulse: asked,
  signals,
  readers: places,
  counted_with,
  asks_again,
  sender,
}) {
  if (choice !== page.dataset.choice || isRedrawn(signals, places)) return drawAnew();
  uplink.begin();
  sayTime();
  capture?.setInterval(lesson.capture_interval_ms);
  findTag("break-clock", "", page).update(lesson);
  change({
    lesson,
    choice,
    camera,
    selfReport: self_report,
    pace,
    countedWith: counted_with,
    asksAgain: asks_again,
    sender: sender ?? "here",
    ...tappedBefore,
  });
  isSeated = true;
  tappedBefore = {};
  pulse.open(asked);
}

/** @param {import("./wire.js").OwnReading} reading */
function read(reading) {
  lastReadAt = Date.now();
  lastReading = state.way === "browser" ? { ...reading, box: lastBox } : reading;
  if (sign(state) === "on-air") view.drawReading(page, lastReading, words);
  view.drawStale(page, lastReadAt, false);
}

/** @type {Partial<Record<import("./wire.js").ErrorCode, (detail: string) => void>>} */
const ERRORS = {
  too_fast: () => {
    uplink.refused();
    capture?.slowDown();
  },
  too_old: () => {
    uplink.refused();
    isClockWrong = true;
  },
  paused: () => changeLesson({ paused: true }),
  ended: () => changeLesson({ open: false }),
  bad_reading: () => {
    uplink.refused();
    stopReading("reader-refused");
  },
  no_pictures: () => change({ camera: false }),
  no_measurements: () => change({ camera: false }),
  no_policy: () => change({ camera: false }),
  without_cameras: () => change({ camera: false }),
  quiet_hours: () => change({ camera: false }),
  no_consent: () => change({ camera: false }),
  no_guardian: () => change({ camera: false }),
  bad_message: (detail) => detail && tapFailed(detail),
};

/** @param {Partial<import("./student-state.js").LessonNow>} changes */
function changeLesson(changes) {
  change({ lesson: { ...UNKNOWN_LESSON, ...state.lesson, ...changes } });
}

/** @param {LessonInfo} lesson */
function follow(lesson) {
  if (lesson.capture_interval_ms !== state.lesson?.capture_interval_ms) beginRhythm();
  capture?.setInterval(lesson.capture_interval_ms);
  findTag("break-clock", "", page).update(lesson);
  change({ lesson });
}

/**
 * The page has a place for each thing that is read, and one way to read it; a policy that changed has it drawn anew.
 * @param {string[]} signals
 * @param {string[]} places
 */
function isRedrawn(signals, places) {
  return signals.join(",") !== page.dataset.signals || places.join(",") !== page.dataset.readers;
}

/** @param {import("./socket.js").ConnectionState} connection */
function onconnection(connection) {
  lostSince = connection === "reconnecting" ? Date.now() : 0;
  isSeated &&= connection === "open";
  change({ connection, wasConnected: state.wasConnected || connection === "open" });
}

/** Not while a form is answered: that would take its answer away. The camera of the old page stops in any case. */
function drawAnew() {
  change({ camera: false });
  if (!isLeaving) location.reload();
}

/**
 * The door stays shut: another page may be waiting for us (withdrawn, ended, another choice), or none.
 * @param {CloseEvent} event
 */
async function onrefused(event) {
  if (event.code === CLOSED.ended) return changeLesson({ open: false });
  if (event.code === CLOSED.tooLarge || event.code === CLOSED.replaced) return change({ isRefused: true });
  try {
    const response = await fetch(location.href);
    const isStillOurs = response.ok && (await response.text()).includes('data-page="live"');
    if (!isStillOurs && response.status < 500) drawAnew();
  } catch {
    setTimeout(() => socket.state === "reconnecting" && onrefused(event), ASK_AGAIN_MS);
  }
}

// --- time ----------------------------------------------------------------------------------------------------

/** Comes from the worker, so it comes in a hidden tab too. */
function ontick() {
  const now = Date.now();
  const intervalMs = state.lesson?.capture_interval_ms ?? 0;
  if (now - lastTickAt > longestGap(intervalMs) && onAirSince) view.drawSleep(page, lastTickAt, now);
  lastTickAt = now;
  hurryIfHidden(now);
  const waitingSince = Math.max(lastReadAt, onAirSince);
  const isStale = onAirSince > 0 && now - waitingSince > Math.max(STALE_MS, 5 * intervalMs);
  view.drawStale(page, waitingSince, isStale);
  drawRhythm();
  if (isStale) lastReading = null;
  help(now);
}

/**
 * A hidden page shows no picture to look at, and nobody reads it.
 * @param {number} now
 */
function help(now) {
  if (!video || !onAirSince || document.hidden) return;
  held = heldHelp(held, helpFor(state.isMuted ? null : brightness(video), lastReading, readsFaces), now);
  view.drawHelp(page, held.said);
}

/** What was so before a pause is not told of after it. */
function forgetHelp() {
  lastReading = null;
  held = NO_HELP;
  view.drawHelp(page, null);
}

/**
 * A page that is hidden for long gets its own timers once a minute; the worker's ticks bring it back sooner.
 * @param {number} now
 */
function hurryIfHidden(now) {
  if (!document.hidden || !lostSince || now - lostSince < HURRY_AFTER_MS) return;
  lostSince = now;
  socket.hurry();
}

/** A phone that dims its screen stops the camera; while it is on air it is kept awake, if the browser can. */
async function keepAwake() {
  const isWanted = sign(state) === "on-air" && document.visibilityState === "visible";
  if (!isWanted) {
    await wakeLock?.release();
    wakeLock = null;
  } else if ((wakeLock === null || wakeLock.released) && "wakeLock" in navigator) {
    wakeLock = await navigator.wakeLock.request("screen").catch(() => null);
  }
}

/** A phone gives no pictures of a page that is not in front, though its timer may go on. */
function tellOfGap() {
  if (document.hidden || !onAirSince || !isPhone(navigator)) return;
  const since = Math.max(lastSentAt, onAirSince);
  if (Date.now() - since > longestGap(state.lesson?.capture_interval_ms ?? 0)) view.drawSleep(page, since, Date.now());
}

document.addEventListener("visibilitychange", () => {
  tellOfGap();
  keepAwake();
});

// --- from the student ----------------------------------------------------------------------------------------

/** Nothing more is read here until the student says what to do. @param {string} problem */
function stopReading(problem) {
  capture?.close();
  change({ problem, isCameraOpen: false });
}

/** Only where that was agreed to, and only after this click. */
function sendPictures() {
  if (!readers.includes("server")) return;
  browserReader?.close();
  change({ way: "server", problem: null });
}

function goOnSlowly() {
  browserReader?.goOnSlowly();
  change({ problem: null });
}

/** @type {Record<string, () => void>} */
const ACTIONS = {
  "send-pictures": sendPictures,
  "go-on-slowly": goOnSlowly,
  pause: () => change({ isPaused: !state.isPaused, problem: null }),
  retry: openAnew,
  "take-over": () => socket.send({ type: "take_over" }),
  "small-window": openSmall,
  keep: keepAgreement,
  withdraw: askToWithdraw,
  "close-dialog": () => findTag("dialog", '[data-dialog="withdraw"]').close(),
};

/** What was agreed to goes on; the question comes again with the next lesson. */
function keepAgreement() {
  try {
    sessionStorage.setItem(keepingKey(), "yes");
  } catch {
    // A browser that keeps nothing asks again after a reload.
  }
  change({ keeps: true });
}

function remembersKeeping() {
  try {
    return sessionStorage.getItem(keepingKey()) !== null;
  } catch {
    return false;
  }
}

function keepingKey() {
  return `keeps-${page.dataset.lesson}`;
}

/** The focus begins on the harmless answer. */
function askToWithdraw() {
  const dialog = findTag("dialog", '[data-dialog="withdraw"]');
  dialog.showModal();
  find('[data-action="close-dialog"]', dialog).focus();
}

/** @param {Event} event */
function onclick(event) {
  const act = ACTIONS[closest(event, "[data-action]")?.dataset.action ?? ""];
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {SubmitEvent} event */
async function ontap(event) {
  if (!closest(event, "form")?.matches("[data-self-report]")) return;
  event.preventDefault();
  const { value, dataset } = /** @type {HTMLButtonElement} */ (event.submitter);
  const kind = /** @type {import("./wire.js").SelfReportRequest["kind"]} */ (value);
  const before = { selfReport: state.selfReport, pace: state.pace };
  const tapped = dataset.pace === undefined ? { selfReport: kind } : { pace: kind };
  if (!isSeated) tappedBefore = { ...tappedBefore, ...tapped };
  change(tapped);
  try {
    if (!socket.send({ type: "self_report", kind })) await post(selfReportUrl, { kind });
    view.drawTapSent(page, new Date());
  } catch (error) {
    tappedBefore = {};
    change(before);
    tapFailed(error instanceof Refused && error.message ? error.message : words.tap_failed);
  }
}

/** @param {SubmitEvent} event */
function onanswer(event) {
  if (!closest(event, "form")?.matches("[data-pulse-answer]")) return;
  event.preventDefault();
  const { value } = /** @type {HTMLButtonElement} */ (event.submitter);
  const request = pulse.answer(value);
  if (request && !socket.send(request)) pulse.refuse(words.tap_failed);
}

/** @param {string} sentence */
function tapFailed(sentence) {
  view.drawTapFailed(page, sentence);
}

async function openSmall() {
  smallWindow = await openSmallWindow(findTag("template", "#small-window"), () => {
    smallWindow = null;
  });
  listen(smallWindow);
  pulse.draw();
  draw();
}

/** @param {Document} root */
function listen(root) {
  root.addEventListener("click", onclick);
  root.addEventListener("submit", ontap);
  root.addEventListener("submit", onanswer);
}

listen(document);
document.addEventListener("submit", (event) => {
  isLeaving ||= !event.defaultPrevented;
});
page.querySelector("camera-choice")?.addEventListener("choose", (event) => useAnother(event.detail));
navigator.mediaDevices?.addEventListener("devicechange", () => {
  lookForCameras();
  if (state.problem === "missing") change({ problem: null });
  else if (state.problem === "unplugged") comeBack();
});
window.addEventListener("pagehide", () => {
  capture?.close();
  closeSmallWindow();
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
sayWhatHolds(page);
draw();
