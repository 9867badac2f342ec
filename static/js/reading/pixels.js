/* Pictures as typed arrays, and what OpenCV does with them in Python, to the same pixels. */

/**
 * @typedef {object} Picture  RGBA, four bytes a pixel: an ImageData is one
 * @property {number} width
 * @property {number} height
 * @property {Uint8ClampedArray | Uint8Array} data
 *
 * @typedef {object} Gray  one byte a pixel
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} data
 *
 * @typedef {readonly [number, number, number, number, number, number]} Warp  an affine map, (2, 3) row by row: from
 *   pixels of what is drawn to pixels of where it is drawn from
 */

// OpenCV's weights of red, green and blue, in parts of 2^15.
const RED = 9798;
const GREEN = 19235;
const BLUE = 3735;
const HALF = 1 << 14;

/**
 * To the nearest whole number, from the middle to the even one, as Python and OpenCV round.
 * @param {number} value
 */
export function rounded(value) {
  const low = Math.floor(value);
  const over = value - low;
  if (over === 0.5) return low % 2 === 0 ? low : low + 1;
  return over < 0.5 ? low : low + 1;
}

/**
 * @param {Picture} picture
 * @returns {Gray}
 */
export function grayed({ width, height, data }) {
  const gray = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < gray.length; pixel += 1, at += 4) {
    gray[pixel] = (RED * data[at] + GREEN * data[at + 1] + BLUE * data[at + 2] + HALF) >> 15;
  }
  return { width, height, data: gray };
}

/**
 * A square of a picture as a network reads it: red, green and blue of each pixel, of 256 levels those of `levels`.
 * What lies outside the picture is black.
 * @param {Picture} picture
 * @param {Warp} warp
 * @param {number} side
 * @param {Float32Array} levels
 * @param {Float32Array} into  (side, side, 3)
 */
export function drawn(picture, warp, side, levels, into) {
  const { width, height, data } = picture;
  const [a, b, c, d, e, f] = warp;
  const stride = 4 * width;
  for (let row = 0, to = 0; row < side; row += 1) {
    const startX = b * row + c;
    const startY = e * row + f;
    for (let column = 0; column < side; column += 1, to += 3) {
      const x = a * column + startX;
      const y = d * column + startY;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const low = y - top;
      if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
        const above = top * stride + 4 * left;
        const below = above + stride;
        into[to] = levels[mixed(data[above], data[above + 4], data[below], data[below + 4], right, low)];
        into[to + 1] = levels[mixed(data[above + 1], data[above + 5], data[below + 1], data[below + 5], right, low)];
        into[to + 2] = levels[mixed(data[above + 2], data[above + 6], data[below + 2], data[below + 6], right, low)];
      } else {
        for (let colour = 0; colour < 3; colour += 1) {
          const upper = [colourAt(picture, left, top, colour), colourAt(picture, left + 1, top, colour)];
          const lower = [colourAt(picture, left, top + 1, colour), colourAt(picture, left + 1, top + 1, colour)];
          into[to + colour] = levels[mixed(upper[0], upper[1], lower[0], lower[1], right, low)];
        }
      }
    }
  }
}

/**
 * A square of a gray picture. What lies outside the picture repeats its border.
 * @param {Gray} gray
 * @param {Warp} warp
 * @param {number} side
 * @returns {Gray}
 */
export function drawnGray({ width, height, data }, warp, side) {
  const [a, b, c, d, e, f] = warp;
  const square = new Uint8Array(side * side);
  const lastX = width - 1;
  const lastY = height - 1;
  for (let row = 0, to = 0; row < side; row += 1) {
    const startX = b * row + c;
    const startY = e * row + f;
    for (let column = 0; column < side; column += 1, to += 1) {
      const x = a * column + startX;
      const y = d * column + startY;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const west = Math.min(Math.max(left, 0), lastX);
      const east = Math.min(Math.max(left + 1, 0), lastX);
      const above = width * Math.min(Math.max(top, 0), lastY);
      const below = width * Math.min(Math.max(top + 1, 0), lastY);
      square[to] = mixed(
        data[above + west],
        data[above + east],
        data[below + west],
        data[below + east],
        x - left,
        y - top,
      );
    }
  }
  return { width: side, height: side, data: square };
}

/**
 * A gray picture made smaller by a whole number: the mean of each block of pixels.
 * @param {Gray} gray
 * @param {number} times
 * @returns {Gray}
 */
export function reduced(gray, times) {
  if (times === 1) return gray;
  const width = gray.width / times;
  const height = gray.height / times;
  const sums = new Uint32Array(width * height);
  for (let row = 0, from = 0; row < gray.height; row += 1) {
    const start = Math.floor(row / times) * width;
    for (let column = 0; column < width; column += 1) {
      for (let block = 0; block < times; block += 1, from += 1) sums[start + column] += gray.data[from];
    }
  }
  // Of four pixels OpenCV rounds the middle up, of more to the even number.
  const round = times === 2 ? Math.round : rounded;
  return { width, height, data: Uint8Array.from(sums, (sum) => round(sum / times ** 2)) };
}

/**
 * @param {Gray} gray
 * @returns {Gray}
 */
export function mirrored({ width, height, data }) {
  const image = data.slice();
  for (let row = 0; row < height; row += 1) image.subarray(row * width, (row + 1) * width).reverse();
  return { width, height, data: image };
}

/**
 * @param {Picture} picture
 * @param {{left: number, top: number, right: number, bottom: number}} edges  in whole pixels
 * @returns {Picture}
 */
export function cut(picture, { left, top, right, bottom }) {
  const width = Math.max(right - left, 0);
  const height = Math.max(bottom - top, 0);
  const data = new Uint8Array(4 * width * height);
  for (let row = 0; row < height; row += 1) {
    const from = 4 * ((top + row) * picture.width + left);
    data.set(picture.data.subarray(from, from + 4 * width), 4 * width * row);
  }
  return { width, height, data };
}

/**
 * Turned a quarter to the left.
 * @param {Picture} picture
 * @returns {Picture}
 */
export function quarterTurned(picture) {
  const [width, height] = [picture.height, picture.width];
  const from = whole(picture.data);
  const to = new Uint32Array(from.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      to[row * width + column] = from[column * picture.width + picture.width - 1 - row];
    }
  }
  return { width, height, data: new Uint8Array(to.buffer) };
}

/** The four bytes of each pixel as one number. @param {Uint8ClampedArray | Uint8Array} data */
function whole(data) {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

/**
 * @param {Picture} picture
 * @param {number} x
 * @param {number} y
 * @param {number} colour
 */
function colourAt({ width, height, data }, x, y, colour) {
  return x >= 0 && y >= 0 && x < width && y < height ? data[4 * (y * width + x) + colour] : 0;
}

/**
 * What lies `right` and `low` of the way between four pixels, as a level.
 * @param {number} upperLeft
 * @param {number} upperRight
 * @param {number} lowerLeft
 * @param {number} lowerRight
 * @param {number} right
 * @param {number} low
 */
function mixed(upperLeft, upperRight, lowerLeft, lowerRight, right, low) {
  const upper = upperLeft + (upperRight - upperLeft) * right;
  const lower = lowerLeft + (lowerRight - lowerLeft) * right;
  return (upper + (lower - upper) * low + 0.5) | 0;
}
