/* Draws the state of the student's page, in the page itself and in the small window. */

import { asksAgain, eyes, faceCount, headDirection, mirroredBox, sign } from "./student-state.js";
import { showProblem } from "./problems.js";
import { localTime } from "./times.js";

/** Signs under which the pause button makes sense. */
const PAUSABLE = new Set(["on-air", "starting", "paused"]);

/** Shows the one of the prepared texts that is meant; the others stay in the page, hidden. */
function say(holder, name) {
  for (const text of holder.querySelectorAll("[data-for]")) text.hidden = text.dataset.for !== name;
}

/** @param {Element} element  carries its sentence with {places} in data-text */
function fill(element, values) {
  element.textContent = element.dataset.text.replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A line that is read out stays as it is while it says the same. */
function fillIfNew(element, values) {
  const key = JSON.stringify(values);
  if (element.dataset.filled === key && element.textContent !== element.dataset.textNone) return;
  element.dataset.filled = key;
  fill(element, values);
}

function drawInterval(element, milliseconds) {
  const seconds = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(
    milliseconds / 1000,
  );
  if (milliseconds === 1000) element.textContent = element.dataset.textOne;
  else fill(element, { seconds });
}

/** What the page and the small window have in common.
 * @param {ParentNode} root
 */
export function drawControls(root, state) {
  const now = sign(state);
  const holder = root.querySelector("[data-sign]");
  holder.dataset.sign = now;
  say(holder, now);
  if (state.lesson) drawInterval(root.querySelector("[data-interval]"), state.lesson.capture_interval_ms);
  const pause = root.querySelector('[data-action="pause"]');
  pause.hidden = !PAUSABLE.has(now);
  pause.querySelector('[data-when="running"]').hidden = state.isPaused;
  pause.querySelector('[data-when="paused"]').hidden = !state.isPaused;
  for (const tap of root.querySelectorAll(".tap")) {
    tap.setAttribute("aria-pressed", String(tap.value === state.selfReport));
    tap.disabled = now === "ended";
  }
}

/** The camera section of the page; absent without camera. */
export function drawCamera(page, state) {
  const preview = page.querySelector("[data-preview]");
  if (!preview) return;
  const problem = sign(state) === "problem" ? state.problem : null;
  showProblem(page, problem);
  page.querySelector("[data-retry]").hidden = problem === null || problem === "old" || problem === "insecure";
  page.querySelector("[data-preview-off]").hidden = state.isCameraOpen;
  page.querySelector("[data-muted]").hidden = !(state.isMuted && state.isCameraOpen);
  preview.classList.toggle("is-on-air", sign(state) === "on-air");
  if (!state.isCameraOpen) page.querySelector("[data-face-box]").hidden = true;
}

/** @param {number} hiddenFrom  @param {number} hiddenTo  milliseconds since 1970 */
export function drawSleep(page, hiddenFrom, hiddenTo) {
  const notice = page.querySelector("[data-asleep]");
  if (!notice) return;
  fill(notice, { from: localTime(new Date(hiddenFrom)), to: localTime(new Date(hiddenTo)) });
  notice.hidden = false;
}

export function drawPanels(page, state) {
  const hasEnded = sign(state) === "ended";
  page.querySelector('[data-panel="ended"]').hidden = !hasEnded;
  page.querySelector('[data-panel="lesson"]').hidden = hasEnded;
}

/** With how many one is counted, and whether the school allows more than was agreed to. */
export function drawTerms(page, state) {
  page.querySelector("[data-asks-again]").hidden = !asksAgain(state);
  const counted = page.querySelector("[data-counted]");
  if (!counted) return;
  const company = state.countedWith;
  if (company) fillIfNew(counted, { ...company, total: company.accounts + company.known + company.new });
  else if (counted.textContent !== counted.dataset.textNone) counted.textContent = counted.dataset.textNone;
}

/** The sign in the tab: a word and an icon, for the moment when it is one of many tabs. */
export function drawTab(page, state, title) {
  const now = sign(state);
  const words = page.querySelector(`[data-sign] [data-for="${now}"] strong`).textContent;
  document.title = now === "on-air" ? `● ${words} · ${title}` : `${words} · ${title}`;
  const icon = document.querySelector('link[rel="icon"]');
  icon.href = now === "on-air" ? page.dataset.iconOnAir : page.dataset.iconOffAir;
}

/** Reads the sign's words out, once for each change. */
export function announce(page, state) {
  const words = page.querySelector(`[data-sign] [data-for="${sign(state)}"]`).textContent;
  const line = page.querySelector("[data-announce]");
  const sentence = words.replaceAll(/\s+/g, " ").trim();
  if (line.textContent !== sentence) line.textContent = sentence;
}

/**
 * @param {Element} page
 * @param {import("./student.js").OwnReading} reading
 * @param {{expressions: Record<string, string>, confident: string, uncertain: string}} words
 */
export function drawReading(page, reading, words) {
  const list = page.querySelector("[data-reading]");
  if (!list) return;
  const cell = (name) => list.querySelector(`[data-value="${name}"]`);
  list.hidden = false;
  page.querySelector("[data-no-reading]").hidden = true;
  say(cell("faces"), faceCount(reading.faces));
  if (cell("expression")) cell("expression").textContent = expressionPhrase(reading, words);
  if (cell("head")) {
    say(cell("head"), reading.attention ? headDirection(reading.attention) : "unknown");
    say(cell("eyes"), reading.attention ? eyes(reading.attention) : "unknown");
    say(cell("level"), reading.level);
  }
  cell("read-at").textContent = localTime(new Date(), "second");
  drawBox(page.querySelector("[data-face-box]"), reading.box);
}

function expressionPhrase({ expression }, words) {
  if (!expression) return "–";
  if (expression.uncertain) return words.uncertain;
  const phrase = words.expressions[expression.label];
  return words.confident.replace("{expression}", phrase).replace("{percent}", Math.round(100 * expression.confidence));
}

function drawBox(element, box) {
  element.hidden = !box;
  if (!box) return;
  for (const [side, percent] of Object.entries(mirroredBox(box))) element.style.setProperty(side, `${percent}%`);
}

/** Results that stay away are said, not left standing as if they were of now. */
export function drawStale(page, lastReadAt, isStale) {
  const line = page.querySelector("[data-stale]");
  if (!line || line.hidden === !isStale) return;
  line.hidden = !isStale;
  fill(line, { time: localTime(new Date(lastReadAt), "second") });
  if (isStale) page.querySelector("[data-face-box]").hidden = true;
}

export function drawTapSent(page, sentAt) {
  noteOfTaps(page, "sent");
  fillOnce(page.querySelector("[data-self-report-sent]"), { time: localTime(sentAt, "second") });
}

/** @param {string} sentence */
export function drawTapFailed(page, sentence) {
  noteOfTaps(page, "failed");
  page.querySelector("[data-self-report-failed]").textContent = sentence;
}

function noteOfTaps(page, which) {
  for (const name of ["sent", "failed", "hint"]) {
    page.querySelector(`[data-self-report-${name}]`).hidden = name !== which;
  }
}

function fillOnce(element, values) {
  element.dataset.text ??= element.textContent;
  fill(element, values);
}
