/* Looks from time to time whether the lesson has begun or the school has chosen its policy. */

const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 15_000;

const page = document.querySelector("[data-waiting]");
let waitMs = FIRST_WAIT_MS;

/** The server answers with another page, or a redirect, once there is something to see. */
async function look() {
  try {
    const response = await fetch(location.href, { redirect: "manual" });
    const isStillWaiting = response.ok && (await response.text()).includes("data-waiting");
    if (!isStillWaiting && response.status < 500) return location.reload();
  } catch {
    // The network is away for a moment: the next look may find it again.
  }
  waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 1.2);
  plan();
}

/** Jittered, so that a class does not ask in one instant. */
function plan() {
  setTimeout(look, waitMs * (0.75 + Math.random() / 2));
}

if (page) plan();
