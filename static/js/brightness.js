/* How bright a picture is, from a thumbnail that is forgotten at once. */

import { meanLuma, thumbnails } from "./gaze.js";

const thumbnail = thumbnails(document.createElement("canvas"));

/**
 * @param {HTMLVideoElement} video
 * @returns {number | null} mean luma, 0 to 255; null where there is no picture yet
 */
export function brightness(video) {
  return video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA ? null : meanLuma(thumbnail(video));
}
