/* Draws the report's figures. Python names tones; here they become the page's colours, light, dark or on paper. */

import { findAll, findAllTags } from "./dom.js";
import { readJson } from "./http.js";
import { faded, token } from "./tokens.js";

/** @type {Record<string, string>} */
const TONES = {
  accent: "accent",
  band: "accent",
  engaged: "level-engaged",
  drifting: "level-drifting",
  away: "level-away",
};
const PAPER_WIDTH_PX = 660;
const NARROW_PX = 520;
const BAND_OPACITY = 0.18;

/** @typedef {(name: string) => string} Ink  the colour of a token */

/**
 * What reports/charts.py wrote of a figure and is read here; all else goes to Plotly as it is.
 * @typedef {object} Trace
 * @property {{tone: string}} meta
 * @property {object} [line]
 * @property {string} [fill]
 * @property {{pattern?: object}} [marker]
 *
 * @typedef {{name?: string}} Named
 *
 * @typedef {object} Layout
 * @property {object} margin
 * @property {{dtick: number}} xaxis
 * @property {object} yaxis
 * @property {Named[]} shapes
 * @property {Named[]} annotations
 */

/** @type {Ink} */
const onPaper = (name) => token(`paper-${name}`);

/** @param {Trace} trace @param {Ink} ink */
function paintedTrace(trace, ink) {
  const colour = ink(TONES[trace.meta.tone]);
  return {
    ...trace,
    ...(trace.line && { line: { ...trace.line, color: colour } }),
    ...(trace.fill && { fillcolor: faded(colour, BAND_OPACITY) }),
    ...(trace.marker && { marker: paintedMarker(trace.marker, colour, ink) }),
  };
}

/** @param {{pattern?: object}} marker @param {string} colour @param {Ink} ink */
function paintedMarker(marker, colour, ink) {
  const { pattern } = marker;
  const painted = pattern && { pattern: { ...pattern, fgcolor: ink("surface"), fillmode: "overlay" } };
  return { ...marker, color: colour, ...painted };
}

/** @param {Named} shape @param {Ink} ink */
function paintedShape(shape, ink) {
  if (shape.name === "pause") return { ...shape, fillcolor: ink("surface-sunk"), line: { width: 0 } };
  return { ...shape, line: { color: ink("ink-muted"), width: 1, dash: "dot" } };
}

/** @param {Named} note @param {Ink} ink */
function paintedNote(note, ink) {
  const colour = note.name === "moment" ? ink("ink") : ink("ink-muted");
  return { ...note, font: { size: 12, color: colour } };
}

/** @param {Layout} layout @param {Ink} ink */
function paintedLayout(layout, ink) {
  const axis = { gridcolor: ink("line"), linecolor: ink("line-strong"), tickcolor: ink("line-strong") };
  return {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: ink("ink-muted") },
    hoverlabel: { bgcolor: ink("surface"), bordercolor: ink("line-strong"), font: { color: ink("ink") } },
    xaxis: { ...layout.xaxis, ...axis, ticks: "outside", showline: true },
    yaxis: { ...layout.yaxis, ...axis },
    shapes: layout.shapes.map((shape) => paintedShape(shape, ink)),
    annotations: layout.annotations.map((note) => paintedNote(note, ink)),
  };
}

/** On a phone: narrow margins, fewer ticks, no word on pauses. @param {Layout} layout */
function narrowed(layout) {
  const hasLevels = layout.annotations.some((note) => note.name === "level");
  return {
    ...layout,
    margin: { ...layout.margin, l: hasLevels ? 44 : 78, r: hasLevels ? 92 : 8 },
    xaxis: { ...layout.xaxis, dtick: layout.xaxis.dtick * 3 },
    annotations: layout.annotations.filter((note) => note.name !== "pause"),
  };
}

/** @param {Ink} ink @param {number} [width] */
function draw(ink, width) {
  for (const place of findAll("[data-figure]")) {
    /** @type {{data: Trace[], layout: Layout}} */
    const { data, layout } = readJson(place.dataset.figure ?? "");
    const traces = data.map((trace) => paintedTrace(trace, ink));
    const size = width ? { width } : { autosize: true };
    const fitting = (width ?? place.clientWidth) < NARROW_PX ? narrowed(layout) : layout;
    const config = { displayModeBar: false, responsive: !width };
    window.Plotly?.react(place, traces, { ...paintedLayout(fitting, ink), ...size }, config);
  }
}

/** Without the library the tables hold the same numbers: open them. */
function openTables() {
  for (const exhibit of findAll(".exhibit")) {
    for (const details of findAllTags("details", "", exhibit)) details.open = true;
  }
}

if (window.Plotly) {
  draw(token);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(token));
  addEventListener("beforeprint", () => draw(onPaper, PAPER_WIDTH_PX));
  addEventListener("afterprint", () => draw(token));
} else {
  openTables();
}
