import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {Record<string, string>} */
const COUNTED = { one: "{n} alumno", many: "{n} de alumnos", other: "{n} alumnos" };

/** The module as a page in the language has it. @param {string} lang @param {string[]} forms */
function wordsOf(lang, forms = ["one", "many", "other"]) {
  const words = {
    ...Object.fromEntries(forms.map((form) => [form, { here: COUNTED[form] }])),
    hints: { several_lost: "several are lost", persistently_disengaged: "looks away" },
    sentences: { hint_of: "{text} ({name})" },
  };
  Object.assign(globalThis, {
    document: { querySelector: () => ({ textContent: JSON.stringify(words) }), documentElement: { lang } },
  });
  return import(`../../static/js/words.js?${lang}${forms.length}`);
}

test("a number is said in the form of the language, of which Spanish has three", async () => {
  const { count } = await wordsOf("es");
  assert.deepEqual(
    [1, 2, 1_000_000].map((n) => count("here", n)),
    ["1 alumno", "2 alumnos", "1000000 de alumnos"],
  );
});

test("a form that the page does not have is the other one", async () => {
  const { count } = await wordsOf("es", ["one", "other"]);
  assert.equal(count("here", 1_000_000), "1000000 alumnos");
});

test("lists and decimals are written as the language writes them", async () => {
  const said = [];
  for (const lang of ["en", "de", "es"]) {
    const { listed, separators } = await wordsOf(lang);
    said.push([listed(["a", "b", "c"]), separators()]);
  }
  assert.deepEqual(said, [
    ["a, b and c", ".,"],
    ["a, b und c", ",."],
    ["a, b y c", ",."],
  ]);
});

test("a remark is said in the words of the page, whoever had it sent", async () => {
  const { hintPhrase } = await wordsOf("de");
  assert.equal(hintPhrase({ kind: "several_lost", name: null }), "several are lost");
  assert.equal(hintPhrase({ kind: "persistently_disengaged", name: "Kim" }), "looks away (Kim)");
});
