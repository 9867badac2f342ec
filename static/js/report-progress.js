/* Follows a report that is being written and shows it once it is ready. */

import { find, findTag } from "./dom.js";

const EVERY_MS = 1500;
const SLOW_AFTER_MS = 60_000;
const UNDER_WAY = new Set(["pending", "building"]);

/** @type {HTMLElement | null} */
const box = document.querySelector("[data-status-url]");
const since = performance.now();

/** @param {HTMLElement} box */
async function look(box) {
  const response = await fetch(box.dataset.statusUrl ?? "", { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { state, progress } = await response.json();
  if (UNDER_WAY.has(state)) findTag("progress", "", box).value = progress;
  else location.reload();
}

/** @param {HTMLElement} box */
async function follow(box) {
  try {
    await look(box);
  } catch {
    // The server may be restarting; the next look comes in a moment.
  }
  find("[data-slow]", box).hidden = performance.now() - since < SLOW_AFTER_MS;
  setTimeout(() => follow(box), EVERY_MS);
}

if (box) follow(box);
