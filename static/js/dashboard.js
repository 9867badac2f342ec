/* The live dashboard: one socket, one state, drawn into what the server rendered. */

import "./elements/copy-text.js";
import "./elements/class-mood.js";
import "./elements/hint-list.js";
import "./elements/lesson-clock.js";
import "./elements/level-bar.js";
import "./elements/tile-grid.js";
import { announce, wireActions } from "./actions.js";
import { Charts } from "./charts.js";
import { GlanceWindow } from "./glance_window.js";
import { readJson } from "./http.js";
import { listenForKeys } from "./keys.js";
import { applied, withoutIndividuals } from "./messages.js";
import { AGE_EVERY_MS, aged, sentence, told, writeUnbroken } from "./sentence.js";
import { CLOSED, connect } from "./socket.js";
import { duration } from "./times.js";
import { say, words } from "./words.js";

const READ_OUT_MS = 60_000;
const READ_OUT_STAYS_MS = 5000;

const page = readJson("page");
const find = (id) => document.getElementById(id);
const [clock, levelBar, classMood, hintList, tileGrid] = [
  "lesson-clock",
  "level-bar",
  "class-mood",
  "hint-list",
  "tile-grid",
].map((name) => document.querySelector(name));

/** @type {import("./messages.js").TeacherState | null} */
let state = null;
let isRevealed = false;
let receivedAt = 0;
let readOutAt = -READ_OUT_MS;

const charts = new Charts(page.plotly);
const glance = new GlanceWindow(page.urls.glance, page);

function write(id, text) {
  const element = find(id);
  if (element && element.textContent !== text) element.textContent = text;
}

/** Again from time to time, because figures grow old also while no message comes. */
function drawSentence() {
  const now = aged(state, performance.now() - receivedAt);
  const said = sentence(now, page);
  writeUnbroken(find("sentence"), said.main);
  writeUnbroken(find("aside"), said.aside);
  write("quiet", [said.age, said.left].filter(Boolean).join(" · "));
  write("behind", said.behind);
  write("reason", said.reason);
  find("behind-help").hidden = said.behind === "";
  find("sentence").classList.toggle("is-stale", said.age !== "");
  levelBar.update(now, told(now, page));
  classMood?.update(now);
  glance.update(now);
  readOut(said);
}

/** At most once a minute, however often the sentence changes. */
function readOut({ main, age, aside, reason }) {
  if (performance.now() - readOutAt < READ_OUT_MS) return;
  readOutAt = performance.now();
  write("read-out", [main, age, aside, reason].filter(Boolean).join(". "));
  setTimeout(() => write("read-out", ""), READ_OUT_STAYS_MS);
}

function drawSelfReports({ self_reports: reports, present }) {
  find("self-reports").hidden = reports === null;
  find("self-reports-few").hidden = reports !== null;
  for (const row of document.querySelectorAll("[data-self-report]")) {
    const n = reports?.[row.dataset.selfReport] ?? 0;
    row.querySelector("[data-value]").textContent = n;
    row.querySelector(".meter").style.setProperty("--share", present ? n / present : 0);
  }
}

function drawLesson({ open, paused, interval_ms }) {
  const air = find("air");
  air.textContent = say(!open ? "over" : paused ? "on_pause" : "on_air");
  air.classList.toggle("badge-live", open && !paused);
  write("pause", say(paused ? "resume" : "pause"));
  find("over").hidden = open;
  if (find("be-student")) find("be-student").hidden = !open;
  for (const button of document.querySelectorAll("[data-while-open]")) button.disabled = !open;
  const interval = find("settings-form").elements.interval_ms;
  if (!find("settings-dialog").open) interval.value = interval_ms;
}

function drawMarkers({ markers, lesson }) {
  if (find("markers").childElementCount === markers.length) return;
  const started = new Date(lesson.started_at);
  const rows = markers.map(({ at, label }) => {
    const time = Object.assign(document.createElement("time"), { dateTime: at, className: "muted small number" });
    time.textContent = duration(new Date(at) - started);
    const row = document.createElement("li");
    row.append(label, " ", time);
    return row;
  });
  find("markers").replaceChildren(...rows);
  find("no-markers").hidden = rows.length > 0;
}

function drawReveal() {
  document.body.classList.toggle("is-revealed", isRevealed);
  find("reveal").setAttribute("aria-pressed", String(isRevealed));
  write("reveal-word", say(isRevealed ? "hide_names" : "show_names"));
  find("individuals").hidden = !isRevealed;
  find("individuals-hidden").hidden = isRevealed;
}

function draw() {
  drawLesson(state.lesson);
  drawSentence();
  drawSelfReports(state.view);
  clock.update(state);
  hintList.update(state);
  drawMarkers(state);
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
  if (state) draw();
  announce(say(on ? "names_shown" : "names_hidden"));
}

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
  draw();
}

/** A new socket knows nothing of what the old one revealed. */
function connectionChanged(name) {
  const isOver = name === "closed" && state !== null && !state.lesson.open;
  write("connection", words.connection[name]);
  find("connection").hidden = isOver;
  find("connection").classList.toggle("badge-warning", name !== "open" && !isOver);
  if (name === "open" && isRevealed) connection.send({ type: "reveal", on: true });
}

/** Over HTTP the server says why the socket is refused: the lesson is over, or we are logged out. */
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

wireActions(page.urls, () => state);
find("reveal").addEventListener("click", () => reveal(!isRevealed));
find("glance-open").addEventListener(
  "click",
  () => state && glance.open(state).catch((error) => announce(error.message)),
);
document.addEventListener("visibilitychange", () => document.hidden && reveal(false));
listenForKeys({ n: () => reveal(!isRevealed), m: () => state?.lesson.open && find("marker-dialog").showModal() });
drawReveal();
setInterval(() => state && drawSentence(), AGE_EVERY_MS);
