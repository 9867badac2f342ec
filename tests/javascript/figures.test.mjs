import assert from "node:assert/strict";
import { test } from "node:test";

import { at, inWords, LABELS, shared, state } from "./dashboard-page.mjs";

const { corners, engagementFigure, engagementSummary, moodFigure, moodSummary, runs } = await import(
  "../../static/js/figures.js"
);

/** @typedef {import("./dashboard-page.mjs").MoodInfo} MoodInfo */
/** @typedef {import("../../static/js/figures.js").Trace} Trace */
/** @typedef {"mostly" | "some" | "hardly"} Strength */

/** Every expression hardly, but for these. @param {Record<string, Strength>} strengths */
const hardly = (strengths = {}) => LABELS.map((label) => strengths[label] ?? "hardly");
/** @type {(step: number, words: MoodInfo["words"], ofSharers?: MoodInfo["shared"]) => MoodInfo} */
const mood = (step, words, ofSharers = null) => ({ at: at(10 * step), words, shared: ofSharers });
/** @param {{traces: Trace[]}} figure */
const drawn = ({ traces }) => traces.flatMap(({ y }) => y.flatMap((value) => value ?? []));
/** @param {{traces: Trace[]}} figure */
const axes = ({ traces }) => new Set(traces.map((trace) => trace.yaxis ?? "y"));

test("nothing is drawn over a time of which nothing was told", () => {
  assert.deepEqual(runs([0, 1, 2, 3], [5, null, 7, 8]), [[0], [2, 3]]);
  assert.deepEqual(runs([0, 0.5, 9, 9.5], [5, 5, 5, 5]), [
    [0, 1],
    [2, 3],
  ]);
});

test("a word holds until the next one, the last for one step", () => {
  const [first, second, ...more] = corners([0, 0.5, 1, 1.5], [30, 60, null, 100]);
  assert.deepEqual(
    first.map(({ y }) => y),
    [30, 30, 60, 60],
  );
  assert.deepEqual(
    first.slice(0, 3).map(({ x }) => x),
    [0, 0.5, 0.5],
  );
  assert.ok(Math.abs(first[3].x - (0.5 + 1 / 6)) < 1e-9);
  assert.deepEqual(
    second.map(({ y }) => y),
    [100, 100],
  );
  assert.deepEqual(more, []);
});

test("the class is drawn at three heights and told without a number", () => {
  const figure = engagementFigure(
    state({ moods: [mood(0, inWords("few")), mood(1, inWords("half")), mood(2, inWords("most"))] }),
  );
  assert.deepEqual(
    [...new Set(drawn(figure))].sort((a, b) => a - b),
    [0, 30, 50, 100],
  );
  assert.deepEqual(figure.layout.yaxis.ticktext, ["few", "about half", "most"]);
  assert.ok(!figure.layout.yaxis2);
  assert.doesNotMatch(figure.traces.flatMap((trace) => trace.customdata ?? []).join(), /\d/);
});

test("those who show their results have an exact line, on the levels", () => {
  const alone = engagementFigure(state({ moods: [mood(0, null, shared())] }));
  assert.deepEqual(alone.layout.yaxis.ticktext, ["down or away", "drifting", "with you"]);
  assert.ok(drawn(alone).includes(70) && drawn(alone).includes(80));
  const both = engagementFigure(state({ moods: [mood(0, inWords(), shared())] }));
  assert.deepEqual(both.layout.yaxis2?.ticktext, ["down or away", "drifting", "with you"]);
  assert.deepEqual(axes(both), new Set(["y", "y2"]));
});

test("a step of which nothing is told draws nothing", () => {
  assert.deepEqual(drawn(engagementFigure(state({ moods: [mood(0, null), mood(1, inWords(null))] }))), []);
  assert.deepEqual(drawn(moodFigure(state({ moods: [mood(0, null), mood(1, inWords("most", null))] }))), []);
});

test("each expression has a row, higher for some than for hardly, highest for mostly", () => {
  /** @param {Strength} strength */
  const heightOf = (strength) => {
    const expressions = hardly({ disgust: strength }); // the lowest row
    return Math.max(
      ...drawn({ traces: moodFigure(state({ moods: [mood(0, inWords(null, expressions))] })).traces.slice(-5) }),
    );
  };
  assert.ok(heightOf("hardly") < heightOf("some") && heightOf("some") < heightOf("mostly") && heightOf("mostly") < 1);
  const { ticktext } = moodFigure(state({ moods: [mood(0, inWords(null, hardly()))] })).layout.yaxis;
  assert.equal(ticktext[0], "neutral");
  assert.equal(ticktext.length, LABELS.length);
});

test("an exact share never leaves its row", () => {
  const all = LABELS.map((label) => (label === "neutral" ? 1 : 0));
  const figure = moodFigure(state({ moods: [mood(0, null, shared({ expression_shares: all }))] }));
  assert.ok(Math.max(...drawn(figure)) < LABELS.length);
});

test("each figure is said in a sentence", () => {
  const expressions = hardly({ neutral: "mostly", happy: "some" });
  const shares = LABELS.map((label) => ({ neutral: 0.6, sad: 0.4 })[label] ?? 0);
  const words = [...Array(12).fill(inWords("most", expressions)), ...Array(6).fill(inWords("few", expressions))];
  const moods = words.map((word, step) => mood(step, word, shared({ expression_shares: shares })));
  assert.equal(
    engagementSummary(state({ moods })),
    "The class now: few with you. So far: most for 2 minutes and few for 1 minute. " +
      "Engagement of those who show their results: 70 of 100 now; lowest 70, highest 70.",
  );
  assert.equal(
    moodSummary(state({ moods })),
    "The class now: neutral mostly and happiness some. Those who show their results now: neutral 60% and sadness 40%.",
  );
  assert.match(engagementSummary(state()), /^Nothing to draw yet/);
  assert.match(moodSummary(state()), /^Nothing to draw yet/);
});
