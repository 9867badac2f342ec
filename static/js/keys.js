/* Single keys for a page, never while somebody types or answers a dialog, and off altogether for those who ask for that. */

import { closest } from "./dom.js";

const STORED_AS = "single-keys";

export function keysAreOn() {
  return localStorage.getItem(STORED_AS) !== "off";
}

/** @param {boolean} on */
export function switchKeys(on) {
  localStorage.setItem(STORED_AS, on ? "on" : "off");
}

/** @param {Record<string, () => unknown>} actions  by key */
export function listenForKeys(actions) {
  document.addEventListener("keydown", (event) => {
    const isTyping = closest(event, "input, textarea, select, [contenteditable]");
    const isAsked = document.querySelector("dialog[open]");
    if (isTyping || isAsked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!keysAreOn()) return;
    const action = actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
