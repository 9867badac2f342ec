/* That what was agreed to goes on though the school allows more: kept in this tab, asked again with the next lesson. */

/** @param {string | undefined} lesson */
export function keepAgreement(lesson) {
  try {
    sessionStorage.setItem(key(lesson), "yes");
  } catch {
    // A browser that keeps nothing asks again after a reload.
  }
}

/** @param {string | undefined} lesson */
export function keepsAgreement(lesson) {
  try {
    return sessionStorage.getItem(key(lesson)) !== null;
  } catch {
    return false;
  }
}

/** @param {string | undefined} lesson */
function key(lesson) {
  return `keeps-${lesson}`;
}
