import assert from "node:assert/strict";
import { test } from "node:test";

import { at, inWords, PAGE, shared, state } from "./dashboard-page.mjs";

const { aged, sentence } = await import("../../static/js/sentence.js");

/** @typedef {import("./dashboard-page.mjs").ClassView} ClassView */
/** @typedef {import("./dashboard-page.mjs").LessonInfo} LessonInfo */

/** @type {(view: Partial<ClassView>, lesson?: Partial<LessonInfo>) => ReturnType<typeof sentence>} */
const saying = (view, lesson = {}) => sentence(state({ view, lesson }), PAGE);
const NOW = { words_at: at(600), shared_at: at(600) };

for (const [level, main, mark] of /** @type {const} */ ([
  ["most", "Most of the 12 here are with you", "engaged"],
  ["half", "About half of the 12 here are with you", "drifting"],
  ["few", "Few of the 12 here are with you", "away"],
])) {
  test(`the class in words: ${level}`, () => {
    const said = saying({ words: inWords(level), ...NOW });
    assert.equal(said.main, main);
    assert.equal(said.mark, mark);
    assert.equal(said.reason, "");
  });
}

test("words come before exact figures, which are of some only", () => {
  assert.equal(saying({ words: inWords("few"), shared: shared(), ...NOW }).main, "Few of the 12 here are with you");
  assert.match(saying({ words: inWords(null, ["some"]), shared: shared(), ...NOW }).main, /^6 of the 7 who show/);
});

for (const [counts, main, mark] of /** @type {const} */ ([
  [{}, "6 of the 7 who show their results are with you, 1 drifting", "engaged"],
  [
    { engaged: 3, drifting: 3, away: 1 },
    "3 of the 7 who show their results are with you, 3 drifting, 1 down or away",
    "drifting",
  ],
  [{ counted: 8, engaged: 2, drifting: 6 }, "2 of the 8 who show their results are with you, 6 drifting", "away"],
  [{ counted: 8, engaged: 6, drifting: 2 }, "6 of the 8 who show their results are with you, 2 drifting", "engaged"],
])) {
  test(`exact figures are said to be of those who show them: ${main}`, () => {
    const said = saying({ shared: shared(counts), ...NOW });
    assert.equal(said.main, main);
    assert.equal(said.mark, mark);
  });
}

test("otherwise one constant sentence, whatever the other figures are", () => {
  const noLevels = shared({ engaged: 0, drifting: 0, away: 0 });
  for (const view of [{}, { words: inWords(null, ["some"]) }, { shared: noLevels, shared_at: at(600) }]) {
    const said = saying({ ...view, self_reports: { lost: 0 } });
    assert.equal(said.main, "12 are here");
    assert.equal(
      said.reason,
      "Not enough to say anything about the class as a whole; what students say is shown below.",
    );
    assert.equal(said.mark, "unknown");
  }
});

test("before anybody has come a teacher reads what to do, and in a demonstration that its students come", () => {
  const empty = { present: 0, left: 0 };
  assert.equal(saying(empty).reason, "Show the class the join code. Everyone who joins is counted here.");
  assert.equal(saying(empty, { is_simulation: true }).reason, "The simulated students join in a moment.");
  assert.equal(saying({ ...empty, left: 1 }).reason, "");
});

test("what too few say is not counted either, so the reason does not point at it", () => {
  assert.equal(saying({ present: 2 }).reason, "Nothing is shown about the class yet: too few students are here.");
});

test("a policy without attention tells who is here, and apologises for nothing", () => {
  const said = sentence(state({ view: { words: inWords(), ...NOW } }), { signals: [], group_size: 5 });
  assert.equal(said.main, "12 are here");
  assert.equal(said.reason, "");
});

test("without a policy the page has its own notice", () => {
  assert.equal(sentence(state(), { signals: [], group_size: 0 }).reason, "");
});

test("an empty lesson says what to do, and one that was left what happened", () => {
  assert.equal(saying({ present: 0 }).main, "Nobody has joined yet");
  assert.match(saying({ present: 0 }).reason, /join code/);
  assert.equal(saying({ present: 0, left: 3 }).main, "Nobody is here right now");
  assert.equal(saying({ present: 0, left: 3, words: inWords(), ...NOW }).main, "Nobody is here right now");
});

test("whoever left is said beside, and what students say only where it is counted", () => {
  assert.equal(saying({ left: 1 }).left, "1 has left");
  assert.equal(saying({ left: 2 }).left, "2 have left");
  assert.equal(saying({ self_reports: { lost: 3, need_a_break: 1 } }).aside, "3 say “lost”, 1 asks for a break");
  assert.equal(saying({ self_reports: null }).aside, "");
});

for (const [lesson, main] of /** @type {const} */ ([
  [{ paused: true }, "Paused: no snapshots are taken"],
  [{ open: false }, "The lesson has ended"],
])) {
  test(`nothing of the class is told: ${main}`, () => {
    const said = saying({ words: inWords(), behind: true, ...NOW }, lesson);
    assert.equal(said.main, main);
    assert.equal(said.mark, "unknown");
    assert.equal(said.behind, "");
  });
}

test("a server that is behind says so, and nothing else of it", () => {
  assert.equal(saying({ behind: true }).behind, "Analysis is behind: the server is busy.");
  assert.equal(saying({}).behind, "");
});

for (const [kind, seconds, told] of /** @type {const} */ ([
  ["words", 60, ""],
  ["words", 70, "as of 70 seconds ago"],
  ["words", 120, "as of 2 minutes ago"],
  ["shared", 30, ""],
  ["shared", 40, "as of 40 seconds ago"],
])) {
  test(`${kind} that are ${seconds} s old: ${told || "fresh"}`, () => {
    const figure = kind === "words" ? inWords() : shared();
    assert.equal(saying({ [kind]: figure, [`${kind}_at`]: at(600 - seconds) }).age, told);
  });
}

test("in a fast demonstration queues take their real time", () => {
  assert.equal(saying({ words: inWords(), words_at: at(510) }, { speed: 20, pace: 20 }).age, "");
  assert.notEqual(saying({ words: inWords(), words_at: at(490) }, { speed: 20, pace: 20 }).age, "");
});

test("figures grow old also while no message comes", () => {
  const fresh = state({ view: { words: inWords(), ...NOW }, lesson: { speed: 5, pace: 5 } });
  assert.equal(sentence(aged(fresh, 24_000), PAGE).age, "as of 2 minutes ago");
  assert.equal(sentence(aged(fresh, 1000), PAGE).age, "");
});

test("a demonstration that was slowed down grows old at its pace, not at the speed asked for", () => {
  const slowed = state({ view: { words: inWords(), ...NOW }, lesson: { speed: 20, pace: 2 } });
  assert.equal(sentence(aged(slowed, 20_000), PAGE).age, "");
  assert.equal(sentence(aged(slowed, 60_000), PAGE).age, "as of 2 minutes ago");
});
