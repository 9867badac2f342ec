/* The small window: always on top where the browser can (Document Picture-in-Picture), else a pop-up. */

import { find, findAll, findTag } from "./dom.js";
import { sentence, writeUnbroken } from "./sentence.js";
import { breakLeft, duration } from "./times.js";
import { say } from "./words.js";

const SIZE = { width: 380, height: 190 };
/** How often a small window is drawn anew: a break's clock runs in it. */
export const GLANCE_EVERY_MS = 1000;

/**
 * Draws a state into the glance's elements of any document.
 * @param {ParentNode} root
 * @param {import("./wire.js").TeacherState} state
 * @param {import("./sentence.js").Page} page
 */
export function drawGlance(root, state, page) {
  const said = sentence(state, page);
  const behind = find("[data-glance-behind]", root);
  writeUnbroken(find("[data-glance-main]", root), said.main);
  writeUnbroken(find("[data-glance-aside]", root), said.aside);
  find("[data-glance-quiet]", root).textContent = [said.age, said.left].filter(Boolean).join(" · ");
  if (behind.textContent !== said.behind) behind.textContent = said.behind;
  const left = breakLeft(state.lesson);
  find("[data-glance-break]", root).hidden = left <= 0;
  find("[data-glance-break-left]", root).textContent = duration(left + GLANCE_EVERY_MS - 1);
  find("[data-glance-mark]", root).dataset.level = said.mark;
  find("[data-glance-main]", root).classList.toggle("is-stale", said.age !== "");
}

export class GlanceWindow {
  /** @type {Window | null} */
  #window = null;

  /**
   * @param {string} url  of the pop-up page
   * @param {import("./sentence.js").Page} page
   */
  constructor(url, page) {
    this.url = url;
    this.page = page;
  }

  /**
   * @param {import("./wire.js").TeacherState} state
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
    for (const link of findAll('link[rel="stylesheet"]')) small.head.append(link.cloneNode());
    small.body.append(findTag("template", "#glance").content.cloneNode(true));
    this.#window.addEventListener("pagehide", () => (this.#window = null));
    this.update(state);
  }

  /** @param {import("./wire.js").TeacherState} state */
  update(state) {
    if (this.#window) drawGlance(this.#window.document, state, this.page);
  }
}
