/* Where faces are in a picture, by MediaPipe's finder: its network, and its answers read as MediaPipe reads them. */

import { seenIn, turnedBack } from "./face.js";
import { GEOMETRY } from "./geometry.js";
import { cut, drawn, quarterTurned, rounded } from "./pixels.js";
import { regionAround, toPicture } from "./region.js";
import { withinPicture } from "./values.js";

/** @typedef {import("./face.js").Finding} Finding */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("./pixels.js").Picture} Picture */
/** @typedef {import("./pixels.js").Warp} Warp */
/** @typedef {import("./values.js").FaceBox} FaceBox */
/** @typedef {import("./region.js").Point} Point */

const RULES = GEOMETRY.finder;
const LEVELS = Float32Array.from({ length: 256 }, (_, level) => level / 127.5 - 1);
const ANCHORS = [...anchors()];
// An answer's numbers: middle and size of the box, then the eyes and four more points, each as a pair.
const NUMBERS = 16;
const STEEPEST = 80;

export class Finder {
  /** @type {Network} */
  #network;
  #input = new Float32Array(3 * RULES.side ** 2);

  /** @param {Network} network  its outputs are the places and the logits of the answers */
  constructor(network) {
    this.#network = network;
  }

  /**
   * All faces that one look at a picture shows, the surest first; those below a fifth of its side are missed.
   * @param {Picture} picture
   */
  async look(picture) {
    const { width, height } = picture;
    const square = { x: 0.5, y: 0.5, size: Math.max(width, height) / width, angle: 0 };
    const warp = toPicture(square, width, height, RULES.side);
    drawn(picture, warp, RULES.side, LEVELS, this.#input);
    const [places, logits] = await this.#network.run(this.#input);
    return answers(places, logits).map((answer) => finding(answer, warp, width, height));
  }

  /**
   * The finding as a square around it shows it, larger and so more exact; null if not seen there.
   * @param {Picture} picture
   * @param {Finding} seen
   */
  async lookAgain(picture, seen) {
    const place = around(picture, seen.box);
    const again = await this.#lookIn(picture, place);
    return again.find(({ box }) => overlap(box, seen.box) >= RULES.overlap) ?? null;
  }

  /**
   * The finding as it is seen surest with the picture on its side or upside down; null if not seen there.
   * @param {Picture} picture
   * @param {Finding} seen
   */
  async lookTurned(picture, seen) {
    const place = around(picture, seen.box);
    let part = partOf(picture, place);
    /** @type {Finding | null} */
    let surest = null;
    for (let quarters = 1; quarters <= 3; quarters += 1) {
      part = quarterTurned(part);
      const [found] = await this.look(part);
      if (!found || (surest && surest.score >= found.score)) continue;
      surest = seenIn(turnedUp(found, part, quarters), place);
    }
    return surest;
  }

  /**
   * The faces of a picture, the surest first; small ones are looked for where none is large.
   * @param {Picture} picture
   */
  async find(picture) {
    const large = await this.look(picture);
    const found = large.length > 0 ? large : await this.#small(picture);
    return found.slice(0, RULES.most);
  }

  /**
   * What tiles show and a second look confirms: many looks have many chances to be wrong.
   * @param {Picture} picture
   */
  async #small(picture) {
    /** @type {Finding[]} */
    const found = [];
    for (const place of tiles(picture)) {
      for (const seen of await this.#lookIn(picture, place)) {
        const isKnown = found.some(({ box }) => overlap(seen.box, box) >= RULES.overlap);
        if (seen.score < RULES.tiles.found_from || isKnown) continue;
        const again = await this.lookAgain(picture, seen);
        if (again && again.score >= RULES.tiles.found_from) found.push(again);
      }
    }
    return found.sort((one, other) => other.score - one.score);
  }

  /** @param {Picture} picture @param {FaceBox} place */
  async #lookIn(picture, place) {
    const found = await this.look(partOf(picture, place));
    return found.map((each) => seenIn(each, place));
  }
}

/**
 * @typedef {object} Answer  in fractions of the square
 * @property {number} score
 * @property {Float64Array} numbers
 */

/**
 * The faces among the network's answers, the surest first: answers that overlap are one face, their mean weighted by
 * their scores.
 * @param {Float32Array} places
 * @param {Float32Array} logits
 * @returns {Answer[]}
 */
export function answers(places, logits) {
  /** @type {Answer[]} */
  const likely = [];
  for (const [at, logit] of logits.entries()) {
    const score = 1 / (1 + Math.exp(-Math.min(Math.max(logit, -STEEPEST), STEEPEST)));
    if (score >= RULES.found_from) likely.push({ score, numbers: laidOn(ANCHORS[at], places, at) });
  }
  let left = likely.sort((one, other) => other.score - one.score);
  /** @type {Answer[]} */
  const merged = [];
  while (left.length > 0) {
    const [first] = left;
    const same = left.filter((each) => isSame(first.numbers, each.numbers));
    merged.push({ score: first.score, numbers: weighted(same) });
    left = left.filter((each) => !same.includes(each));
  }
  return merged;
}

function* anchors() {
  for (const { stride, each } of RULES.anchors) {
    const cells = Math.floor(RULES.side / stride);
    for (let place = 0; place < cells ** 2; place += 1) {
      const at = [((place % cells) + 0.5) / cells, (Math.floor(place / cells) + 0.5) / cells];
      for (let answer = 0; answer < each; answer += 1) yield at;
    }
  }
}

/**
 * One answer's numbers. All but the size are told from the anchor.
 * @param {number[]} anchor
 * @param {Float32Array} places
 * @param {number} at
 */
function laidOn(anchor, places, at) {
  const own = places.subarray(NUMBERS * at, NUMBERS * (at + 1));
  return Float64Array.from(own, (value, number) => {
    const isSize = number === 2 || number === 3;
    return value / RULES.side + (isSize ? 0 : anchor[number % 2]);
  });
}

/** @param {Float64Array} one @param {Float64Array} other */
function isSame([x, y, width, height], [otherX, otherY, otherWidth, otherHeight]) {
  const across = Math.min(x + width / 2, otherX + otherWidth / 2) - Math.max(x - width / 2, otherX - otherWidth / 2);
  const down = Math.min(y + height / 2, otherY + otherHeight / 2) - Math.max(y - height / 2, otherY - otherHeight / 2);
  const shared = Math.max(across, 0) * Math.max(down, 0);
  return shared / (width * height + otherWidth * otherHeight - shared) > RULES.overlap;
}

/** @param {Answer[]} same */
function weighted(same) {
  const sum = same.reduce((total, { score }) => total + score, 0);
  const mean = new Float64Array(NUMBERS);
  for (const { score, numbers } of same) {
    for (const [at, value] of numbers.entries()) mean[at] += (score / sum) * value;
  }
  return mean;
}

/**
 * An answer, told for the picture that the square was laid on.
 * @param {Answer} answer
 * @param {Warp} warp
 * @param {number} width
 * @param {number} height
 * @returns {Finding}
 */
function finding({ score, numbers }, warp, width, height) {
  const scale = warp[0] * RULES.side;
  /** @param {number} at @returns {Point} */
  const point = (at) => [numbers[at] * scale + warp[2], numbers[at + 1] * scale + warp[5]];
  const [x, y] = point(0);
  const [across, down] = [numbers[2] * scale, numbers[3] * scale];
  // In whole pixels, as MediaPipe tells boxes: so both ways read a face in the same square.
  const box = {
    left: Math.trunc(x - across / 2) / width,
    top: Math.trunc(y - down / 2) / height,
    width: Math.trunc(across) / width,
    height: Math.trunc(down) / height,
  };
  return { box: withinPicture(box), score, region: regionAround(box, point(4), point(6), width, height) };
}

/**
 * Squares that cover a picture, overlapping.
 * @param {Picture} picture
 */
function* tiles(picture) {
  const side = RULES.tiles.side * Math.min(picture.width, picture.height);
  for (const top of starts(picture.height, side)) {
    for (const left of starts(picture.width, side)) yield square(picture, left, top, side);
  }
}

/**
 * Where tiles of this side begin along an edge, so that they cover it.
 * @param {number} length
 * @param {number} side
 */
function starts(length, side) {
  const steps = Math.ceil((length - side) / (RULES.tiles.step * side));
  return Array.from({ length: steps + 1 }, (_, step) => (step * (length - side)) / steps);
}

/**
 * Where a face is looked at again.
 * @param {Picture} picture
 * @param {FaceBox} box
 */
function around(picture, box) {
  const { width, height } = picture;
  const side = RULES.second_look * Math.max(box.width * width, box.height * height);
  const left = (box.left + box.width / 2) * width - side / 2;
  const top = (box.top + box.height / 2) * height - side / 2;
  return square(picture, left, top, side);
}

/**
 * The whole pixels of a square, as far as the picture goes.
 * @param {Picture} picture
 * @param {number} left
 * @param {number} top
 * @param {number} side
 * @returns {FaceBox}
 */
function square({ width, height }, left, top, side) {
  const columns = [Math.max(rounded(left), 0), Math.min(rounded(left + side), width)];
  const rows = [Math.max(rounded(top), 0), Math.min(rounded(top + side), height)];
  return {
    left: columns[0] / width,
    top: rows[0] / height,
    width: (columns[1] - columns[0]) / width,
    height: (rows[1] - rows[0]) / height,
  };
}

/** @param {Picture} picture @param {FaceBox} place */
function partOf(picture, place) {
  const left = rounded(place.left * picture.width);
  const top = rounded(place.top * picture.height);
  const right = left + rounded(place.width * picture.width);
  const bottom = top + rounded(place.height * picture.height);
  return cut(picture, { left, top, right, bottom });
}

/**
 * A finding of a part that was turned so many quarters, told for the part as it stands.
 * @param {Finding} found
 * @param {Picture} part
 * @param {number} quarters
 */
function turnedUp(found, part, quarters) {
  let [width, height] = [part.width, part.height];
  let told = found;
  for (let quarter = 0; quarter < quarters; quarter += 1) {
    told = turnedBack(told, width, height);
    [width, height] = [height, width];
  }
  return told;
}

/**
 * What both share of their union, in [0, 1].
 * @param {FaceBox} one
 * @param {FaceBox} other
 */
function overlap(one, other) {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  const shared = Math.max(width, 0) * Math.max(height, 0);
  return shared ? shared / (one.width * one.height + other.width * other.height - shared) : 0;
}
