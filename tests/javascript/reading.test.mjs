import assert from "node:assert/strict";
import { test } from "node:test";

import { headPose } from "../../static/js/reading/attention.js";
import { turnedBack } from "../../static/js/reading/face.js";
import { GEOMETRY } from "../../static/js/reading/geometry.js";
import { drawn, drawnGray, mirrored, quarterTurned, reduced, rounded } from "../../static/js/reading/pixels.js";
import { poseOf } from "../../static/js/reading/pose.js";
import { between, DEGREES, fits, regionOf, toPicture, turned } from "../../static/js/reading/region.js";

const [WIDTH, HEIGHT] = [320, 240];
const LEVELS = Float32Array.from({ length: 256 }, (_, level) => level);

/**
 * The canonical face 60 cm before the camera, turned to its own left and then in the picture by these degrees.
 * @param {{yaw?: number, roll?: number}} pose
 */
function face({ yaw = 0, roll = 0 }) {
  const landmarks = new Float32Array(3 * 478);
  const [left, ahead] = [Math.sin(yaw / DEGREES), Math.cos(yaw / DEGREES)];
  const [low, right] = [Math.sin(roll / DEGREES), Math.cos(roll / DEGREES)];
  const pixels = HEIGHT / (2 * Math.tan(GEOMETRY.camera.field_of_view / 2 / DEGREES));
  for (const { landmark, at } of GEOMETRY.canonical) {
    const [across, near] = [ahead * at[0] + left * at[2], ahead * at[2] - left * at[0]];
    const [x, y] = [(across * pixels) / (60 - near), (-at[1] * pixels) / (60 - near)];
    const seen = [WIDTH / 2 + right * x - low * y, HEIGHT / 2 + low * x + right * y, (-near * pixels) / 60];
    landmarks.set(seen, 3 * landmark);
  }
  return landmarks;
}

/** The landmarks that a mirror image of the face has. @param {Float32Array} landmarks */
function inMirror(landmarks) {
  const image = new Float32Array(landmarks.length);
  for (const { landmark, at } of GEOMETRY.canonical) {
    const partner = GEOMETRY.canonical.find((other) => other.at[0] === -at[0] && other.at[1] === at[1]);
    assert.ok(partner);
    const [x, y, z] = landmarks.subarray(3 * landmark, 3 * landmark + 3);
    image.set([WIDTH - x, y, z], 3 * partner.landmark);
  }
  return image;
}

/** @param {number} width @param {number} height */
function noise(width, height) {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, at) => (at * 7919 + (at >> 3) * 104729) % 256);
  return { width, height, data };
}

test("a head that tilts in the picture has another roll and nothing else", () => {
  const { yaw, pitch, roll } = headPose(poseOf(face({}), WIDTH, HEIGHT));
  for (let degrees = -165; degrees <= 180; degrees += 15) {
    const tilted = headPose(poseOf(face({ roll: degrees }), WIDTH, HEIGHT));
    // Rolls are positive to the own left shoulder, which is to the right in the picture.
    assert.ok(between(tilted.roll, roll + degrees) < 0.5, `${degrees}: ${tilted.roll}`);
    assert.ok(Math.abs(tilted.yaw - yaw) < 1 && Math.abs(tilted.pitch - pitch) < 3, `${degrees}`);
  }
});

test("a square turns and moves with its landmarks", () => {
  const upright = regionOf(face({}), WIDTH, HEIGHT);
  for (const degrees of [-170, -90, -20, 35, 90, 180]) {
    assert.ok(between(regionOf(face({ roll: degrees }), WIDTH, HEIGHT).angle, upright.angle + degrees) < 0.01);
  }
  assert.ok(fits(upright, turned(upright, 11), WIDTH, HEIGHT));
  assert.ok(fits(turned(upright, 170), turned(upright, -179), WIDTH, HEIGHT));
  assert.ok(!fits(upright, turned(upright, 13), WIDTH, HEIGHT));
  assert.ok(!fits(upright, { ...upright, x: upright.x + 0.15 * upright.size }, WIDTH, HEIGHT));
});

test("a mirror image looks and tilts the other way", () => {
  for (const [yaw, roll] of [
    [0, 20],
    [25, 0],
    [-30, 10],
  ]) {
    const own = headPose(poseOf(face({ yaw, roll }), WIDTH, HEIGHT));
    const image = headPose(poseOf(inMirror(face({ yaw, roll })), WIDTH, HEIGHT));
    assert.ok(Math.abs(own.yaw - yaw) < 8, `${own.yaw}`);
    assert.ok(Math.abs(own.yaw + image.yaw) < 0.01 && Math.abs(own.roll + image.roll) < 0.01);
    assert.ok(Math.abs(own.pitch - image.pitch) < 0.01);
  }
});

test("a square as large as it is drawn has the picture's own pixels, and black around it", () => {
  const picture = noise(40, 40);
  const square = new Float32Array(3 * 60 * 60);
  drawn(picture, toPicture({ x: 0.5, y: 0.5, size: 1.5, angle: 0 }, 40, 40, 60), 60, LEVELS, square);
  for (const [x, y] of [
    [10, 10],
    [30, 17],
    [49, 49],
    [9, 30],
    [30, 50],
  ]) {
    const at = 4 * (40 * (y - 10) + x - 10);
    const isInside = x >= 10 && y >= 10 && x < 50 && y < 50;
    const expected = isInside ? [...picture.data.subarray(at, at + 3)] : [0, 0, 0];
    assert.deepEqual([...square.subarray(3 * (60 * y + x), 3 * (60 * y + x) + 3)], expected);
  }
});

test("a picture turned by four quarters, or mirrored twice, is itself", () => {
  const picture = noise(31, 20);
  let part = /** @type {import("../../static/js/reading/pixels.js").Picture} */ (picture);
  for (let quarters = 0; quarters < 4; quarters += 1) part = quarterTurned(part);
  assert.deepEqual(part, picture);
  const gray = { width: 40, height: 62, data: picture.data };
  assert.deepEqual(mirrored(mirrored(gray)), gray);
  assert.notDeepEqual(mirrored(gray), gray);
});

test("what is found in a turned picture is told where it stands", () => {
  const picture = { width: 32, height: 20, data: new Uint8Array(4 * 32 * 20) };
  picture.data[4 * (32 * 5 + 24)] = 255;
  const sideways = quarterTurned(picture);
  const at = sideways.data.indexOf(255) / 4;
  const [x, y] = [((at % 20) + 0.5) / 20, (Math.floor(at / 20) + 0.5) / 32];
  const box = { left: x - 0.05, top: y - 0.02, width: 0.1, height: 0.04 };
  const found = turnedBack({ box, score: 1, region: { x, y, size: 0.1, angle: 0 } }, 20, 32);
  assert.ok(Math.abs(found.region.x - 24.5 / 32) < 1e-9 && Math.abs(found.region.y - 5.5 / 20) < 1e-9);
  assert.ok(Math.abs(found.box.left + found.box.width / 2 - 24.5 / 32) < 1e-9);
  assert.ok(Math.abs(found.region.size * 32 - 0.1 * 20) < 1e-9);
  assert.equal(found.region.angle, 90);
});

test("an even picture stays even, however it is turned or made smaller", () => {
  const gray = { width: 30, height: 30, data: new Uint8Array(900).fill(77) };
  const square = drawnGray(gray, [1.1, -0.6, -9, 0.6, 1.1, 4], 48);
  assert.ok(square.data.every((level) => level === 77));
  assert.ok(reduced(square, 3).data.every((level) => level === 77));
  assert.equal(reduced(square, 3).data.length, 256);
});

test("numbers are rounded as Python rounds them", () => {
  assert.deepEqual([0.5, 1.5, 2.5, -0.5, -1.5, 1.49, -1.51].map(rounded).map(Math.abs), [0, 2, 2, 0, 2, 1, 2]);
});
