/* The student's page during a lesson: keeps the state, and lets camera, socket and buttons change it. */

import "./elements/break-clock.js";
import "./elements/camera-choice.js";
import "./elements/quiet-hours.js";
import { BrowserReader } from "./browser-reader.js";
import { createCapture } from "./capture.js";
import { closest, find, findTag } from "./dom.js";
import { readJson } from "./http.js";
import { keepAgreement, keepsAgreement } from "./kept-agreement.js";
import { OnAir } from "./on-air.js";
import { OwnCamera } from "./own-camera.js";
import { OwnTaps } from "./own-taps.js";
import { closeSmallWindow, isSupported, openSmallWindow } from "./pip.js";
import { sayWhatHolds } from "./problems.js";
import { PulseCard } from "./pulse-card.js";
import { QuestionBox } from "./question-box.js";
import { CLOSED, connect } from "./socket.js";
import { sign } from "./student-state.js";
import * as view from "./student-view.js";
import { Uplink } from "./uplink.js";
import { keepAwake } from "./wake-lock.js";
import { thisWindow } from "./window.js";

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
const { socket: path = "", lesson: lessonId } = page.dataset;
/** @type {import("./student-view.js").Words & import("./pulse-card.js").Words & import("./question-box.js").Words & {tap_failed: string}} */
const words = readJson("words");
const title = document.title;
const video = page.querySelector("video");
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
  keeps: keepsAgreement(lessonId),
};
/** @type {Document | null} */
let smallWindow = null;
/** A form of the page is on its way, and the page that answers it: the receipt of a withdrawal. */
let isLeaving = false;
let lostSince = 0;
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
        intervalMs,
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
const camera = capture && new OwnCamera(page, capture, state, change);
const onAir = new OnAir(page, video, page.dataset.signals !== "presence", words);
const pulse = new PulseCard(
  words,
  () => [page, smallWindow],
  (sentence) => view.announceOnce(page, sentence),
);
const taps = new OwnTaps(page, state, change, (request) => socket.send(request), words.tap_failed);
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
  camera?.follow();
  draw();
  const now = sign(state);
  if (now === before) return;
  onAir.turn(now === "on-air");
  if (now !== "on-air") browserReader?.forget();
  beginRhythm();
  if (now !== "starting") camera?.look();
  view.announce(page, state);
  if (now === "ended") {
    pulse.open(null);
    closeSmallWindow();
  }
  keepAwake(onAir.isOn);
}

function intervalMs() {
  return state.lesson?.capture_interval_ms ?? 0;
}

function draw() {
  find('[data-action="small-window"]', page).hidden = !isSupported || sign(state) === "ended";
  view.drawControls(page, state);
  if (smallWindow) view.drawControls(smallWindow, state);
  view.drawCamera(page, state);
  camera?.draw();
  view.drawPanels(page, state);
  view.drawTab(page, state, title);
  view.drawTerms(page, state);
}

// --- to the server -------------------------------------------------------------------------------------------

/** @param {ArrayBuffer} frame */
function sendSnapshot(frame) {
  if (!socket.send(frame)) return;
  onAir.sent();
  uplink.left(performance.now(), frame.byteLength);
}

/** @param {import("./wire.js").MeasuredRequest} request */
function sendMeasured(request) {
  if (!socket.send(request)) return false;
  onAir.sent();
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
  const askedMs = together * intervalMs();
  const slow = onAir.isOn ? uplink.slowRhythm(askedMs, performance.now()) : null;
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
    ...taps.seated(),
  });
  pulse.open(asked);
}

/** @param {import("./wire.js").OwnReading} reading */
function read(reading) {
  onAir.read(state.way === "browser" ? { ...reading, box: lastBox } : reading);
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
  bad_message: (detail) => detail && taps.refuse(detail),
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
  taps.connection(connection === "open");
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
  hurryIfHidden(Date.now());
  onAir.tick(intervalMs(), state.isMuted);
  drawRhythm();
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

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) onAir.comesToFront(intervalMs());
  keepAwake(onAir.isOn);
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
  retry: () => camera?.openAnew(),
  "take-over": () => socket.send({ type: "take_over" }),
  "small-window": openSmall,
  keep,
  withdraw: askToWithdraw,
  "close-dialog": () => findTag("dialog", '[data-dialog="withdraw"]').close(),
};

/** What was agreed to goes on; the question comes again with the next lesson. */
function keep() {
  keepAgreement(lessonId);
  change({ keeps: true });
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
function onanswer(event) {
  if (!closest(event, "form")?.matches("[data-pulse-answer]")) return;
  event.preventDefault();
  const { value } = /** @type {HTMLButtonElement} */ (event.submitter);
  const request = pulse.answer(value);
  if (request && !socket.send(request)) pulse.refuse(words.tap_failed);
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
  root.addEventListener("submit", (event) => taps.tap(event));
  root.addEventListener("submit", onanswer);
}

listen(document);
document.addEventListener("submit", (event) => {
  isLeaving ||= !event.defaultPrevented;
});
window.addEventListener("pagehide", () => {
  capture?.close();
  closeSmallWindow();
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
sayWhatHolds(page);
draw();
