/* Draws the dashboard's figures with Plotly. Without Plotly the page keeps its numbers in words. */

import { engagementFigure, engagementParts, engagementSummary, moodFigure, moodParts, moodSummary } from "./figures.js";
import { say } from "./words.js";

const REDRAW_MS = 1000;
const CONFIG = { displayModeBar: false, responsive: true };

/** @param {string} url @returns {Promise<void>} */
function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

const CHARTS = [
  { id: "engagement-chart", figure: engagementFigure, parts: engagementParts, summary: engagementSummary },
  { id: "mood-chart", figure: moodFigure, parts: moodParts, summary: moodSummary },
];

/**
 * The charts that the page has, drawn at most once a second, and again when the theme changes.
 * The library is fetched after the first state, so that it holds up neither page nor sentence.
 */
export class Charts {
  #state = null;
  #isFetched = false;
  #drawnFor = "";
  #timer = 0;
  #ready = false;
  #hasFailed = false;

  /** @param {string} plotlyUrl */
  constructor(plotlyUrl) {
    this.plotlyUrl = plotlyUrl;
    this.charts = CHARTS.filter(({ id }) => document.getElementById(id));
  }

  /** @param {import("./messages.js").TeacherState} state */
  update(state) {
    this.#state = state;
    this.#fetchOnce();
    for (const { id, parts, summary } of this.charts) {
      document.getElementById(`${id}-summary`).textContent = summary(state);
      const shown = parts(state);
      // Until there is something to draw the place says so, in the server's words.
      const empty = document.querySelector(`#${id} [data-empty]`);
      if (empty && !this.#hasFailed) empty.hidden = shown.words || shown.shared;
      for (const key of document.querySelectorAll(`[data-keys="${id}"] [data-key]`))
        key.hidden = !shown[key.dataset.key];
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
    this.#draw();
  }

  #failed() {
    this.#hasFailed = true;
    for (const { id } of this.charts) {
      const place = document.querySelector(`#${id} [data-empty]`);
      place.textContent = say("no_charts");
      place.hidden = false;
      document.getElementById(`${id}-summary`).classList.remove("visually-hidden");
    }
  }

  #draw(anew = false) {
    this.#timer = 0;
    if (!this.#state) return;
    const { moods, markers } = this.#state;
    const drawn = `${moods.length}:${moods.at(-1)?.at}:${markers.length}`;
    if (drawn === this.#drawnFor && !anew) return;
    this.#drawnFor = drawn;
    for (const chart of this.charts) this.#drawOne(chart);
  }

  #drawOne({ id, figure, parts }) {
    const place = document.getElementById(id);
    const { words, shared } = parts(this.#state);
    if (!words && !shared) return;
    place.querySelector("[data-empty]")?.remove();
    const { traces, layout } = figure(this.#state);
    window.Plotly.react(place, traces, layout, CONFIG);
  }
}
