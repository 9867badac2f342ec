/* The two figures of the dashboard, as Plotly reads them. Colours come from tokens.css at each drawing. */

import { percent, say, words } from "./words.js";

/** @typedef {import("./messages.js").TeacherState} TeacherState */

/** Values from which a level holds, in hundredths, lowest first: classroom and emotion speak of the same. */
const LEVELS = [
  { level: "away", from: 0, to: 30 },
  { level: "drifting", from: 30, to: 60 },
  { level: "engaged", from: 60, to: 100 },
];
/** Share of the class that at least fits the height of one row. */
const SHARE_OF_A_ROW = 0.4;
const SHORTEST_MINUTES = 5;
const LABELS_PX = 84;
const SMALL_PX = 12;

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A colour of tokens.css made see-through. @param {string} hex @param {number} alpha */
function faded(hex, alpha) {
  return hex + Math.round(alpha * 255).toString(16).padStart(2, "0");
}

/** @param {TeacherState} state @returns {(moment: string) => number} */
function minutesOf({ lesson }) {
  const start = Date.parse(lesson.started_at);
  return (moment) => (Date.parse(moment) - start) / 60_000;
}

const hundredths = (value) => (value === null ? null : Math.round(value * 100));

/** Index ranges without a gap, so that an area never spans a time without evidence. */
function runs(values) {
  const found = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if (index && values[index - 1] !== null) found.at(-1).push(index);
    else found.push([index]);
  });
  return found;
}

/** The area between two series, one closed polygon for each run. */
function area(x, low, high, fillcolor) {
  const outline = (forth, back) =>
    runs(high).flatMap((run) => [...run.map((i) => forth[i]), ...run.toReversed().map((i) => back[i]), null]);
  return {
    x: outline(x, x), y: outline(high, low),
    mode: "lines", line: { width: 0 }, fill: "toself", fillcolor, hoverinfo: "skip",
  };
}

/** A thin line and the marker's number above it; the list under the chart says what it was. */
function marks({ markers }, minutes) {
  const colour = token("ink-muted");
  const at = markers.map((marker) => minutes(marker.at));
  return {
    shapes: at.map((x) => ({
      type: "line", x0: x, x1: x, y0: 0, y1: 1, yref: "paper", line: { color: colour, width: 1, dash: "dot" },
    })),
    annotations: at.map((x, index) => ({
      x, y: 1, yref: "paper", yanchor: "bottom", showarrow: false, text: `<b>${index + 1}</b>`,
      font: { size: SMALL_PX, color: token("ink") },
    })),
  };
}

function layout(state, { yaxis, margin, shapes = [] }) {
  const minutes = minutesOf(state);
  const line = token("line");
  const axis = { linecolor: line, gridcolor: line, zeroline: false, fixedrange: true, ticks: "" };
  const marked = marks(state, minutes);
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: token("ink-muted") },
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: token("surface"), bordercolor: line, font: { color: token("ink") } },
    shapes: [...shapes, ...marked.shapes],
    annotations: marked.annotations,
    margin: { r: 12, t: 22, b: 42, ...margin },
    xaxis: {
      ...axis,
      showgrid: false,
      range: [0, Math.max(SHORTEST_MINUTES, minutes(state.lesson.now))],
      title: { text: say("axis_time"), standoff: 6, font: { size: SMALL_PX } },
      hoverformat: ".1f",
    },
    yaxis: { ...axis, ...yaxis },
  };
}

/** Class average with the band of the middle half, on the three levels. @param {TeacherState} state */
export function engagementFigure(state) {
  const x = state.moods.map((mood) => minutesOf(state)(mood.at));
  const colour = token("accent");
  const series = (key) => state.moods.map((mood) => hundredths(mood[key]));
  const traces = [
    area(x, series("engagement_low"), series("engagement_high"), faded(colour, 0.18)),
    {
      x, y: series("engagement"), mode: "lines", line: { color: colour, width: 2.5 },
      hovertemplate: `${say("axis_engagement")}: %{y}<extra></extra>`,
    },
  ];
  const limits = LEVELS.slice(1).map(({ from }) => ({
    type: "line", xref: "paper", x0: 0, x1: 1, y0: from, y1: from, line: { color: token("line"), width: 1 },
  }));
  const yaxis = {
    range: [0, 102],
    showgrid: false,
    tickvals: LEVELS.map(({ from, to }) => (from + to) / 2),
    ticktext: LEVELS.map(({ level }) => words.levels[level]),
  };
  return { traces, layout: layout(state, { yaxis, margin: { l: LABELS_PX }, shapes: limits }) };
}

/** The highest share of some labels over the lesson. @param {(label: string) => boolean} chosen */
function highest({ moods, labels }, chosen) {
  const shares = moods.flatMap((mood) => (mood.expression_shares ?? []).filter((_, index) => chosen(labels[index])));
  return Math.max(0, ...shares);
}

/**
 * One row for each expression; the height of its area is the share, on one scale for all rows.
 * Neutral is on top, where it may be higher than a row.
 * @param {TeacherState} state
 */
export function moodFigure(state) {
  const x = state.moods.map((mood) => minutesOf(state)(mood.at));
  const rows = [...state.labels].reverse();
  const scale = Math.max(SHARE_OF_A_ROW, highest(state, (label) => label !== "neutral"));
  const base = (label) => rows.length - 1 - rows.indexOf(label);
  const traces = rows.flatMap((label) => {
    const colour = token(`expression-${label}`);
    const shares = state.moods.map((mood) => mood.expression_shares?.[state.labels.indexOf(label)] ?? null);
    const high = shares.map((share) => (share === null ? null : base(label) + share / scale));
    return [
      area(x, shares.map(() => base(label)), high, faded(colour, 0.6)),
      {
        x, y: high, mode: "lines", line: { color: colour, width: 1.5 },
        customdata: shares.map((share) => (share === null ? "" : percent(share))),
        hovertemplate: `${words.resembled[label]}: %{customdata}<extra></extra>`,
      },
    ];
  });
  const yaxis = {
    range: [-0.15, rows.length - 0.9 + Math.max(1, highest(state, () => true) / scale)],
    tickvals: rows.map(base),
    ticktext: rows.map((label) => words.resembled[label]),
  };
  return { traces, layout: layout(state, { yaxis, margin: { l: LABELS_PX } }) };
}
