/* The live dashboard: one socket, one state, drawn into what the server rendered. */

import "./elements/action-menu.js";
import "./elements/break-clock.js";
import "./elements/class-mood.js";
import "./elements/copy-text.js";
import "./elements/hint-list.js";
import "./elements/key-moments.js";
import "./elements/lesson-clock.js";
import "./elements/level-bar.js";
import "./elements/pulse-check.js";
import "./elements/question-list.js";
import "./elements/quiet-hours.js";
import "./elements/tile-grid.js";
import { announce, wireActions } from "./actions.js";
import { Alerts } from "./alerts.js";
import { Charts } from "./charts.js";
import { find, findAll, findAllTags, findTag } from "./dom.js";
import { GLANCE_EVERY_MS, GlanceWindow } from "./glance_window.js";
import { readJson } from "./http.js";
import { listenForKeys } from "./keys.js";
import { applied, withoutIndividuals } from "./messages.js";
import { wireMoments } from "./moments.js";
import { AGE_EVERY_MS, aged, sentence, told, writeUnbroken } from "./sentence.js";
import { wireSlides } from "./slides.js";
import { CLOSED, connect } from "./socket.js";
import { breakLeft } from "./times.js";
import { say, words } from "./words.js";

const READ_OUT_MS = 60_000;
const READ_OUT_STAYS_MS = 5000;

/**
 * @typedef {import("./wire.js").TeacherState} TeacherState
 * @typedef {ReturnType<typeof sentence>} Sentence
 * @typedef {import("./sentence.js").Page & {socket: string, plotly: string, urls: import("./actions.js").Urls}} Page
 */

/** @type {Page} */
const page = readJson("page");
const clock = findTag("lesson-clock");
const breakClock = findTag("break-clock");
const levelBar = findTag("level-bar");
const classMood = document.querySelector("class-mood");
const hintList = findTag("hint-list");
const keyMoments = findTag("key-moments");
const tileGrid = findTag("tile-grid");
const questionList = document.querySelector("question-list");
const pulseCheck = document.querySelector("pulse-check");

/** @type {TeacherState | null} */
let state = null;
let isRevealed = false;
let receivedAt = 0;
let readOutAt = -READ_OUT_MS;

const charts = new Charts(page.plotly);
const alerts = new Alerts();
const glance = new GlanceWindow(page.urls.glance, page);

/** @param {string} id @param {string} text */
function write(id, text) {
  const element = find(`#${id}`);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Again from time to time, because figures grow old also while no message comes.
 * @param {TeacherState} received
 */
function drawSentence(received) {
  const now = aged(received, performance.now() - receivedAt);
  const said = sentence(now, page);
  writeUnbroken(find("#sentence"), said.main);
  writeUnbroken(find("#aside"), said.aside);
  write("quiet", [said.age, said.left].filter(Boolean).join(" · "));
  write("behind", said.behind);
  write("reason", said.reason);
  for (const way of findAll("#way-in")) way.hidden = !isEmpty(now);
  find("#behind-help").hidden = said.behind === "";
  find("#sentence").classList.toggle("is-stale", said.age !== "");
  levelBar.update(now, told(now, page));
  classMood?.update(now);
  glance.update(now);
  readOut(said);
}

/** @param {TeacherState} state */
function isEmpty({ lesson, view }) {
  return lesson.open && !view.present && !view.left;
}

/**
 * At most once a minute, however often the sentence changes.
 * @param {Sentence} said
 */
function readOut({ main, age, aside, reason }) {
  if (performance.now() - readOutAt < READ_OUT_MS) return;
  readOutAt = performance.now();
  write("read-out", [main, age, aside, reason].filter(Boolean).join(". "));
  setTimeout(() => write("read-out", ""), READ_OUT_STAYS_MS);
}

/** @param {import("./wire.js").ClassView} view */
function drawSelfReports({ self_reports: reports, self_reports_of: whose, lacks_somebody: lacksSomebody, present }) {
  find("#self-reports").hidden = reports === null;
  find("#self-reports-shared").hidden = whose !== "shared";
  find("#self-reports-removed").hidden = !lacksSomebody;
  find("#self-reports-few").hidden = reports !== null || lacksSomebody;
  for (const row of findAll("[data-self-report]")) {
    const n = reports?.[row.dataset.selfReport ?? ""] ?? 0;
    find("[data-value]", row).textContent = String(n);
    find(".meter", row).style.setProperty("--share", String(present ? n / present : 0));
  }
}

/** @param {import("./wire.js").LessonInfo} lesson */
function airOf({ open, paused }) {
  if (!open) return say("over");
  return say(paused ? "on_pause" : "on_air");
}

/** @param {import("./wire.js").LessonInfo} lesson */
function drawLesson(lesson) {
  const { open, paused, interval_ms } = lesson;
  const air = find("#air");
  air.textContent = airOf(lesson);
  air.classList.toggle("badge-live", open && !paused && page.signals.length > 0);
  for (const button of findAll("#pause")) button.textContent = say(paused ? "resume" : "pause");
  find("#over").hidden = open;
  for (const way of findAll("#be-student")) way.hidden = !open;
  find('#break-form [data-minutes="0"]').hidden = breakLeft(lesson) <= 0;
  for (const button of findAllTags("button", "[data-while-open]")) button.disabled = !open;
  for (const interval of findAllTags("select", '[name="interval_ms"]')) {
    if (!findTag("dialog", "#settings-dialog").open) interval.value = String(interval_ms);
  }
}

function drawReveal() {
  document.body.classList.toggle("is-revealed", isRevealed);
  find("#reveal").setAttribute("aria-pressed", String(isRevealed));
  write("reveal-word", say(isRevealed ? "hide_names" : "show_names"));
  find("#individuals").hidden = !isRevealed;
  find("#individuals-hidden").hidden = isRevealed;
}

/** @param {TeacherState} state */
function draw(state) {
  drawLesson(state.lesson);
  drawSentence(state);
  drawSelfReports(state.view);
  pulseCheck?.update(state);
  questionList?.update(state);
  clock.update(state);
  breakClock.update(state.lesson);
  alerts.update(state);
  hintList.update(state);
  keyMoments.update(state);
  tileGrid.update(isRevealed ? state.tiles : null);
  charts.update(state);
}

/** @param {boolean} on */
function reveal(on) {
  if (on === isRevealed) return;
  isRevealed = on;
  connection.send({ type: "reveal", on });
  if (state && !on) state = withoutIndividuals(state);
  drawReveal();
  if (state) draw(state);
  announce(say(on ? "names_shown" : "names_hidden"));
}

/** @param {TeacherState | import("./messages.js").Message} message */
function received(message) {
  const next = applied(state, message);
  if (next === null && state !== null) {
    connection.send({ type: "refresh" });
    return;
  }
  if (next === null) return;
  if (String(next.view.signals) !== String(page.signals)) {
    location.reload(); // The page was made for another policy: its cards are not those that can be told now.
    return;
  }
  state = isRevealed ? next : withoutIndividuals(next);
  receivedAt = performance.now();
  draw(state);
}

/**
 * A new socket knows nothing of what the old one revealed.
 * @param {import("./socket.js").ConnectionState} name
 */
function connectionChanged(name) {
  const isOver = name === "closed" && state !== null && !state.lesson.open;
  write("connection", words.connection[name]);
  find("#connection").hidden = isOver;
  find("#connection").classList.toggle("badge-warning", name !== "open" && !isOver);
  if (name === "open" && isRevealed) connection.send({ type: "reveal", on: true });
}

/**
 * Over HTTP the server says why the socket is refused: the lesson is over, or we are logged out.
 * @param {CloseEvent} event
 */
async function askWhy({ code }) {
  if (code === CLOSED.ended) return;
  if (code === CLOSED.rightsLost) {
    reveal(false);
    announce(say("gone"));
    return;
  }
  const response = await fetch(page.urls.state, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response) return;
  if (!response.ok || response.redirected) announce(say("gone"));
  else received(await response.json());
}

const connection = connect(page.socket, {
  onmessage: received,
  onstate: (name) => queueMicrotask(() => connectionChanged(name)),
  onrefused: askWhy,
});

const { askPulse } = wireActions(page.urls, () => state);
const moments = wireMoments(page.urls);
wireSlides(page.urls);
find("#reveal").addEventListener("click", () => reveal(!isRevealed));
find("#hide").addEventListener("click", () => {
  reveal(false);
  find("action-menu button").focus(); // The button in focus is gone with the names.
});
find("#glance-open").addEventListener("click", () => {
  if (state) glance.open(state).catch((error) => announce(error.message));
});
document.addEventListener("visibilitychange", () => document.hidden && reveal(false));
listenForKeys({
  n: () => reveal(!isRevealed),
  w: () => state?.lesson.open && askPulse(),
  m: () => state?.lesson.open && moments.mark(),
});
drawReveal();
setInterval(() => state && drawSentence(state), AGE_EVERY_MS);
setInterval(() => state && glance.update(aged(state, performance.now() - receivedAt)), GLANCE_EVERY_MS);
