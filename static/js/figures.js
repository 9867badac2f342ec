/* The two figures of the dashboard, as Plotly reads them, and what each says in words.
 *
 * Both tell of two groups: the class in words, as steps of three heights; and those who show their own
 * results, as exact lines. Colours come from tokens.css at each drawing.
 */

import { faded, token } from "./tokens.js";
import { count, listed, percent, say, separators, sharesPhrase, strengthsPhrase, words } from "./words.js";

/**
 * @typedef {import("./wire.js").TeacherState} TeacherState
 * @typedef {"y" | "y2"} Axis
 * @typedef {(number | null)[]} Values  null where nothing was told
 * @typedef {{x: number, y: number | null}} Point
 * @typedef {{width: number, color?: string, dash?: string}} Line
 * @typedef {object} Scale  of a vertical axis
 * @property {number[]} range
 * @property {number[]} tickvals
 * @property {string[]} ticktext
 * @property {Axis} [overlaying]
 * @property {"right"} [side]
 *
 * @typedef {object} Trace
 * @property {Values} x
 * @property {Values} y
 * @property {Axis} [yaxis]
 * @property {"lines" | "markers"} mode
 * @property {Line} [line]
 * @property {{opacity: number}} [marker]
 * @property {"toself"} [fill]
 * @property {string} [fillcolor]
 * @property {"skip"} [hoverinfo]
 * @property {string[]} [customdata]
 * @property {string} [hovertemplate]
 */

/** The levels of engagement in hundredths, lowest first, each as high as the word of the class beside it. */
/** @type {{level: string, amount: import("./sentence.js").Amount, from: number, to: number}[]} */
const LEVELS = [
  { level: "away", amount: "few", from: 0, to: 30 },
  { level: "drifting", amount: "half", from: 30, to: 50 },
  { level: "engaged", amount: "most", from: 50, to: 100 },
];
const AMOUNT_HEIGHTS = Object.fromEntries(LEVELS.map(({ amount, to }) => [amount, to]));
/** Heights in a row of one. */
const STRENGTH_HEIGHTS = { mostly: 0.86, some: 0.46, hardly: 0.05 };
/** Share that at least fits the height of one row. */
const SHARE_OF_A_ROW = 0.6;
const MIDDLE_OF_A_ROW = 0.43;
const FULLEST = 0.86;
const STEP_S = 10;
const STEP_MINUTES = STEP_S / 60;
/** A line never spans a longer time of which nothing was told. */
const LONGEST_GAP_MINUTES = 1;
const SHORTEST_MINUTES = 5;
const LABELS_PX = 84;
const LEVELS_PX = 104;
const SMALL_PX = 12;

/** @param {TeacherState} state @returns {(moment: string) => number} */
function minutesOf({ lesson }) {
  const start = Date.parse(lesson.started_at);
  return (moment) => (Date.parse(moment) - start) / 60_000;
}

/**
 * Ranges of indices without a gap: nothing is drawn over a time of which nothing was told.
 * @param {number[]} x  minutes
 * @param {Values} values
 * @returns {number[][]}
 */
export function runs(x, values) {
  /** @type {number[][]} */
  const found = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const goesOn = index > 0 && values[index - 1] !== null && x[index] - x[index - 1] <= LONGEST_GAP_MINUTES;
    if (goesOn) found.at(-1)?.push(index);
    else found.push([index]);
  });
  return found;
}

/**
 * Corners of steps: a value holds until the next one, the last of a run for one step of the grid.
 * @param {number[]} x  minutes
 * @param {Values} values
 * @returns {Point[][]}  one list for each run
 */
export function corners(x, values) {
  return runs(x, values).map((run) =>
    run.flatMap((index, place) => {
      const until = place + 1 < run.length ? x[run[place + 1]] : x[index] + STEP_MINUTES;
      return [
        { x: x[index], y: values[index] },
        { x: until, y: values[index] },
      ];
    }),
  );
}

/**
 * Coordinates of lists of points, with a gap after each list.
 * @param {Point[][]} lists
 * @param {keyof Point} key
 */
function flattened(lists, key) {
  return lists.flatMap((points) => [...points.map((point) => point[key]), null]);
}

/**
 * @param {Point[][]} lists
 * @param {string} fillcolor
 * @param {Axis} [axis]
 * @returns {Trace}
 */
function filled(lists, fillcolor, axis) {
  return {
    x: flattened(lists, "x"),
    y: flattened(lists, "y"),
    yaxis: axis,
    mode: "lines",
    line: { width: 0 },
    fill: "toself",
    fillcolor,
    hoverinfo: "skip",
  };
}

/**
 * @param {Point[][]} lists
 * @param {Line} line
 * @param {Axis} [axis]
 * @returns {Trace}
 */
function outlined(lists, line, axis) {
  return { x: flattened(lists, "x"), y: flattened(lists, "y"), yaxis: axis, mode: "lines", line, hoverinfo: "skip" };
}

/**
 * Nothing to see: what is read when the pointer is over a moment.
 * @param {number[]} x
 * @param {Values} y
 * @param {string[]} texts
 * @param {Axis} [axis]
 * @returns {Trace}
 */
function told(x, y, texts, axis) {
  return {
    x,
    y,
    yaxis: axis,
    mode: "markers",
    marker: { opacity: 0 },
    customdata: texts,
    hovertemplate: "%{customdata}<extra></extra>",
  };
}

/**
 * The area between two series, a polygon for each run.
 * @param {number[]} x
 * @param {Values} low
 * @param {Values} high
 * @returns {Point[][]}
 */
function between(x, low, high) {
  return runs(x, high).map((run) => [
    ...run.map((i) => ({ x: x[i], y: high[i] })),
    ...[...run].reverse().map((i) => ({ x: x[i], y: low[i] })),
  ]);
}

/** @param {number[]} x @param {Values} values @returns {Point[][]} */
function line(x, values) {
  return runs(x, values).map((run) => run.map((i) => ({ x: x[i], y: values[i] })));
}

/**
 * Steps down to their base line.
 * @param {Point[][]} lists
 * @param {number} base
 */
function standing(lists, base) {
  return lists.map((points) => [...points, { ...points[points.length - 1], y: base }, { ...points[0], y: base }]);
}

/**
 * A thin line and the marker's number above it; the list under the chart says what it was.
 * @param {TeacherState} state
 * @param {(moment: string) => number} minutes
 */
function marks({ markers }, minutes) {
  const colour = token("ink-muted");
  const at = markers.map((marker) => minutes(marker.at));
  return {
    shapes: at.map((x) => ({
      type: "line",
      x0: x,
      x1: x,
      y0: 0,
      y1: 1,
      yref: "paper",
      line: { color: colour, width: 1, dash: "dot" },
    })),
    annotations: at.map((x, index) => ({
      x,
      y: 1,
      yref: "paper",
      yanchor: "bottom",
      showarrow: false,
      text: `<b>${index + 1}</b>`,
      font: { size: SMALL_PX, color: token("ink") },
    })),
  };
}

/** @param {number} y */
function level(y) {
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: { color: token("line"), width: 1 } };
}

/**
 * @param {TeacherState} state
 * @param {{yaxis: Scale, yaxis2?: Scale, shapes: object[]}} own
 */
function layout(state, { yaxis, yaxis2, shapes }) {
  const minutes = minutesOf(state);
  const colour = token("line");
  const axis = { linecolor: colour, showgrid: false, zeroline: false, fixedrange: true, ticks: "" };
  const marked = marks(state, minutes);
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: token("ink-muted") },
    showlegend: false,
    hovermode: "x unified",
    separators: separators(),
    hoverlabel: { bgcolor: token("surface"), bordercolor: colour, font: { color: token("ink") } },
    shapes: [...shapes, ...marked.shapes],
    annotations: marked.annotations,
    margin: { l: LABELS_PX, r: yaxis2 ? LEVELS_PX : 12, t: 22, b: 42 },
    xaxis: {
      ...axis,
      range: [0, Math.max(SHORTEST_MINUTES, minutes(state.lesson.now))],
      title: { text: say("axis_time"), standoff: 6, font: { size: SMALL_PX } },
      hoverformat: ".1f",
    },
    yaxis: { ...axis, ...yaxis },
    ...(yaxis2 && { yaxis2: { ...axis, ...yaxis2 } }),
  };
}

/** @param {number | null | undefined} value */
const hundredths = (value) => (value == null ? null : Math.round(value * 100));

/** @param {TeacherState} state @returns {Values}  one for each step */
function heights({ moods }) {
  return moods.map(({ words: said }) => (said?.level ? AMOUNT_HEIGHTS[said.level] : null));
}

/**
 * @param {TeacherState} state
 * @param {"engagement" | "engagement_low" | "engagement_high"} key
 */
function exact({ moods }, key) {
  return moods.map(({ shared }) => hundredths(shared?.[key]));
}

/** @param {Values} values */
const isDrawn = (values) => values.some((value) => value !== null);

/** @typedef {{words: boolean, shared: boolean}} Parts  which of the two groups a figure tells of */

/** @param {TeacherState} state @returns {Parts} */
export function engagementParts(state) {
  return { words: isDrawn(heights(state)), shared: isDrawn(exact(state, "engagement")) };
}

/** @param {TeacherState} state @returns {Parts} */
export function moodParts({ moods }) {
  return {
    words: moods.some(({ words: said }) => Boolean(said?.expressions)),
    shared: moods.some(({ shared }) => Boolean(shared?.expression_shares)),
  };
}

/** @param {TeacherState} state @param {number[]} x */
function classSteps(state, x) {
  const colour = token("accent");
  const y = heights(state);
  const steps = corners(x, y);
  const texts = state.moods.map(({ words: said }) =>
    said?.level ? say("hover_class", { word: words.amounts[said.level] }) : "",
  );
  return [
    filled(standing(steps, 0), faded(colour, 0.2)),
    outlined(steps, { color: colour, width: 2 }),
    told(x, y, texts),
  ];
}

/** @param {TeacherState} state @param {number[]} x @param {Axis} axis */
function sharedLine(state, x, axis) {
  const colour = token("ink");
  const y = exact(state, "engagement");
  const texts = y.map((value) => (value === null ? "" : say("hover_shared", { value })));
  const band = between(x, exact(state, "engagement_low"), exact(state, "engagement_high"));
  return [
    filled(band, faded(colour, 0.14), axis),
    outlined(line(x, y), { color: colour, width: 2.5 }, axis),
    told(x, y, texts, axis),
  ];
}

/**
 * The class in words as steps; the mean of those who share, and their middle half, as a line with its band.
 * @param {TeacherState} state
 */
export function engagementFigure(state) {
  const x = state.moods.map((mood) => minutesOf(state)(mood.at));
  const parts = engagementParts(state);
  /** @type {(word: (level: typeof LEVELS[number]) => string) => Scale} */
  const scale = (word) => ({
    range: [0, 102],
    tickvals: LEVELS.map(({ from, to }) => (from + to) / 2),
    ticktext: LEVELS.map(word),
  });
  const ofClass = scale(({ amount }) => words.amounts[amount]);
  const ofShared = scale(({ level: name }) => words.levels[name]);
  const both = parts.words && parts.shared;
  const traces = [
    ...(parts.words ? classSteps(state, x) : []),
    ...(parts.shared ? sharedLine(state, x, both ? "y2" : "y") : []),
  ];
  return {
    traces,
    layout: layout(state, {
      yaxis: parts.words ? ofClass : ofShared,
      yaxis2: both ? { ...ofShared, overlaying: "y", side: "right" } : undefined,
      shapes: LEVELS.slice(1).map(({ from }) => level(from)),
    }),
  };
}

/**
 * The row of one expression: steps of the class, and the exact share of those who share.
 * @param {TeacherState} state
 * @param {number[]} x
 * @param {string} label
 * @param {{base: number, scale: number, isFilled: boolean}} row
 */
function expressionRow(state, x, label, { base, scale, isFilled }) {
  const colour = token("expression");
  const index = state.labels.indexOf(label);
  const strengths = state.moods.map(({ words: said }) => said?.expressions?.[index] ?? null);
  const shares = state.moods.map(({ shared }) => shared?.expression_shares?.[index] ?? null);
  const stepped = strengths.map((strength) => (strength === null ? null : base + STRENGTH_HEIGHTS[strength]));
  const ridge = shares.map((share) => (share === null ? null : base + (FULLEST * share) / scale));
  const steps = corners(x, stepped);
  const texts = state.moods.map((_, step) => {
    const [strength, share] = [strengths[step], shares[step]];
    const said = [strength && words.strengths[strength], share !== null && percent(share)];
    return say("hover_label", { label: words.resembled[label], value: said.filter(Boolean).join(" · ") });
  });
  const isTold = texts.map((_, step) => (strengths[step] === null && shares[step] === null ? null : base));
  return [
    filled(standing(steps, base), faded(colour, 0.28)),
    outlined(steps, { color: colour, width: 1 }),
    filled(isFilled ? between(x, Array(x.length).fill(base), ridge) : [], faded(colour, 0.5)),
    outlined(line(x, ridge), { color: colour, width: 2 }),
    told(x, isTold, texts),
  ];
}

/**
 * One row for each expression, as high as its word; and as its share among those who show their results,
 * on one scale for all rows.
 * @param {TeacherState} state
 */
export function moodFigure(state) {
  const x = state.moods.map((mood) => minutesOf(state)(mood.at));
  const rows = Object.keys(words.resembled).filter((label) => state.labels.includes(label));
  const scale = Math.max(SHARE_OF_A_ROW, ...state.moods.flatMap(({ shared }) => shared?.expression_shares ?? []));
  /** @param {string} label */
  const base = (label) => rows.length - 1 - rows.indexOf(label);
  const yaxis = {
    range: [-0.05, rows.length],
    tickvals: rows.map((label) => base(label) + MIDDLE_OF_A_ROW),
    ticktext: rows.map((label) => words.resembled[label]),
  };
  return {
    traces: rows.flatMap((label) =>
      expressionRow(state, x, label, { base: base(label), scale, isFilled: !moodParts(state).words }),
    ),
    layout: layout(state, { yaxis, shapes: rows.map((label) => level(base(label))) }),
  };
}

/**
 * "most for 12 minutes, few for 1 minute", where it was so for a minute.
 * @param {string[]} said
 */
function lasting(said) {
  const parts = ["most", "half", "few"]
    .map((amount) => ({ amount, n: Math.round(said.filter((one) => one === amount).length * STEP_MINUTES) }))
    .filter(({ n }) => n > 0)
    .map(({ amount, n }) => count("lasting", n, { word: words.amounts[amount] }));
  return listed(parts);
}

/** What the engagement figure shows, in words. @param {TeacherState} state */
export function engagementSummary(state) {
  const said = state.moods.flatMap(({ words: one }) => one?.level ?? []);
  const values = exact(state, "engagement").flatMap((value) => value ?? []);
  const now = said.at(-1);
  const sentences = [];
  if (now) {
    sentences.push(say("chart_class", { word: words.amounts[now] }));
    const parts = lasting(said);
    if (parts) sentences.push(say("chart_lasting", { parts }));
  }
  if (values.length) {
    sentences.push(
      say("chart_shared", { now: values[values.length - 1], low: Math.min(...values), high: Math.max(...values) }),
    );
  }
  return sentences.join(" ") || say("chart_empty");
}

/** What the mood figure shows, in words. @param {TeacherState} state */
export function moodSummary({ moods, labels }) {
  const said = moods.flatMap((mood) => (mood.words?.expressions ? [mood.words.expressions] : [])).at(-1);
  const shares = moods
    .flatMap((mood) => (mood.shared?.expression_shares ? [mood.shared.expression_shares] : []))
    .at(-1);
  const sentences = [];
  if (said) sentences.push(say("chart_mood_class", { words: strengthsPhrase(labels, said) || say("none_stands_out") }));
  if (shares) sentences.push(say("chart_mood_shared", { shares: sharesPhrase(labels, shares) }));
  return sentences.join(" ") || say("chart_empty");
}
