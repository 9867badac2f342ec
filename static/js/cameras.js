/* Which cameras there are, and which one the student agreed to. The browser's number of it stays in this tab. */

const KEY = "camera";
let agreed = read();

/** @typedef {{deviceId: string, label: string}} Camera  the label is empty until the browser may tell it */

/** @returns {Promise<Camera[]>} */
export async function listCameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  // Before anything is allowed browsers name one camera without a number.
  return devices.filter(({ kind, deviceId }) => kind === "videoinput" && deviceId);
}

/** Of the camera that was used last, or chosen by its name; empty: none yet. No other one opens by itself. */
export function agreedCamera() {
  return agreed;
}

/** @param {string} deviceId */
export function agreeTo(deviceId) {
  agreed = deviceId;
  try {
    sessionStorage.setItem(KEY, deviceId);
  } catch {
    // A browser that keeps nothing opens its own first choice after a reload.
  }
}

function read() {
  try {
    return sessionStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}
