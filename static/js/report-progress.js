/* Follows a report that is being written and shows it once it is ready. */

const EVERY_MS = 1500;
const SLOW_AFTER_MS = 60_000;
const UNDER_WAY = new Set(["pending", "building"]);

const box = document.querySelector("[data-status-url]");
const since = performance.now();

async function look() {
  const response = await fetch(box.dataset.statusUrl, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { state, progress } = await response.json();
  if (!UNDER_WAY.has(state)) location.reload();
  else box.querySelector("progress").value = progress;
}

async function follow() {
  try {
    await look();
  } catch {
    // The server may be restarting; the next look comes in a moment.
  }
  box.querySelector("[data-slow]").hidden = performance.now() - since < SLOW_AFTER_MS;
  setTimeout(follow, EVERY_MS);
}

if (box) follow();
