/* What the teacher does to the lesson: mark, pause, change the interval, end. Each answers in words. */

import { post } from "./http.js";
import { keysAreOn, switchKeys } from "./keys.js";
import { say } from "./words.js";

const ANNOUNCED_MS = 8000;

const find = (id) => document.getElementById(id);

let silence = 0;

/** Says one sentence: shown for a while, read out once. @param {string} text */
export function announce(text) {
  clearTimeout(silence);
  find("announcer").textContent = text;
  silence = setTimeout(() => (find("announcer").textContent = ""), ANNOUNCED_MS);
}

/** Posts; a failure is said, never thrown. @returns {Promise<boolean>} whether it worked */
async function attempt(url, fields) {
  try {
    await post(url, fields);
    return true;
  } catch (error) {
    announce(error.message && error.name !== "TypeError" ? error.message : say("failed"));
    return false;
  }
}

/** Buttons with data-opens show their dialog; data-closes inside one closes it. */
function wireDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) find(opener.dataset.opens).showModal();
    event.target.closest("[data-closes]")?.closest("dialog").close();
  });
}

async function mark(urls, label) {
  find("marker-dialog").close();
  if (await attempt(urls.markers, { label })) announce(say("marker_saved", { label }));
}

function wireMarkers(urls) {
  const form = find("marker-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    mark(urls, form.elements.label.value.trim());
    form.reset();
  });
  form.addEventListener("click", (event) => {
    const suggestion = event.target.closest("[data-label]");
    if (suggestion) mark(urls, suggestion.dataset.label);
  });
}

function wireSettings(urls) {
  const form = find("settings-form");
  form.elements.keys.checked = keysAreOn();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    switchKeys(form.elements.keys.checked);
    find("settings-dialog").close();
    if (await attempt(urls.interval, { interval_ms: form.elements.interval_ms.value })) announce(say("saved"));
  });
}

/**
 * @param {Record<string, string>} urls
 * @param {() => import("./messages.js").TeacherState} current
 */
export function wireActions(urls, current) {
  wireDialogs();
  wireMarkers(urls);
  wireSettings(urls);
  find("pause").addEventListener("click", () => attempt(current().lesson.paused ? urls.resume : urls.pause));
  find("end-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    find("end-dialog").close();
    if (await attempt(urls.end)) location.assign(urls.report);
  });
  document.querySelector("hint-list").addEventListener("dismiss", ({ detail: id }) => {
    attempt(urls.dismiss_hint.replace("/0/", `/${id}/`));
  });
}
