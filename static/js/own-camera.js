/* Which camera is open, as the page's state wants it: its light never burns for nothing. */

import { agreedCamera, agreeTo, listCameras } from "./cameras.js";
import { CameraProblem, closeCamera, openCamera } from "./capture.js";
import { wantsCamera } from "./student-state.js";
import * as view from "./student-view.js";

/** @typedef {import("./student-state.js").PageState} PageState */

export class OwnCamera {
  #isOpening = false;
  /** @type {import("./cameras.js").Camera[]} */
  #cameras = [];

  /**
   * @param {HTMLElement} page
   * @param {import("./capture.js").Capture} capture
   * @param {PageState} state
   * @param {(changes: Partial<PageState>) => void} change
   */
  constructor(page, capture, state, change) {
    this.page = page;
    this.capture = capture;
    this.state = state;
    this.change = change;
    page.querySelector("camera-choice")?.addEventListener("choose", (event) => this.#useAnother(event.detail));
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#devicesChanged());
  }

  draw() {
    view.drawCameras(this.page, this.#cameras, agreedCamera(), this.state);
  }

  async look() {
    this.#cameras = await listCameras();
    this.draw();
  }

  /** The state changed. */
  async follow() {
    const { capture, state } = this;
    if (!wantsCamera(state)) {
      if (capture.isOpen) capture.close();
      state.isCameraOpen = false;
      return;
    }
    if (capture.isOpen || this.#isOpening || state.problem) return;
    this.#isOpening = true;
    try {
      capture.use(await openCamera());
      this.change({ isCameraOpen: true, isEmpty: false, isMuted: false });
    } catch (error) {
      if (!(error instanceof CameraProblem)) throw error;
      this.change({ problem: error.code, isCameraOpen: false });
    } finally {
      this.#isOpening = false;
    }
  }

  openAnew() {
    this.capture.close();
    this.change({ problem: null, isCameraOpen: false, isEmpty: false });
  }

  /** @param {string} deviceId */
  #useAnother(deviceId) {
    if (this.#isOpening) return;
    agreeTo(deviceId);
    this.openAnew();
  }

  #devicesChanged() {
    this.look();
    if (this.state.problem === "missing") this.change({ problem: null });
    else if (this.state.problem === "unplugged") this.#comeBack();
  }

  /** By itself with the same camera only; another one waits for a click that names it. */
  async #comeBack() {
    if (!agreedCamera() || this.#isOpening) return;
    this.#isOpening = true;
    const stream = await openCamera().catch(() => null);
    this.#isOpening = false;
    if (!stream) return;
    const isWanted = this.state.problem === "unplugged" && wantsCamera({ ...this.state, problem: null });
    if (!isWanted) return closeCamera(stream);
    this.capture.use(stream);
    this.change({ problem: null, isCameraOpen: true, isEmpty: false, isMuted: false });
  }
}
