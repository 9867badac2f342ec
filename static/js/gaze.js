/* Whether a camera gives a usable picture: one that is not black, and not the very same for long. Looks at a thumbnail,
   of which nothing is kept but the last one. */

export const THUMBNAIL = { width: 64, height: 48 };
/** Mean brightness of 255 below which a lens is covered, or gives nothing. */
export const BLACK = 5;

/**
 * @param {ArrayLike<number>} pixels  red, green, blue and opacity in turn
 * @returns {number} mean luma, 0 to 255
 */
export function meanLuma(pixels) {
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    sum += 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2];
  }
  return (4 * sum) / pixels.length;
}

/** Judges pictures in turn. No sensor gives the same picture twice, so one that moved and does not any more hangs; one
 * that never moved may be a still that is shown on purpose.
 */
export class Gaze {
  /** @type {ArrayLike<number> | null} */
  #last = null;
  #hasMoved = false;

  /** @param {Uint8ClampedArray} pixels  of a thumbnail */
  judge(pixels) {
    const last = this.#last;
    this.#last = pixels;
    const isSame = last !== null && pixels.every((value, at) => value === last[at]);
    this.#hasMoved ||= last !== null && !isSame;
    return meanLuma(pixels) >= BLACK && !(isSame && this.#hasMoved);
  }

  /** Another camera comes. */
  forget() {
    this.#last = null;
    this.#hasMoved = false;
  }
}

/**
 * @param {HTMLCanvasElement} canvas  of its own
 * @returns {(picture: CanvasImageSource) => Uint8ClampedArray}
 */
export function thumbnails(canvas) {
  Object.assign(canvas, THUMBNAIL);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (picture) => {
    if (!context) throw new Error("This browser gives no canvas");
    context.drawImage(picture, 0, 0, THUMBNAIL.width, THUMBNAIL.height);
    return context.getImageData(0, 0, THUMBNAIL.width, THUMBNAIL.height).data;
  };
}
