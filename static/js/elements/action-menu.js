/* <action-menu>: a button that shows and hides a list of actions. Tab and the arrow keys walk it; Escape, a choice and a
 * click elsewhere close it, and the focus goes back to the button.
 */

import { closest, findAll, findTag } from "../dom.js";

const ITEMS = ":is(a, button):not(:disabled)";

export class ActionMenu extends HTMLElement {
  connectedCallback() {
    this.#button.addEventListener("click", () => this.#show(!this.#isOpen));
    // Before the action itself: a dialog that it opens gives the focus back to what had it.
    this.#list.addEventListener(
      "click",
      (event) => {
        if (closest(event, ITEMS)) this.#close();
      },
      { capture: true },
    );
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.contains(relatedTarget)) this.#show(false);
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Node && !this.contains(target)) this.#show(false);
    });
  }

  get #button() {
    return findTag("button", "[aria-expanded]", this);
  }

  get #list() {
    return findTag("ul", "", this);
  }

  get #isOpen() {
    return this.#button.getAttribute("aria-expanded") === "true";
  }

  /** @param {boolean} on */
  #show(on) {
    this.#list.hidden = !on;
    this.#button.setAttribute("aria-expanded", String(on));
  }

  #close() {
    this.#button.focus();
    this.#show(false);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key === "Escape" && this.#isOpen) {
      event.stopPropagation();
      this.#close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.#show(true);
    const items = [...findAll(ITEMS, this.#list)].filter((item) => item.offsetParent);
    const here = items.findIndex((item) => item.matches(":focus"));
    const next = event.key === "ArrowDown" ? here + 1 : Math.max(here, 0) - 1;
    items.at(next % items.length)?.focus();
  }
}

customElements.define("action-menu", ActionMenu);
