/* What of the reader needs no browser: which networks, how long a sighting counts, what an error means. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CannotRead, told } from "../../static/js/reading/cannot-read.js";
import { shrunk } from "../../static/js/reading/frame.js";
import { neededFor } from "../../static/js/reading/networks.js";
import { Seen } from "../../static/js/reading/reader.js";

/** @param {boolean} found @returns {import("../../static/js/reading/values.js").Sighting} */
function sighting(found) {
  return { region: { x: 0.5, y: 0.5, size: 0.4, angle: 0 }, faces: 1, found };
}

test("presence needs the finder alone, and nothing needs nothing", () => {
  assert.deepEqual([...neededFor(["presence"])], ["finder"]);
  assert.deepEqual([...neededFor([])], []);
});

test("each signal has its own network on top of the landmarks", () => {
  assert.deepEqual([...neededFor(["presence", "attention"])], ["finder", "landmarks", "blendshapes"]);
  assert.deepEqual([...neededFor(["expression"])], ["finder", "landmarks", "expression"]);
});

test("a sighting counts for five seconds after the finder looked", () => {
  const seen = new Seen();
  assert.equal(seen.at(0), null);
  const first = sighting(true);
  seen.keep(first, 1000);
  assert.equal(seen.at(5999), first);
  assert.equal(seen.at(6000), null);
});

test("a face that is followed takes the place of the last one and no more time", () => {
  const seen = new Seen();
  seen.keep(sighting(true), 1000);
  const followed = sighting(false);
  seen.keep(followed, 5000);
  assert.equal(seen.at(5999), followed);
  assert.equal(seen.at(6000), null);
});

test("what expired is not brought back by a face that was followed meanwhile", () => {
  const seen = new Seen();
  seen.keep(sighting(true), 1000);
  seen.keep(sighting(false), 6500);
  assert.equal(seen.at(6600), null);
});

test("nothing is known after a picture that says nothing of the next one", () => {
  const seen = new Seen();
  seen.keep(sighting(true), 1000);
  seen.keep(null, 2000);
  seen.keep(sighting(false), 2500);
  assert.equal(seen.at(2600), null);
});

test("an error that speaks of memory is told as such, and any other as a failure", () => {
  assert.equal(CannotRead.from(new RangeError("Array buffer allocation failed")).reason, "out_of_memory");
  assert.equal(CannotRead.from(new Error("Aborted(OOM)")).reason, "out_of_memory");
  assert.equal(CannotRead.from(new Error("WebAssembly.Memory(): could not allocate memory")).reason, "out_of_memory");
  assert.equal(CannotRead.from(new TypeError("undefined is not a function")).reason, "failed");
});

test("an error that has a name keeps it", () => {
  const own = new CannotRead("not_fetched", "/static/networks/edge.tflite: 404");
  assert.equal(CannotRead.from(own), own);
});

test("every reason is told in a sentence", () => {
  for (const reason of /** @type {const} */ (["no_simd", "no_canvas", "out_of_memory", "not_fetched", "failed"])) {
    assert.match(told(reason), /^[A-Z].*\.$/);
  }
});

/** A picture of one row, or of one column, gray. @param {number} width @param {number} height @param {number[]} levels */
function gray(width, height, levels) {
  return { width, height, data: Uint8Array.from(levels.flatMap((level) => [level, level, level, 255])) };
}

test("a smaller picture has the mean of what each pixel covers, across and down", () => {
  for (const [wide, high] of [
    [3, 1],
    [1, 3],
  ]) {
    const small = shrunk(gray(wide, high, [0, 90, 30]), Math.min(wide, 2), Math.min(high, 2));
    assert.deepEqual([small.width, small.height], [Math.min(wide, 2), Math.min(high, 2)]);
    assert.deepEqual([...small.data], [30, 30, 30, 255, 50, 50, 50, 255]);
  }
});

test("a picture halved keeps its colours apart", () => {
  const corners = [255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255];
  const { data } = shrunk({ width: 2, height: 2, data: Uint8Array.from(corners) }, 1, 1);
  assert.deepEqual([...data], [128, 128, 128, 255]);
});

test("a picture of the right size is taken as it is", () => {
  const picture = gray(2, 1, [1, 2]);
  assert.equal(shrunk(picture, 2, 1), picture);
});
