/* Draws the dashboard's figures with Plotly. Without Plotly the page keeps its numbers in words. */

import { find, findAll } from "./dom.js";
import { engagementFigure, engagementParts, engagementSummary, moodFigure, moodParts, moodSummary } from "./figures.js";
import { say } from "./words.js";

const REDRAW_MS = 1000;
const CONFIG = { displayModeBar: false, responsive: true };

/** @param {string} url @returns {Promise<Event>} */
function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

/**
 * @typedef {object} Chart
 * @property {string} id  of its place
 * @property {typeof engagementFigure} figure
 * @property {typeof engagementParts} parts
 * @property {typeof engagementSummary} summary
 */

/** @type {Chart[]} */
const CHARTS = [
  { id: "engagement-chart", figure: engagementFigure, parts: engagementParts, summary: engagementSummary },
  { id: "mood-chart", figure: moodFigure, parts: moodParts, summary: moodSummary },
];

/** @param {import("./figures.js").Parts} parts */
function isAny({ words, shared }) {
  return words || shared;
}

/** @param {Chart} chart @param {import("./wire.js").TeacherState} state */
function drawOne({ id, figure, parts }, state) {
  if (!isAny(parts(state))) return;
  const place = find(`#${id}`);
  place.querySelector("[data-empty]")?.remove();
  const { traces, layout } = figure(state);
  window.Plotly?.react(place, traces, layout, CONFIG);
}

/** The library follows the window alone, and what stands above a chart grows too. @param {HTMLElement} place */
function fit(place) {
  if (place.querySelector(".main-svg")) window.Plotly?.Plots.resize(place);
}

/**
 * The charts that the page has, drawn at most once a second, and again when the theme changes.
 * The library is fetched after the first state, so that it holds up neither page nor sentence.
 */
export class Charts {
  /** @type {import("./wire.js").TeacherState | null} */
  #state = null;
  #isFetched = false;
  #drawnFor = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #ready = false;
  #hasFailed = false;

  /** @param {string} plotlyUrl */
  constructor(plotlyUrl) {
    this.plotlyUrl = plotlyUrl;
    this.charts = CHARTS.filter(({ id }) => document.getElementById(id));
  }

  /** @param {import("./wire.js").TeacherState} state */
  update(state) {
    this.#state = state;
    this.#fetchOnce();
    for (const { id, parts, summary } of this.charts) {
      find(`#${id}-summary`).textContent = summary(state);
      const shown = parts(state);
      // Until there is something to draw the place says so, in the server's words.
      for (const empty of findAll(`#${id} [data-empty]`)) empty.hidden = !this.#hasFailed && isAny(shown);
      for (const [part, isShown] of Object.entries(shown)) {
        for (const key of findAll(`[data-keys="${id}"] [data-key="${part}"]`)) key.hidden = !isShown;
      }
    }
    if (this.#ready && !this.#timer) this.#timer = setTimeout(() => this.#draw(), REDRAW_MS);
  }

  #fetchOnce() {
    if (this.#isFetched || !this.charts.length) return;
    this.#isFetched = true;
    loadScript(this.plotlyUrl).then(
      () => this.#start(),
      () => this.#failed(),
    );
  }

  #start() {
    this.#ready = true;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(true));
    for (const { id } of this.charts) new ResizeObserver(() => fit(find(`#${id}`))).observe(find(`#${id}`));
    this.#draw();
  }

  #failed() {
    this.#hasFailed = true;
    for (const { id } of this.charts) {
      const place = find(`#${id} [data-empty]`);
      place.textContent = say("no_charts");
      place.hidden = false;
      find(`#${id}-summary`).classList.remove("visually-hidden");
    }
  }

  #draw(anew = false) {
    this.#timer = undefined;
    if (!this.#state) return;
    const { moods, markers } = this.#state;
    const drawn = `${moods.length}:${moods.at(-1)?.at}:${markers.map(({ id }) => id)}`;
    if (drawn === this.#drawnFor && !anew) return;
    this.#drawnFor = drawn;
    for (const chart of this.charts) drawOne(chart, this.#state);
  }
}
