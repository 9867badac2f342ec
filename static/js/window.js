/* Which window of the student's this is: the server lets one of them send. A reload is the same window. */

const KEY = "window";
const LENGTH_BYTES = 12;

/**
 * What the socket's address says of it.
 * @param {boolean} waits  until the student takes the camera over
 */
export function thisWindow(waits) {
  return new URLSearchParams({ window: name(), ...(waits && { waits: "1" }) });
}

function name() {
  try {
    const known = sessionStorage.getItem(KEY) ?? newName();
    sessionStorage.setItem(KEY, known);
    return known;
  } catch {
    return unkept;
  }
}

function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH_BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const unkept = newName();
