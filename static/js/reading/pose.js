/* Where a face is before the camera and how it is turned, from its landmarks.
 *
 * They are laid back into space and fitted to the canonical face, as emotion/pose.py does it. The best rotation is the
 * quaternion that Horn (1987) found: the eigenvector of the largest eigenvalue of a symmetric matrix of four rows. It
 * is never a reflection, and the eigenvalue is the scale. */

import { GEOMETRY } from "./geometry.js";

/** @typedef {readonly [number, number, number]} Triple */
/** @typedef {{rotation: readonly [Triple, Triple, Triple], translation: Triple}} Pose  from the canonical face to the
 *   camera, in centimetres: x right, y up, z towards the viewer */

const POINTS = GEOMETRY.canonical;
const TOTAL = POINTS.reduce((sum, { weight }) => sum + weight, 0);
const SHARES = POINTS.map(({ weight }) => weight / TOTAL);
const MIDDLE = mean(POINTS.map(({ at }) => at));
const AROUND = POINTS.map(({ at }) => at.map((value, axis) => value - MIDDLE[axis]));
const SPREAD = AROUND.reduce((sum, at, number) => sum + SHARES[number] * dot(at, at), 0);
const NEAR = GEOMETRY.camera.near;
const HALF_FIELD = (GEOMETRY.camera.field_of_view * Math.PI) / 360;
// What MediaPipe takes for all landmarks: those of the mesh, without the irises.
const MESH = 468;
// So small a rest of a matrix changes no angle that is told.
const NOTHING = 1e-22;
const SWEEPS = 20;

/**
 * @param {Float32Array} landmarks  (478, 3), in pixels of a picture of this width and height
 * @param {number} width
 * @param {number} height
 * @returns {Pose}
 */
export function poseOf(landmarks, width, height) {
  const seen = inSpace(landmarks, width, height);
  const { rotation, scale } = fit(seen);
  const middle = mean(seen);
  const [x, y, z] = rotation.map((row, axis) => middle[axis] / scale - dot(row, MIDDLE));
  return { rotation, translation: [x, y, z] };
}

/**
 * The canonical face's landmarks in front of the camera, as large as they are on its near plane.
 * @param {Float32Array} landmarks
 * @param {number} width
 * @param {number} height
 */
function inSpace(landmarks, width, height) {
  // The plane's height follows from the field of view; x and z are measured alike.
  const pixel = (2 * NEAR * Math.tan(HALF_FIELD)) / height;
  let depths = 0;
  for (let mark = 0; mark < MESH; mark += 1) depths += landmarks[3 * mark + 2];
  const middle = depths / MESH;
  return POINTS.map(({ landmark }) => {
    const [x, y, z] = landmarks.subarray(3 * landmark, 3 * landmark + 3);
    const depth = (z - middle) * pixel + NEAR;
    const along = (pixel * depth) / NEAR;
    return [(x - width / 2) * along, (height / 2 - y) * along, -depth];
  });
}

/**
 * The rotation and the scale that bring the canonical points nearest to the targets.
 * @param {number[][]} targets
 * @returns {{rotation: Pose["rotation"], scale: number}}
 */
function fit(targets) {
  // Of canonical and seen coordinates the products, weighted and summed.
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = [0, 1, 2].map((own) =>
    [0, 1, 2].map((axis) =>
      targets.reduce((sum, at, number) => sum + SHARES[number] * AROUND[number][own] * at[axis], 0),
    ),
  );
  const { value, vector } = largestEigen([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  const [w, x, y, z] = vector;
  return {
    rotation: [
      [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
    ],
    scale: value / SPREAD,
  };
}

/**
 * By Jacobi's rotations, which turn one entry beside the diagonal after another to nothing.
 * @param {number[][]} matrix  symmetric; written over
 */
function largestEigen(matrix) {
  const size = matrix.length;
  const vectors = matrix.map((_, row) => matrix.map((__, column) => Number(row === column)));
  for (let sweep = 0; sweep < SWEEPS && beside(matrix) > NOTHING * beside(matrix, true); sweep += 1) {
    for (let p = 0; p < size; p += 1) {
      for (let q = p + 1; q < size; q += 1) turnAway(matrix, vectors, p, q);
    }
  }
  const values = matrix.map((row, at) => row[at]);
  const best = values.indexOf(Math.max(...values));
  return { value: values[best], vector: vectors.map((row) => row[best]) };
}

/**
 * @param {number[][]} matrix
 * @param {number[][]} vectors
 * @param {number} p
 * @param {number} q
 */
function turnAway(matrix, vectors, p, q) {
  if (matrix[p][q] === 0) return;
  const ratio = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const row of [...matrix, ...vectors]) {
    [row[p], row[q]] = [cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]];
  }
  const [one, other] = [matrix[p], matrix[q]];
  matrix[p] = one.map((value, at) => cosine * value - sine * other[at]);
  matrix[q] = one.map((value, at) => sine * value + cosine * other[at]);
}

/**
 * The squares of all entries beside the diagonal, or of all entries.
 * @param {number[][]} matrix
 * @param {boolean} all
 */
function beside(matrix, all = false) {
  return matrix.reduce(
    (sum, row, at) => sum + row.reduce((own, value, place) => own + (all || place !== at ? value ** 2 : 0), 0),
    0,
  );
}

/** The weighted middle of the canonical face's points. @param {readonly (readonly number[])[]} points */
function mean(points) {
  return [0, 1, 2].map((axis) => points.reduce((sum, at, number) => sum + SHARES[number] * at[axis], 0));
}

/** @param {readonly number[]} one @param {readonly number[]} other */
function dot(one, other) {
  return one.reduce((sum, value, at) => sum + value * other[at], 0);
}
