/* <copy-text data-text="…">: a button that copies and says so; hidden where the browser cannot copy. */

const NOTE_MS = 2000;

class CopyText extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.clipboard;
    this.querySelector("button").addEventListener("click", () => this.#copy());
  }

  async #copy() {
    await navigator.clipboard.writeText(this.dataset.text);
    const note = this.querySelector("[role=status]");
    note.textContent = this.dataset.copied;
    setTimeout(() => (note.textContent = ""), NOTE_MS);
  }
}

customElements.define("copy-text", CopyText);
