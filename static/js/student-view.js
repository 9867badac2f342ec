/* Draws the state of the student's page, in the page itself and in the small window. */

import { find, findAll, findAllTags, findTag } from "./dom.js";
import { showProblem } from "./problems.js";
import { asksAgain, eyes, faceCount, headDirection, mirroredBox, sign } from "./student-state.js";
import { localTime } from "./times.js";

/** Problems that another try in the same browser cannot mend. */
const NOT_MENDED = new Set(["old", "insecure", "in-app", "reader-no_simd", "reader-no_canvas"]);
/** Problems of this device that a picture sent to the server would mend. */
const READER_PROBLEM = /^reader-/;
/** Signs under which the pause button makes sense. */
const PAUSABLE = new Set(["on-air", "no-picture", "starting", "paused"]);
/** Signs under which another camera may be chosen. */
const WITH_CHOICE = new Set(["on-air", "no-picture", "starting", "problem"]);
/** Signs under which this window may take the camera over. */
const IDLE = new Set(["elsewhere", "unused"]);

/** @typedef {import("./student-state.js").PageState} PageState */
/** @typedef {import("./wire.js").OwnReading} OwnReading */
/** @typedef {{expressions: Record<string, Record<string, string>>}} Words  by clarity and label */
/** @typedef {Record<string, string | number>} Values  by the name that a sentence has in braces */

/**
 * The one of the prepared texts that is meant is shown; the others stay in the page, hidden.
 * @param {HTMLElement} holder
 * @param {string} name
 */
function say(holder, name) {
  for (const text of findAll("[data-for]", holder)) text.hidden = text.dataset.for !== name;
}

/**
 * @param {HTMLElement} element  carries its sentence with {places} in data-text
 * @param {Values} values
 */
function fill(element, values) {
  const { text = "" } = element.dataset;
  element.textContent = text.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/**
 * A line that is read out stays as it is while it says the same.
 * @param {HTMLElement} element
 * @param {Values} values
 */
function fillIfNew(element, values) {
  const key = JSON.stringify(values);
  if (element.dataset.filled === key && element.textContent !== element.dataset.textNone) return;
  element.dataset.filled = key;
  fill(element, values);
}

/** @param {HTMLElement} element @param {number} milliseconds @param {number | null} slowMs */
function drawInterval(element, milliseconds, slowMs) {
  const { textOne = "", textSlow = "" } = element.dataset;
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  if (slowMs !== null) element.textContent = textSlow.replace("{seconds}", number.format(slowMs / 1000));
  else if (milliseconds === 1000) element.textContent = textOne;
  else fill(element, { seconds: number.format(milliseconds / 1000) });
}

/** What the page and the small window have in common.
 * @param {ParentNode} root
 * @param {PageState} state
 */
export function drawControls(root, state) {
  const now = sign(state);
  const holder = find("[data-sign]", root);
  holder.dataset.sign = now;
  say(holder, now);
  for (const words of findAll("[data-way]", holder)) words.hidden = words.dataset.way !== state.way;
  if (state.lesson) drawInterval(find("[data-interval]", root), state.lesson.capture_interval_ms, state.slowMs);
  find('[data-action="take-over"]', root).hidden = !IDLE.has(now);
  const pause = find('[data-action="pause"]', root);
  pause.hidden = !PAUSABLE.has(now);
  find('[data-when="running"]', pause).hidden = state.isPaused;
  find('[data-when="paused"]', pause).hidden = !state.isPaused;
  for (const tap of findAllTags("button", ".tap", root)) {
    tap.setAttribute("aria-pressed", String(tap.value === state.selfReport || tap.value === state.pace));
    tap.disabled = now === "ended";
  }
}

/**
 * The camera section of the page; absent without camera.
 * @param {HTMLElement} page
 * @param {PageState} state
 */
export function drawCamera(page, state) {
  const preview = page.querySelector("[data-preview]");
  if (!preview) return;
  const problem = problemNow(state);
  showProblem(page, problem);
  find("[data-ways-on]", page).hidden = problem === null;
  find("[data-retry]", page).hidden = problem === null || NOT_MENDED.has(problem) || problem === "reader-slow";
  for (const button of findAll("[data-offers]", page)) button.hidden = !isOffered(button.dataset.offers, problem);
  find("[data-preview-off]", page).hidden = state.isCameraOpen;
  find("[data-muted]", page).hidden = !(state.isMuted && state.isCameraOpen);
  preview.classList.toggle("is-on-air", sign(state) === "on-air");
  if (sign(state) !== "on-air") find("[data-face-box]", page).hidden = true;
}

/** @param {string | undefined} what @param {string | null} problem */
function isOffered(what, problem) {
  if (what === "pictures") return problem !== null && READER_PROBLEM.test(problem);
  return problem === "reader-slow";
}

/** @param {PageState} state */
function problemNow(state) {
  if (sign(state) === "no-picture") return state.isMuted ? null : "no-picture";
  return sign(state) === "problem" ? state.problem : null;
}

/**
 * @param {HTMLElement} page
 * @param {import("./cameras.js").Camera[]} cameras
 * @param {string} current  the deviceId of the one that was agreed to
 * @param {PageState} state
 */
export function drawCameras(page, cameras, current, state) {
  const choice = page.querySelector("camera-choice");
  const now = sign(state);
  if (choice) choice.update(WITH_CHOICE.has(now) ? cameras : [], current, now !== "on-air" && now !== "starting");
}

/**
 * What would help the camera, where there is one.
 * @param {HTMLElement} page
 * @param {import("./camera-help.js").Help | null} help
 */
export function drawHelp(page, help) {
  /** @type {HTMLElement | null} */
  const holder = page.querySelector("[data-camera-help]");
  if (holder) say(holder, help ?? "");
}

/**
 * @param {HTMLElement} page
 * @param {number} hiddenFrom  milliseconds since 1970
 * @param {number} hiddenTo
 */
export function drawSleep(page, hiddenFrom, hiddenTo) {
  /** @type {HTMLElement | null} */
  const notice = page.querySelector("[data-asleep]");
  if (!notice) return;
  fill(find("[data-text]:not([hidden])", notice), {
    from: localTime(new Date(hiddenFrom)),
    to: localTime(new Date(hiddenTo)),
  });
  notice.hidden = false;
}

/** @param {HTMLElement} page @param {PageState} state */
export function drawPanels(page, state) {
  const hasEnded = sign(state) === "ended";
  find('[data-panel="ended"]', page).hidden = !hasEnded;
  find('[data-panel="lesson"]', page).hidden = hasEnded;
  for (const card of findAll("[data-pulse]", page)) card.hidden = hasEnded;
}

/**
 * With how many one is counted, and whether the school allows more than was agreed to.
 * @param {HTMLElement} page
 * @param {PageState} state
 */
export function drawTerms(page, state) {
  find("[data-asks-again]", page).hidden = !asksAgain(state);
  /** @type {HTMLElement | null} */
  const counted = page.querySelector("[data-counted]");
  if (!counted) return;
  const company = state.countedWith;
  if (company) fillIfNew(counted, { ...company, total: company.accounts + company.known + company.new });
  else write(counted, counted.dataset.textNone ?? "");
}

/**
 * Only what changed: a line that is written anew is read out again.
 * @param {HTMLElement} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The sign in the tab: a word and an icon, for the moment when it is one of many tabs.
 * @param {HTMLElement} page
 * @param {PageState} state
 * @param {string} title
 */
export function drawTab(page, state, title) {
  const now = sign(state);
  const words = find(`[data-sign] [data-for="${now}"] strong`, page).textContent;
  const { iconOnAir = "", iconOffAir = "" } = page.dataset;
  document.title = now === "on-air" ? `● ${words} · ${title}` : `${words} · ${title}`;
  findTag("link", '[rel="icon"]').href = now === "on-air" ? iconOnAir : iconOffAir;
}

/**
 * Reads the sign's words out, once for each change.
 * @param {HTMLElement} page
 * @param {PageState} state
 */
export function announce(page, state) {
  const shown = /** @type {HTMLElement} */ (find(`[data-sign] [data-for="${sign(state)}"]`, page).cloneNode(true));
  for (const hidden of findAll("[hidden]", shown)) hidden.remove(); // What the sign does not say is not so.
  write(find("[data-announce]", page), (shown.textContent ?? "").replaceAll(/\s+/g, " ").trim());
}

/**
 * A sentence that is not the sign's.
 * @param {HTMLElement} page
 * @param {string} sentence
 */
export function announceOnce(page, sentence) {
  write(find("[data-announce]", page), sentence);
}

/**
 * Each cell is there where the policy allows what it says.
 * @param {HTMLElement} page
 * @param {OwnReading} reading
 * @param {Words} words
 */
export function drawReading(page, reading, words) {
  const { attention } = reading;
  for (const list of findAll("[data-reading]", page)) {
    list.hidden = false;
    find("[data-no-reading]", page).hidden = true;
    say(find('[data-value="faces"]', list), faceCount(reading.faces));
    for (const cell of cells(list, "expression")) cell.textContent = expressionPhrase(reading, words);
    for (const cell of cells(list, "head")) say(cell, attention ? headDirection(attention) : "unknown");
    for (const cell of cells(list, "eyes")) say(cell, attention ? eyes(attention) : "unknown");
    for (const cell of cells(list, "level")) say(cell, reading.level);
    find('[data-value="read-at"]', list).textContent = localTime(new Date(), "second");
    drawBox(find("[data-face-box]", page), reading.box);
  }
}

/** @param {HTMLElement} list @param {string} name */
function cells(list, name) {
  return findAll(`[data-value="${name}"]`, list);
}

/** @param {OwnReading} reading @param {Words} words */
function expressionPhrase({ expression }, words) {
  if (!expression) return "–";
  return words.expressions[expression.clarity][expression.label ?? ""];
}

/** @param {HTMLElement} element @param {number[] | null} box */
function drawBox(element, box) {
  element.hidden = !box;
  if (!box) return;
  for (const [side, percent] of Object.entries(mirroredBox(box))) element.style.setProperty(side, `${percent}%`);
}

/**
 * Results that stay away are said, not left standing as if they were of now.
 * @param {HTMLElement} page
 * @param {number} lastReadAt  milliseconds since 1970
 * @param {boolean} isStale
 */
export function drawStale(page, lastReadAt, isStale) {
  /** @type {HTMLElement | null} */
  const line = page.querySelector("[data-stale]");
  if (!line || line.hidden === !isStale) return;
  line.hidden = !isStale;
  fill(line, { time: localTime(new Date(lastReadAt), "second") });
  if (isStale) find("[data-face-box]", page).hidden = true;
}

/** @param {HTMLElement} page @param {Date} sentAt */
export function drawTapSent(page, sentAt) {
  noteOfTaps(page, "sent");
  fillOnce(find("[data-self-report-sent]", page), { time: localTime(sentAt, "second") });
}

/** @param {HTMLElement} page @param {string} sentence */
export function drawTapFailed(page, sentence) {
  noteOfTaps(page, "failed");
  find("[data-self-report-failed]", page).textContent = sentence;
}

/** @param {HTMLElement} page @param {"sent" | "failed" | "hint"} which */
function noteOfTaps(page, which) {
  for (const name of ["sent", "failed", "hint"]) {
    find(`[data-self-report-${name}]`, page).hidden = name !== which;
  }
}

/** @param {HTMLElement} element @param {Values} values */
function fillOnce(element, values) {
  element.dataset.text ??= element.textContent ?? "";
  fill(element, values);
}
