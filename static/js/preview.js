/* The camera on the page where one chooses: shown, never sent. */

import { CameraProblem, closeCamera, openCamera, show as showStream } from "./capture.js";
import { find, findTag } from "./dom.js";
import { sayWhatHolds, showProblem } from "./problems.js";

const section = find("[data-try]");
const preview = find("[data-preview]", section);
const video = findTag("video", "", preview);
const status = find("[data-try-status]", section);
const start = findTag("button", '[data-action="try"]', section);
const stop = find('[data-action="stop"]', section);

/** @type {MediaStream | null} */
let stream = null;

/** @param {boolean} isOn */
function show(isOn) {
  preview.hidden = status.hidden = stop.hidden = !isOn;
  start.hidden = isOn;
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
    stop.focus();
  } catch (error) {
    if (!(error instanceof CameraProblem)) throw error;
    showProblem(section, error.code);
  } finally {
    start.disabled = false;
  }
}

function switchOff() {
  closeCamera(stream);
  stream = video.srcObject = null;
  show(false);
}

start.addEventListener("click", tryCamera);
stop.addEventListener("click", () => {
  switchOff();
  start.focus();
});
window.addEventListener("pagehide", switchOff);
sayWhatHolds(section);
// It comes disabled: a tap before this line would have been lost.
start.disabled = false;
