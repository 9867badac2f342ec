/* Answers what a test in Python asks of static/js/reading: a line of JSON each way. Numbers of an array travel as the
 * base64 of their bytes. A network is run by who asks. */

import { createInterface } from "node:readline";

import { AttentionReader, eyeOpenness, gaze, headPose } from "../../../static/js/reading/attention.js";
import { BlendshapeNetwork } from "../../../static/js/reading/blendshapes.js";
import { ExpressionClassifier } from "../../../static/js/reading/classifier.js";
import { FaceDetector } from "../../../static/js/reading/detector.js";
import { cropPoints } from "../../../static/js/reading/face.js";
import { answers, Finder } from "../../../static/js/reading/finder.js";
import { GEOMETRY } from "../../../static/js/reading/geometry.js";
import { Landmarker } from "../../../static/js/reading/landmarker.js";
import { modelCard } from "../../../static/js/reading/model-card.js";
import { Analyser } from "../../../static/js/reading/pipeline.js";
import { cut, mirrored, quarterTurned } from "../../../static/js/reading/pixels.js";
import { poseOf } from "../../../static/js/reading/pose.js";
import { faceCrop, networkInput } from "../../../static/js/reading/preprocess.js";
import { fits, regionOf, toPicture } from "../../../static/js/reading/region.js";
import { isYawning } from "../../../static/js/reading/yawn.js";

/** @typedef {import("../../../static/js/reading/network.js").Network} Network */
/** @typedef {import("../../../static/js/reading/network.js").HeadedNetwork} HeadedNetwork */
/** @typedef {import("../../../static/js/reading/pixels.js").Picture} Picture */
/** @typedef {import("../../../static/js/reading/values.js").Signal} Signal */
/** @typedef {import("../../../static/js/reading/values.js").Sighting} Sighting */

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** @param {string} name @param {Float32Array} values */
async function run(name, values) {
  tell({ network: name, values });
  return await heard();
}

/** @param {string} name @returns {Network} */
const network = (name) => ({ run: (values) => run(name, values) });

/** @returns {HeadedNetwork} */
const expressions = () => ({ heads: ["expression", "votes"], run: (values) => run("expressions", values) });

const finder = new Finder(network("finder"));
const landmarker = new Landmarker(network("landmarks"));
const detector = new FaceDetector(finder, landmarker);
const gauge = new AttentionReader(new BlendshapeNetwork(network("blendshapes")));

/** @type {Record<string, (...given: any[]) => any>} */
const CALLS = {
  answers: (places, logits) => answers(places, logits).map(({ score, numbers }) => [score, ...numbers]),
  crop: (picture, landmarks) => faceCrop(picture, ...cropPoints(landmarks)).data,
  cut: (picture, edges) => cut(picture, edges).data,
  fits,
  geometry: () => GEOMETRY,
  gaze,
  mirrored: (data, width, height) => mirrored({ data, width, height }).data,
  networkInput: (data, width, height) => networkInput({ data, width, height }),
  openness: eyeOpenness,
  pose: (landmarks, width, height) => {
    const pose = poseOf(landmarks, width, height);
    return { ...pose, ...headPose(pose) };
  },
  quarterTurned: (picture) => quarterTurned(picture).data,
  regionOf,
  toPicture,
  isYawning,
  look: (picture) => finder.look(picture),
  lookAgain: (picture, seen) => finder.lookAgain(picture, seen),
  lookTurned: (picture, seen) => finder.lookTurned(picture, seen),
  find: (picture) => finder.find(picture),
  landmarks: (picture, region) => landmarker.read(picture, region),
  classify: (card, data) =>
    new ExpressionClassifier(modelCard(card), expressions()).classify({ data, width: 48, height: 48 }),
  analyse: (card, picture, signals, last) =>
    new Analyser(detector, gauge, new ExpressionClassifier(modelCard(card), expressions())).analyse(
      picture,
      new Set(signals),
      last,
    ),
};

/** @param {string} _ @param {any} value */
function written(_, value) {
  if (!ArrayBuffer.isView(value)) return value;
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { kind: value.constructor.name, bytes: bytes.toString("base64") };
}

/** @param {string} _ @param {any} value */
function read(_, value) {
  if (!value?.bytes) return value;
  const bytes = Uint8Array.from(Buffer.from(value.bytes, "base64"));
  return value.kind === "Float32Array" ? new Float32Array(bytes.buffer) : bytes;
}

/** @param {object} message */
function tell(message) {
  process.stdout.write(`${JSON.stringify(message, written)}\n`);
}

async function heard() {
  const { value, done } = await lines.next();
  return done ? null : JSON.parse(value, read);
}

for (let asked = await heard(); asked; asked = await heard()) {
  try {
    tell({ answer: (await CALLS[asked.call](...asked.given)) ?? null });
  } catch (error) {
    tell({ error: `${error}` });
  }
}
