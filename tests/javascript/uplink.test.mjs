import assert from "node:assert/strict";
import { test } from "node:test";

import { LARGEST_BYTES } from "../../static/js/capture-timer.js";
import { Uplink } from "../../static/js/uplink.js";

/** An uplink that sent and was answered once a second, `tookMs` after each. @param {number} tookMs */
function inRhythm(tookMs, snapshots = 6) {
  const uplink = new Uplink();
  for (let number = 0; number < snapshots; number += 1) {
    uplink.left(1000 * number, 10_000);
    uplink.answered(number + 1, 1000 * number + tookMs);
  }
  return uplink;
}

test("two snapshots may be on their way, and no third", () => {
  const uplink = inRhythm(50);
  assert.ok(uplink.isFree(6000));
  uplink.left(6000, 10_000);
  assert.ok(uplink.isFree(6050));
  uplink.left(6050, 10_000);
  assert.ok(!uplink.isFree(6100));
  uplink.answered(7, 6120);
  assert.ok(uplink.isFree(6120));
});

test("on a slow network the next one waits for the answer to the last", () => {
  const uplink = inRhythm(2500, 1);
  uplink.left(3000, 10_000);
  assert.ok(!uplink.isFree(3100));
  uplink.answered(2, 5500);
  assert.ok(uplink.isFree(5500));
});

test("while the network stands still one more goes out at most", () => {
  const uplink = inRhythm(50);
  uplink.left(6000, 10_000);
  assert.ok(!uplink.isFree(7000));
  assert.ok(!uplink.isFree(60_000));
});

test("a new socket has nothing on its way and counts from one", () => {
  const uplink = inRhythm(50);
  uplink.left(6000, 10_000);
  uplink.left(6100, 10_000);
  uplink.begin();
  assert.ok(uplink.isEmpty);
  uplink.left(7000, 10_000);
  uplink.answered(1, 7050);
  assert.ok(uplink.isEmpty);
});

test("pictures become smaller on a slow network, and larger again after it", () => {
  const uplink = inRhythm(50);
  assert.equal(uplink.largestBytes, LARGEST_BYTES);
  uplink.left(6000, 12_000);
  uplink.answered(7, 12_000);
  assert.equal(uplink.largestBytes, 4000);
  for (let number = 8; number < 20; number += 1) {
    uplink.left(1000 * number, 4000);
    uplink.answered(number, 1000 * number + 50);
  }
  assert.equal(uplink.largestBytes, LARGEST_BYTES);
});

test("a rhythm as asked for is none to tell of", () => {
  assert.equal(inRhythm(50).slowRhythm(1000, 5500), null);
  assert.equal(new Uplink().slowRhythm(1000, 60_000), null);
});

test("a camera from which nothing arrives is slow from when it began", () => {
  const uplink = new Uplink();
  uplink.beginRhythm(10_000);
  assert.equal(uplink.slowRhythm(1000, 11_500), null);
  assert.equal(uplink.slowRhythm(1000, 19_000), 8000);
});

test("a stall is told of while it lasts and forgotten seconds after it", () => {
  const uplink = inRhythm(50);
  assert.ok(Number(uplink.slowRhythm(1000, 12_000)) >= 5000);
  for (let number = 7; number < 14; number += 1) {
    uplink.left(1000 * number + 10_000, 10_000);
    uplink.answered(number, 1000 * number + 10_050);
  }
  assert.equal(uplink.slowRhythm(1000, 23_100), null);
});

test("what the server did not take counts for nothing", () => {
  const uplink = inRhythm(50);
  for (let number = 6; number < 12; number += 1) {
    uplink.left(1000 * number, 10_000);
    uplink.refused();
    uplink.answered(number + 1, 1000 * number + 50);
  }
  assert.ok(Number(uplink.slowRhythm(1000, 11_100)) >= 5000);
});
