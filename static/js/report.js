/* Draws the report's figures. Python names tones; here they become the page's colours, light, dark or on paper. */

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

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
/** @type {Ink} */
const onScreen = (name) => token(name);
/** @type {Ink} */
const onPaper = (name) => token(`paper-${name}`);

function faded(hex, opacity) {
  return (
    hex +
    Math.round(opacity * 255)
      .toString(16)
      .padStart(2, "0")
  );
}

function paintedTrace(trace, ink) {
  const tone = trace.meta.tone;
  if (tone === "heat")
    return {
      ...trace,
      colorscale: [
        [0, ink("surface-sunk")],
        [1, ink("accent")],
      ],
    };
  const colour = ink(TONES[tone]);
  const painted = { ...trace };
  if (trace.line) painted.line = { ...trace.line, color: colour };
  if (trace.fill) painted.fillcolor = faded(colour, BAND_OPACITY);
  if (trace.marker) painted.marker = { ...trace.marker, color: colour };
  if (trace.marker?.pattern) {
    painted.marker.pattern = { ...trace.marker.pattern, fgcolor: ink("surface"), fillmode: "overlay" };
  }
  return painted;
}

function paintedShape(shape, ink) {
  if (shape.name === "pause") return { ...shape, fillcolor: ink("surface-sunk"), line: { width: 0 } };
  return { ...shape, line: { color: ink("ink-muted"), width: 1, dash: "dot" } };
}

function paintedNote(note, ink) {
  const colour = note.name === "moment" ? ink("ink") : ink("ink-muted");
  return { ...note, font: { size: 12, color: colour } };
}

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

/** On a phone: narrow margins, fewer ticks, no word on pauses. */
function narrowed(layout) {
  const hasLevels = layout.annotations.some((note) => note.name === "level");
  return {
    ...layout,
    margin: { ...layout.margin, l: hasLevels ? 44 : 78, r: hasLevels ? 64 : 8 },
    xaxis: { ...layout.xaxis, dtick: layout.xaxis.dtick * 3 },
    annotations: layout.annotations.filter((note) => note.name !== "pause"),
  };
}

/** @param {Ink} ink @param {number} [width] */
function draw(ink, width) {
  for (const place of document.querySelectorAll("[data-figure]")) {
    const { data, layout } = JSON.parse(document.getElementById(place.dataset.figure).textContent);
    const traces = data.map((trace) => paintedTrace(trace, ink));
    const size = width ? { width } : { autosize: true };
    const fitting = (width ?? place.clientWidth) < NARROW_PX ? narrowed(layout) : layout;
    const config = { displayModeBar: false, responsive: !width };
    window.Plotly.react(place, traces, { ...paintedLayout(fitting, ink), ...size }, config);
  }
}

/** Without the library the tables hold the same numbers: open them. */
function openTables() {
  for (const details of document.querySelectorAll(".exhibit details")) details.open = true;
}

if (window.Plotly) {
  draw(onScreen);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(onScreen));
  addEventListener("beforeprint", () => draw(onPaper, PAPER_WIDTH_PX));
  addEventListener("afterprint", () => draw(onScreen));
} else {
  openTables();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
