/* Engagement and mood over the lesson, drawn by Plotly. Without Plotly the page keeps its numbers in words. */

import { percent, say, words } from "./words.js";
import { sharesPhrase } from "./elements/class-mood.js";

const REDRAW_MS = 1000;
const LEVEL_LIMITS = [30, 60];
const ROW_GAP = 1.15;

/** Loads the library once. @param {string} url @returns {Promise<void>} */
function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A colour of tokens.css made see-through. @param {string} hex @param {number} alpha */
function faded(hex, alpha) {
  return hex + Math.round(alpha * 255).toString(16).padStart(2, "0");
}

/** @param {string} started_at */
function minutesSince(started_at) {
  const start = Date.parse(started_at);
  return (moment) => (Date.parse(moment) - start) / 60_000;
}

const scaled = (value) => (value === null ? null : Math.round(value * 100));

function layout({ markers, lesson }, overrides) {
  const minutes = minutesSince(lesson.started_at);
  const line = token("line");
  const axis = { gridcolor: line, linecolor: line, zeroline: false, fixedrange: true, ticks: "" };
  const { yaxis, ...rest } = overrides;
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: token("ink-muted") },
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: token("surface"), bordercolor: line, font: { color: token("ink") } },
    shapes: markers.map(({ at }) => markerLine(minutes(at))),
    annotations: markers.map(({ at, label }) => markerLabel(minutes(at), label)),
    xaxis: {
      ...axis,
      showgrid: false,
      range: [0, Math.max(5, minutes(lesson.now))],
      title: { text: say("axis_time"), standoff: 8 },
      hoverformat: ".1f",
    },
    yaxis: { ...axis, ...yaxis },
    ...rest,
  };
}

function markerLine(x) {
  return { type: "line", x0: x, x1: x, y0: 0, y1: 1, yref: "paper", line: { color: token("ink-muted"), width: 1, dash: "dot" } };
}

function markerLabel(x, text) {
  return {
    x, text, y: 1, yref: "paper", xanchor: "left", yanchor: "bottom", showarrow: false, textangle: -25,
    font: { size: 11, color: token("ink-muted") },
  };
}

/** @param {import("./messages.js").TeacherState} state */
function engagementFigure(state) {
  const x = state.moods.map(({ at }) => minutesSince(state.lesson.started_at)(at));
  const colour = token("accent");
  const edge = { x, mode: "lines", line: { width: 0 }, hoverinfo: "skip" };
  const series = (key) => state.moods.map((mood) => scaled(mood[key]));
  const traces = [
    { ...edge, y: series("engagement_low") },
    { ...edge, y: series("engagement_high"), fill: "tonexty", fillcolor: faded(colour, 0.18) },
    { x, y: series("engagement"), mode: "lines", line: { color: colour, width: 2.5 }, name: say("axis_engagement") },
  ];
  const yaxis = { range: [0, 100], tickvals: [0, ...LEVEL_LIMITS, 100], title: { text: say("axis_engagement") } };
  return { traces, layout: layout(state, { yaxis, margin: { l: 52, r: 16, t: 44, b: 44 } }) };
}

/** One row for each expression; the height of its area is the share. */
function moodFigure(state) {
  const x = state.moods.map(({ at }) => minutesSince(state.lesson.started_at)(at));
  const rows = state.labels.length;
  const base = (index) => (rows - 1 - index) * ROW_GAP;
  const traces = state.labels.flatMap((label, index) => {
    const colour = token(`expression-${label}`);
    const shares = state.moods.map((mood) => mood.expression_shares?.[index] ?? null);
    const floor = shares.map((share) => (share === null ? null : base(index)));
    return [
      { x, y: floor, mode: "lines", line: { width: 0 }, hoverinfo: "skip" },
      {
        x,
        y: shares.map((share) => (share === null ? null : base(index) + share)),
        mode: "lines", line: { color: colour, width: 1.5 }, fill: "tonexty", fillcolor: faded(colour, 0.55),
        customdata: shares.map((share) => (share === null ? "" : percent(share))),
        hovertemplate: `${words.resembled[label]}: %{customdata}<extra></extra>`,
      },
    ];
  });
  const yaxis = {
    range: [-0.1, rows * ROW_GAP],
    tickvals: state.labels.map((_, index) => base(index)),
    ticktext: state.labels.map((label) => words.resembled[label]),
  };
  return { traces, layout: layout(state, { yaxis, margin: { l: 84, r: 16, t: 44, b: 44 } }) };
}

/** What the engagement chart shows, in words. */
function engagementSummary({ moods }) {
  const values = moods.map((mood) => scaled(mood.engagement)).filter((value) => value !== null);
  if (!values.length) return say("chart_empty");
  return say("chart_engagement", { now: values.at(-1), low: Math.min(...values), high: Math.max(...values) });
}

function moodSummary({ moods, labels }) {
  const last = moods.findLast((mood) => mood.expression_shares);
  return last ? say("chart_mood", { shares: sharesPhrase(labels, last.expression_shares) }) : say("chart_empty");
}

const CHARTS = [
  { id: "engagement-chart", figure: engagementFigure, summary: engagementSummary },
  { id: "mood-chart", figure: moodFigure, summary: moodSummary },
];
const CONFIG = { displayModeBar: false, responsive: true };

/** Draws the charts that the page has, at most once a second, and again when the theme changes. */
export class Charts {
  #state = null;
  #drawnFor = "";
  #timer = 0;
  #ready = false;

  /** @param {string} plotlyUrl */
  constructor(plotlyUrl) {
    this.charts = CHARTS.filter(({ id }) => document.getElementById(id));
    if (!this.charts.length) return;
    loadScript(plotlyUrl).then(() => this.#start(), () => this.#failed());
  }

  /** @param {import("./messages.js").TeacherState} state */
  update(state) {
    this.#state = state;
    for (const { id, summary } of this.charts) {
      document.getElementById(`${id}-summary`).textContent = summary(state);
    }
    if (this.#ready && !this.#timer) this.#timer = setTimeout(() => this.#draw(), REDRAW_MS);
  }

  #start() {
    this.#ready = true;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw(true));
    this.#draw();
  }

  #failed() {
    for (const { id } of this.charts) document.getElementById(id).textContent = say("no_charts");
  }

  #draw(anew = false) {
    this.#timer = 0;
    if (!this.#state) return;
    const { moods, markers } = this.#state;
    const drawn = `${moods.length}:${moods.at(-1)?.at}:${markers.length}`;
    if (drawn === this.#drawnFor && !anew) return;
    this.#drawnFor = drawn;
    for (const { id, figure } of this.charts) {
      const { traces, layout } = figure(this.#state);
      window.Plotly.react(id, traces, layout, CONFIG);
    }
  }
}
