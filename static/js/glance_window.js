/* The small window: always on top where the browser can (Document Picture-in-Picture), else a pop-up. */

import { hasLevels, sentence, writeUnbroken } from "./sentence.js";
import { say } from "./words.js";

const SIZE = { width: 380, height: 170 };
const MOST_WITH_YOU = 0.7;
const HALF_WITH_YOU = 0.4;

/** The level whose shape stands for the class: most, about half, or few are with the teacher. */
function classLevel(state, signals) {
  if (!hasLevels(state, signals)) return "unknown";
  const share = state.view.engaged / state.view.counted;
  if (share >= MOST_WITH_YOU) return "engaged";
  return share >= HALF_WITH_YOU ? "drifting" : "away";
}

/**
 * Draws a state into the glance's elements of any document.
 * @param {ParentNode} root
 * @param {import("./messages.js").TeacherState} state
 * @param {string[]} signals
 */
export function drawGlance(root, state, signals) {
  const { main, aside } = sentence(state, signals);
  writeUnbroken(root.querySelector("[data-glance-main]"), main);
  writeUnbroken(root.querySelector("[data-glance-aside]"), aside);
  root.querySelector("[data-glance-mark]").dataset.level = classLevel(state, signals);
}

export class GlanceWindow {
  #window = null;

  /** @param {string} url  of the pop-up page @param {string[]} signals */
  constructor(url, signals) {
    this.url = url;
    this.signals = signals;
  }

  /**
   * @param {import("./messages.js").TeacherState} state
   * @throws {Error} with a sentence to show
   */
  async open(state) {
    if (!window.documentPictureInPicture) {
      const popup = window.open(this.url, "glance", `popup,width=${SIZE.width},height=${SIZE.height}`);
      if (!popup) throw new Error(say("popup_blocked"));
      return;
    }
    this.#window = await window.documentPictureInPicture.requestWindow(SIZE);
    const { document: small } = this.#window;
    small.documentElement.lang = document.documentElement.lang;
    for (const link of document.querySelectorAll('link[rel="stylesheet"]')) small.head.append(link.cloneNode());
    small.body.append(document.getElementById("glance").content.cloneNode(true));
    this.#window.addEventListener("pagehide", () => (this.#window = null));
    this.update(state);
  }

  /** @param {import("./messages.js").TeacherState} state */
  update(state) {
    if (this.#window) drawGlance(this.#window.document, state, this.signals);
  }
}
