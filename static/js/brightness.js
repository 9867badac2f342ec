/* How bright a picture is, from a thumbnail that is forgotten at once. */

const WIDTH = 32;
const HEIGHT = 24;

const context = createContext();

function createContext() {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  return canvas.getContext("2d", { willReadFrequently: true });
}

/**
 * @param {HTMLVideoElement} video
 * @returns {number | null} mean luma, 0 to 255; null where there is no picture yet
 */
export function brightness(video) {
  if (!context || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  context.drawImage(video, 0, 0, WIDTH, HEIGHT);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
  return sum / (WIDTH * HEIGHT);
}
