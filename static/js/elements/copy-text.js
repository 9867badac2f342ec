/* <copy-text data-text="…">: a button that copies and says so; hidden where the browser cannot copy. */

import { find } from "../dom.js";

const NOTE_MS = 2000;

class CopyText extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.clipboard;
    find("button", this).addEventListener("click", () => this.#copy());
  }

  async #copy() {
    const { text = "", copied = "" } = this.dataset;
    await navigator.clipboard.writeText(text);
    const note = find("[role=status]", this);
    note.textContent = copied;
    setTimeout(() => (note.textContent = ""), NOTE_MS);
  }
}

customElements.define("copy-text", CopyText);
