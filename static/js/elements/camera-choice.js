/* <camera-choice data-unnamed="Camera {number}">: cameras by name, and a button that names the one to use. Asks by the
   event "choose", whose detail is its deviceId. */

import { find, findTag } from "../dom.js";

/** @typedef {import("../cameras.js").Camera} Camera */

export class CameraChoice extends HTMLElement {
  /** @type {string} */
  #shown = "";
  #current = "";

  connectedCallback() {
    this.#list.addEventListener("change", () => this.#name());
    findTag("form", "", this).addEventListener("submit", (event) => {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent("choose", { detail: this.#list.value }));
    });
  }

  /**
   * @param {Camera[]} cameras
   * @param {string} current  the deviceId of the one that is used, or cannot be; empty: the first
   * @param {boolean} isNeeded  another one would help
   */
  update(cameras, current, isNeeded) {
    const others = cameras.filter(({ deviceId }) => deviceId !== (current || cameras[0]?.deviceId));
    this.hidden = others.length === 0;
    find("[data-offer]", this).hidden = !isNeeded;
    const shown = JSON.stringify([cameras, current, isNeeded]);
    if (this.hidden || shown === this.#shown) return;
    this.#shown = shown;
    this.#current = isNeeded ? "" : current;
    this.#list.replaceChildren(...cameras.map((camera, at) => this.#option(camera, at + 1)));
    this.#list.value = isNeeded ? others[0].deviceId : current || cameras[0].deviceId;
    this.#name();
  }

  get #list() {
    return findTag("select", "", this);
  }

  /** @param {Camera} camera @param {number} number */
  #option({ deviceId, label }, number) {
    return new Option(label || (this.dataset.unnamed ?? "").replace("{number}", String(number)), deviceId);
  }

  #name() {
    const button = findTag("button", "", this);
    const [chosen] = this.#list.selectedOptions;
    button.hidden = chosen?.value === this.#current;
    button.textContent = (button.dataset.text ?? "").replace("{camera}", chosen?.text ?? "");
  }
}

customElements.define("camera-choice", CameraChoice);
