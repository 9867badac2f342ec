import assert from "node:assert/strict";
import { test } from "node:test";

import { applied, withoutIndividuals } from "../../static/js/messages.js";

const tile = (id, name, level = "engaged") => ({ id, name, kind: "measured", level });
const state = (tiles) => ({ type: "state", seq: 4, lesson: {}, view: {}, moods: [], markers: [], hints: [], tiles });

test("tiles that changed replace their own, and a new one stands where its name belongs", () => {
  const before = state([tile(1, "Ada"), tile(2, "Chiara")]);
  const after = applied(before, { type: "tiles", tiles: [tile(2, "Chiara", "away"), tile(3, "bao")] });
  assert.deepEqual(
    after.tiles.map(({ name, level }) => [name, level]),
    [
      ["Ada", "engaged"],
      ["bao", "engaged"],
      ["Chiara", "away"],
    ],
  );
  assert.equal(after.seq, 4);
});

test("tiles that come after the names were hidden change nothing", () => {
  const hidden = withoutIndividuals(state([tile(1, "Ada")]));
  assert.equal(applied(hidden, { type: "tiles", tiles: [tile(1, "Ada")] }).tiles, null);
});

test("a remark about one student has no number and leaves no gap", () => {
  const hint = { id: 5, at: "", kind: "persistently_sad", text: "Ada", participant: 1 };
  const after = applied(state([]), { type: "hint", hint });
  assert.deepEqual([after.hints, after.seq], [[hint], 4]);
  assert.notEqual(applied(after, { type: "marker", seq: 5, marker: { id: 1 } }), null);
  assert.equal(applied(after, { type: "marker", seq: 6, marker: { id: 1 } }), null);
});
