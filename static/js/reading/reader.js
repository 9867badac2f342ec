/* The reader's front door: frames of one person's camera in, Analyses out. */

import { AttentionReader } from "./attention.js";
import { BlendshapeNetwork } from "./blendshapes.js";
import { CannotRead } from "./cannot-read.js";
import { ExpressionClassifier } from "./classifier.js";
import { FaceDetector } from "./detector.js";
import { Finder } from "./finder.js";
import { pixelsOf } from "./frame.js";
import { GEOMETRY } from "./geometry.js";
import { Landmarker } from "./landmarker.js";
import { Networks } from "./networks.js";
import { Analyser } from "./pipeline.js";
import { Runtime } from "./runtime.js";

/** @typedef {import("./values.js").Analysis} Analysis */
/** @typedef {import("./values.js").Sighting} Sighting */
/** @typedef {import("./values.js").Signal} Signal */

/**
 * What a page says to worker.js, which answers in the same order.
 *
 * @typedef {{type: "open", addresses: import("./networks.js").Addresses, signals: Signal[]}
 *   | {type: "allow", signals: Signal[]} | {type: "read", frame: ImageBitmap | VideoFrame}
 *   | {type: "forget"}} Request  the frame is handed over; `forget`: the next one is of another camera or person
 * @typedef {{type: "ready", model: string | null} | {type: "forgotten"}
 *   | {type: "analysis", analysis: Analysis, ms: number}
 *   | {type: "failed", reason: import("./cannot-read.js").Reason, detail: string}} Answer  ready after `open` and
 *   `allow`; `model` is the checksum of the network of expressions, null where none may be read
 */

/** One frame at a time: the next is given once the last one's Analysis is there. */
export class Reader {
  #networks;
  #seen = new Seen();
  /** @type {ReadonlySet<Signal>} */
  #signals = new Set();
  /** @type {Analyser | null} */
  #analyser = null;

  /** @param {Networks} networks */
  constructor(networks) {
    this.#networks = networks;
  }

  /**
   * @param {import("./networks.js").Addresses} addresses
   * @throws {CannotRead}
   */
  static async open(addresses) {
    return new Reader(new Networks(await Runtime.start(addresses.runtime), addresses));
  }

  /** The checksum of the network that reads expressions; null where none may be read. */
  get model() {
    return this.#networks.card?.sha256 ?? null;
  }

  /**
   * Make ready for what may be read; what may not be read any more is let go of. `read` does so by itself.
   * @param {ReadonlySet<Signal>} signals
   * @throws {CannotRead}
   */
  async prepare(signals) {
    if (signals.size === 0) throw new CannotRead("nothing_allowed");
    if (this.#analyser && isSame(signals, this.#signals)) return this.#analyser;
    this.#analyser = null;
    await this.#networks.load(signals);
    this.#signals = new Set(signals);
    this.#analyser = analyserOf(this.#networks);
    return this.#analyser;
  }

  /**
   * @param {ImageBitmap | VideoFrame} frame  stays open
   * @param {ReadonlySet<Signal>} signals  what policy and consent allow, and nothing else is computed
   * @param {number} [now]  in ms, on any clock that does not stand still
   * @returns {Promise<Analysis>}
   * @throws {CannotRead}
   */
  async read(frame, signals, now = performance.now()) {
    const analyser = await this.prepare(signals);
    const analysis = await analyser.analyse(await pixelsOf(frame), signals, this.#seen.at(now));
    this.#seen.keep(analysis.sighting, now);
    return analysis;
  }

  /** The next frame is of another person, or of another camera. */
  forget() {
    this.#seen.keep(null, 0);
  }
}

/** Where the face was a moment ago, as classroom/wire/lua/keep.lua keeps it: only a look of the finder makes it new. */
export class Seen {
  /** @type {Sighting | null} */
  #sighting = null;
  #until = 0;

  /** @param {number} now @returns {Sighting | null} */
  at(now) {
    return now < this.#until ? this.#sighting : null;
  }

  /** @param {Sighting | null} sighting @param {number} now */
  keep(sighting, now) {
    this.#sighting = sighting;
    if (!sighting) this.#until = 0;
    else if (sighting.found) this.#until = now + GEOMETRY.region.fresh_ms;
  }
}

/** @param {Networks} networks */
function analyserOf(networks) {
  const [finder, landmarks, blendshapes, expression] = ["finder", "landmarks", "blendshapes", "expression"].map(
    (name) => networks.get(/** @type {import("./networks.js").Name} */ (name)),
  );
  if (!finder) throw new CannotRead("nothing_allowed");
  return new Analyser(
    new FaceDetector(new Finder(finder), landmarks && new Landmarker(landmarks)),
    blendshapes && new AttentionReader(new BlendshapeNetwork(blendshapes)),
    expression && networks.card && new ExpressionClassifier(networks.card, byHead(expression)),
  );
}

/** @param {import("./networks.js").LiteRtNetwork} network @returns {import("./network.js").HeadedNetwork} */
function byHead(network) {
  return {
    heads: network.heads,
    async run(values) {
      const answers = await network.run(values);
      return Object.fromEntries(network.heads.map((head, index) => [head, answers[index]]));
    },
  };
}

/** @param {ReadonlySet<Signal>} one @param {ReadonlySet<Signal>} other */
function isSame(one, other) {
  return one.size === other.size && [...one].every((signal) => other.has(signal));
}
