/* The camera on the page where one chooses: shown, never sent. */

import "./elements/camera-choice.js";
import { heldHelp, helpFor, NO_HELP } from "./camera-help.js";
import { agreedCamera, agreeTo, listCameras } from "./cameras.js";
import { CameraProblem, closeCamera, openCamera, show as showStream } from "./capture.js";
import { find, findTag } from "./dom.js";
import { Gaze, meanLuma, thumbnails } from "./gaze.js";
import { sayWhatHolds, showProblem } from "./problems.js";

const LOOK_EVERY_MS = 500;
const LIT_AFTER_MS = 2000;
/** As during the lesson: so long without a usable picture, and it is said. */
const EMPTY_MS = 3500;

const section = find("[data-try]");
const preview = find("[data-preview]", section);
const video = findTag("video", "", preview);
const status = find("[data-try-status]", section);
const dark = find('[data-for="dark"]', status);
const choice = findTag("camera-choice", "", section);
const thumbnail = thumbnails(document.createElement("canvas"));
const gaze = new Gaze();
const start = findTag("button", '[data-action="try"]', section);
const stop = find('[data-action="stop"]', section);

/** @type {MediaStream | null} */
let stream = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let looking;

/** @param {boolean} isOn */
function show(isOn) {
  preview.hidden = status.hidden = stop.hidden = !isOn;
  start.hidden = isOn;
}

/** Who tries the camera looks at it now, so the light is told of soon: once the camera has got used to it. */
function watchPicture() {
  let held = NO_HELP;
  let seenAt = Date.now();
  gaze.forget();
  looking = setInterval(() => {
    const pixels = video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA ? null : thumbnail(video);
    if (pixels && gaze.judge(pixels)) seenAt = Date.now();
    const isEmpty = Date.now() - seenAt >= EMPTY_MS;
    showProblem(section, isEmpty ? "no-picture" : null);
    status.hidden = isEmpty;
    held = heldHelp(held, helpFor(pixels && meanLuma(pixels), null, false), Date.now(), LIT_AFTER_MS);
    dark.hidden = held.said !== "dark";
  }, LOOK_EVERY_MS);
}

/** @param {boolean} isNeeded  another camera would help */
async function offerCameras(isNeeded) {
  choice.update(await listCameras(), agreedCamera(), isNeeded);
}

async function tryCamera() {
  start.disabled = true;
  try {
    stream = await openCamera();
    stream.getVideoTracks()[0].addEventListener("ended", () => {
      switchOff();
      showProblem(section, "unplugged");
    });
    showStream(video, stream);
    showProblem(section, null);
    show(true);
    watchPicture();
    offerCameras(false);
    stop.focus();
  } catch (error) {
    if (!(error instanceof CameraProblem)) throw error;
    showProblem(section, error.code);
    offerCameras(true);
  } finally {
    start.disabled = false;
  }
}

function switchOff() {
  clearInterval(looking);
  dark.hidden = true;
  closeCamera(stream);
  stream = video.srcObject = null;
  show(false);
}

start.addEventListener("click", tryCamera);
choice.addEventListener("choose", (event) => {
  agreeTo(event.detail);
  switchOff();
  tryCamera();
});
stop.addEventListener("click", () => {
  switchOff();
  start.focus();
});
window.addEventListener("pagehide", switchOff);
sayWhatHolds(section);
// It comes disabled: a tap before this line would have been lost.
start.disabled = false;
