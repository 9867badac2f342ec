/* A phone that dims its screen stops the camera: it is kept awake, if the browser can. */

/** @type {WakeLockSentinel | null} */
let lock = null;

/** @param {boolean} isWanted  while the page is in front */
export async function keepAwake(isWanted) {
  if (!isWanted || document.hidden) {
    await lock?.release();
    lock = null;
  } else if ((lock === null || lock.released) && "wakeLock" in navigator) {
    lock = await navigator.wakeLock.request("screen").catch(() => null);
  }
}
