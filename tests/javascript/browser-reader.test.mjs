/* What a browser reads while its camera stops is sent to nobody. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { BrowserReader } from "../../static/js/browser-reader.js";

/** @typedef {import("../../static/js/wire.js").MeasuredRequest} MeasuredRequest */

const ANALYSIS = { faces: 1, box: null, attention: null, expression: null, sighting: null };

/** A worker that reads when it is told to; as the real one it answers in order. */
class SlowWorker extends EventTarget {
  /** @type {(answer: object) => void} */
  static answer = () => {};
  static read = Promise.resolve({});

  /** @param {{type: string}} request */
  async postMessage({ type }) {
    if (type === "open") return this.#tell({ type: "ready", model: null });
    if (type === "read") {
      SlowWorker.read = new Promise((resolve) => {
        SlowWorker.answer = resolve;
      });
      return this.#tell(await SlowWorker.read);
    }
    await SlowWorker.read;
    this.#tell({ type: "forgotten" });
  }

  terminate() {}

  /** @param {object} data */
  #tell(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

/** @param {number} most */
function reading(most) {
  Object.assign(globalThis, { Worker: SlowWorker });
  const sent = /** @type {MeasuredRequest[]} */ ([]);
  const problems = /** @type {string[]} */ ([]);
  const addresses = /** @type {import("../../static/js/reading/networks.js").Addresses} */ ({ worker: "worker.js" });
  const reader = new BrowserReader(addresses, ["presence"], most, {
    send: (request) => sent.push(request) > 0,
    isFree: () => true,
    intervalMs: () => 1000,
    onanalysis: () => {},
    onproblem: (problem) => problems.push(problem),
  });
  return { reader, sent, problems };
}

/** @param {BrowserReader} reader @param {() => void} meanwhile @param {object} answer */
async function read(reader, meanwhile, answer) {
  const frame = /** @type {ImageBitmap} */ ({ width: 1, height: 1, close: () => {} });
  const done = reader.read(frame, Date.now());
  await new Promise((resolve) => setTimeout(resolve));
  meanwhile();
  SlowWorker.answer(answer);
  await done;
}

const READ = { type: "analysis", analysis: ANALYSIS, ms: 20 };
const FAILED = { type: "failed", reason: "failed", detail: "" };

test("what was read is sent", async () => {
  const { reader, sent } = reading(1);
  await read(reader, () => {}, READ);
  assert.equal(sent.length, 1);
});

for (const most of [1, 2]) {
  test(`what was being read when the camera stopped is not sent, ${most} a message`, async () => {
    const { reader, sent } = reading(most);
    await read(reader, () => reader.forget(), READ);
    for (let n = 1; n < most; n += 1) await read(reader, () => {}, READ);
    assert.equal(sent.length, 0);
    await read(reader, () => {}, READ);
    assert.deepEqual(
      sent.map((one) => one.readings.length),
      [most],
    );
  });
}

test("what fails while the camera is stopped is no problem until it is used again", async () => {
  const { reader, problems } = reading(1);
  await read(reader, () => reader.forget(), FAILED);
  assert.deepEqual(problems, []);
  await read(reader, () => {}, FAILED);
  assert.deepEqual(problems, ["reader-failed"]);
});
