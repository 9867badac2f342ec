/* One picture in, one Analysis out: which face is read, and what is followed or looked for. */

import { cropPoints } from "./face.js";
import { faceCrop } from "./preprocess.js";
import { isNobody, isUnreadable } from "./values.js";
import { withoutYawn } from "./yawn.js";

/** @typedef {import("./attention.js").AttentionReader} AttentionReader */
/** @typedef {import("./classifier.js").ExpressionClassifier} ExpressionClassifier */
/** @typedef {import("./detector.js").FaceDetector} FaceDetector */
/** @typedef {import("./face.js").Face} Face */
/** @typedef {import("./pixels.js").Picture} Picture */
/** @typedef {import("./values.js").Analysis} Analysis */
/** @typedef {import("./values.js").EmotionScores} EmotionScores */
/** @typedef {import("./values.js").FaceBox} FaceBox */
/** @typedef {import("./values.js").Sighting} Sighting */
/** @typedef {import("./values.js").Signal} Signal */

/** Measures one picture at a time: the next is given once the last one's Analysis is there. */
export class Analyser {
  /** @type {Pick<FaceDetector, "find" | "read" | "readIn">} */
  #detector;
  /** @type {Pick<AttentionReader, "read"> | null} */
  #gauge;
  /** @type {Pick<ExpressionClassifier, "classify"> | null} */
  #classifier;

  /**
   * @param {Pick<FaceDetector, "find" | "read" | "readIn">} detector
   * @param {Pick<AttentionReader, "read"> | null} gauge  null where attention may not be read
   * @param {Pick<ExpressionClassifier, "classify"> | null} classifier  null where expressions may not be read
   */
  constructor(detector, gauge, classifier) {
    this.#detector = detector;
    this.#gauge = gauge;
    this.#classifier = classifier;
  }

  /**
   * Measure what `signals` allows and nothing else; where it allows anything, presence is included.
   * @param {Picture} picture
   * @param {ReadonlySet<Signal>} signals
   * @param {Sighting | null} last  of the last picture, while it is fresh
   * @returns {Promise<Analysis>}
   */
  async analyse(picture, signals, last = null) {
    if (mayRead(signals) && last?.region) {
      const face = await this.#detector.readIn(picture, last.region);
      if (face) return this.#measured(picture, face, signals, last.faces, false);
    }
    return this.#lookedFor(picture, signals, last);
  }

  /**
   * @param {Picture} picture
   * @param {ReadonlySet<Signal>} signals
   * @param {Sighting | null} last
   */
  async #lookedFor(picture, signals, last) {
    const small = !(last && isNobody(last));
    const findings = await this.#detector.find(picture, { small });
    const found = [...findings].sort((one, other) => prominence(other.box) - prominence(one.box));
    if (found.length === 0) {
      // Whoever was there a moment ago is looked for thoroughly once more.
      const isLost = last !== null && small;
      return analysis({ sighting: isLost ? null : sighting(null, 0, small) });
    }
    const [{ box }] = found;
    const faces = found.length;
    if (!mayRead(signals)) return analysis({ faces, box });
    const thoroughly = !(last && isUnreadable(last));
    for (const each of found) {
      const face = await this.#detector.read(picture, each, { thoroughly });
      if (face) return this.#measured(picture, face, signals, faces, true);
    }
    return analysis({ faces, box, sighting: sighting(null, faces, thoroughly) });
  }

  /**
   * @param {Picture} picture
   * @param {Face} face
   * @param {ReadonlySet<Signal>} signals
   * @param {number} faces
   * @param {boolean} found
   */
  async #measured(picture, face, signals, faces, found) {
    const attention = signals.has("attention") ? await given(this.#gauge, "attention").read(face) : null;
    const scores = signals.has("expression") ? await this.#expression(picture, face) : null;
    const expression = scores && withoutYawn(scores, attention);
    return analysis({ faces, box: face.box, attention, expression, sighting: sighting(face.region, faces, found) });
  }

  /** @param {Picture} picture @param {Face} face @returns {Promise<EmotionScores>} */
  #expression(picture, { landmarks }) {
    return given(this.#classifier, "expression").classify(faceCrop(picture, ...cropPoints(landmarks)));
  }
}

/** Whether landmarks may be laid: under "presence" alone they may not. @param {ReadonlySet<Signal>} signals */
function mayRead(signals) {
  return signals.has("attention") || signals.has("expression");
}

/**
 * Large and central first: a face at the side counts half its size, one in a corner a third.
 * @param {FaceBox} box
 */
function prominence({ left, top, width, height }) {
  const offX = Math.abs(left + width / 2 - 0.5) * 2;
  const offY = Math.abs(top + height / 2 - 0.5) * 2;
  return (width * height) / (1 + offX + offY);
}

/**
 * @template T
 * @param {T | null} reader
 * @param {Signal} signal
 * @returns {T}
 */
function given(reader, signal) {
  if (reader === null) throw new Error(`nothing was loaded that reads ${signal}`);
  return reader;
}

/** @param {Sighting["region"]} region @param {number} faces @param {boolean} found @returns {Sighting} */
function sighting(region, faces, found) {
  return Object.freeze({ region, faces, found });
}

/** @param {Partial<Analysis>} measured @returns {Analysis} */
function analysis(measured) {
  return Object.freeze({ faces: 0, box: null, attention: null, expression: null, sighting: null, ...measured });
}
