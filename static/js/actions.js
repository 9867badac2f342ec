/* What the teacher does to the lesson: pause, change the interval, end. Each answers in words. */

import { closest, find, findAll, findAllTags, findTag } from "./dom.js";
import { post } from "./http.js";
import { keysAreOn, switchKeys } from "./keys.js";
import { say } from "./words.js";

/** @typedef {Record<string, string>} Urls  by name, as classroom/views/live.py gives them */

const ANNOUNCED_MS = 8000;
const PANEL_PX = 360;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;

/** Says one sentence: shown for a while, read out once. @param {string} text */
export function announce(text) {
  clearTimeout(silence);
  find("#announcer").textContent = text;
  silence = setTimeout(() => (find("#announcer").textContent = ""), ANNOUNCED_MS);
}

/**
 * Posts; a failure is said, never thrown.
 * @param {string} url
 * @param {Record<string, string>} [fields]
 * @returns {Promise<boolean>} whether it worked
 */
export async function attempt(url, fields) {
  try {
    await post(url, fields);
    return true;
  } catch (error) {
    announce(error instanceof Error && error.message && error.name !== "TypeError" ? error.message : say("failed"));
    return false;
  }
}

/** Buttons with data-opens show their dialog; data-closes inside one closes it. */
function wireDialogs() {
  document.addEventListener("click", (event) => {
    const opener = closest(event, "[data-opens]");
    if (opener) findTag("dialog", `#${opener.dataset.opens}`).showModal();
    closest(event, "[data-closes]")?.closest("dialog")?.close();
  });
}

/** @param {Urls} urls */
function wireSettings(urls) {
  const form = findTag("form", "#settings-form");
  const keys = findTag("input", '[name="keys"]', form);
  /** @type {HTMLSelectElement | null} */
  const interval = form.querySelector('[name="interval_ms"]');
  keys.checked = keysAreOn();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    switchKeys(keys.checked);
    findTag("dialog", "#settings-dialog").close();
    if (!interval || (await attempt(urls.interval, { interval_ms: interval.value }))) announce(say("saved"));
  });
}

/** @param {Urls} urls */
function wireBreak(urls) {
  find("#break-form").addEventListener("click", async (event) => {
    const minutes = closest(event, "[data-minutes]")?.dataset.minutes;
    if (minutes === undefined) return;
    findTag("dialog", "#break-dialog").close();
    if (await attempt(urls.break, { minutes })) announce(say(minutes === "0" ? "break_ended" : "break_given"));
  });
}

/** A window of the panel's size where the browser opens one, else the link's own tab. */
function wirePanel() {
  for (const link of findAllTags("a", "#panel-open")) {
    link.addEventListener("click", (event) => {
      const size = `popup,width=${PANEL_PX},height=${screen.availHeight}`;
      if (window.open(link.href, "panel", size)) event.preventDefault();
    });
  }
}

/**
 * What keys may do too comes back.
 * @param {Urls} urls
 * @param {() => import("./wire.js").TeacherState | null} current
 */
export function wireActions(urls, current) {
  wireDialogs();
  wireSettings(urls);
  wireBreak(urls);
  wirePanel();
  for (const button of findAll("#pause")) {
    button.addEventListener("click", () => attempt(current()?.lesson.paused ? urls.resume : urls.pause));
  }
  find("#end-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    findTag("dialog", "#end-dialog").close();
    if (await attempt(urls.end)) location.assign(urls.report);
  });
  findTag("hint-list").addEventListener("dismiss", (event) => {
    const { detail: id } = /** @type {CustomEvent<number>} */ (event);
    attempt(urls.dismiss_hint.replace("/0/", `/${id}/`));
  });
  document.querySelector("question-list")?.addEventListener("settle", (event) => {
    const { detail } = /** @type {CustomEvent<import("./elements/question-list.js").Settled>} */ (event);
    attempt(urls.settle_question.replace("/0/", `/${detail.id}/`), { state: detail.state });
  });
  const askPulse = () => {
    if (current()?.view.present) attempt(urls.pulse);
    else announce(say("nobody_to_ask"));
  };
  document.querySelector("#pulse-ask")?.addEventListener("click", askPulse);
  return { askPulse };
}
