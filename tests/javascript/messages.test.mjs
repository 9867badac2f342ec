import assert from "node:assert/strict";
import { test } from "node:test";

import { applied, withoutIndividuals } from "../../static/js/messages.js";
import { state } from "./dashboard-page.mjs";

/** @typedef {import("../../static/js/wire.js").TileInfo} TileInfo */

/** @type {(id: number, name: string, level?: string) => TileInfo} */
const tile = (id, name, level = "engaged") => ({ id, name, is_trial: false, here: true, kind: "measured", level });
/** @param {TileInfo[]} tiles */
const showing = (tiles) => ({ ...state(), tiles });

test("tiles that changed replace their own, and a new one stands where its name belongs", () => {
  const before = showing([tile(1, "Ada"), tile(2, "Chiara")]);
  const after = applied(before, { type: "tiles", tiles: [tile(2, "Chiara", "away"), tile(3, "bao")] });
  assert.deepEqual(
    after?.tiles?.map(({ name, level }) => [name, level]),
    [
      ["Ada", "engaged"],
      ["bao", "engaged"],
      ["Chiara", "away"],
    ],
  );
  assert.equal(after?.seq, 4);
});

test("tiles that come after the names were hidden change nothing", () => {
  const hidden = withoutIndividuals(showing([tile(1, "Ada")]));
  assert.equal(applied(hidden, { type: "tiles", tiles: [tile(1, "Ada")] })?.tiles, null);
});

test("a remark about one student has no number and leaves no gap", () => {
  const hint = { id: 5, at: "", kind: "persistently_sad", participant: 1, name: "Ada" };
  const after = applied(showing([]), { type: "hint", hint });
  assert.deepEqual([after?.hints, after?.seq], [[hint], 4]);
  const markers = [{ id: 1, at: "", label: "Break" }];
  assert.deepEqual(applied(after, { type: "markers", seq: 5, markers })?.markers, markers);
  assert.equal(applied(after, { type: "markers", seq: 6, markers }), null);
});
