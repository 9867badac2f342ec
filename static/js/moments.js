/* Key moments as the teacher marks, renames and removes them. One is stamped when its key is pressed, not when it is named. */

import { announce, attempt } from "./actions.js";
import { closest, find, findTag } from "./dom.js";
import { say } from "./words.js";

/** @param {string} url @param {number} id  in the place of the 0 */
const of = (url, id) => url.replace("/0/", `/${id}/`);

/**
 * @param {import("./actions.js").Urls} urls
 * @returns {{mark: () => void}}  begins to mark the moment that it is now
 */
export function wireMoments(urls) {
  wireChanges(urls);
  const dialog = findTag("dialog", "#marker-dialog");
  const form = findTag("form", "#marker-form");
  let pressedAt = 0;

  /** @param {string} label */
  async function save(label) {
    const ago = Math.round(performance.now() - pressedAt);
    dialog.close();
    form.reset();
    if (await attempt(urls.markers, { label, ago_ms: String(ago) })) announce(say("marker_saved", { label }));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(findTag("input", "", form).value.trim());
  });
  form.addEventListener("click", (event) => {
    const suggested = closest(event, "[data-suggested]")?.dataset.suggested;
    if (suggested) save(suggested);
  });

  function mark() {
    pressedAt = performance.now();
    find("[data-at]", dialog).textContent = find("lesson-clock").textContent;
    dialog.showModal();
  }
  find("#mark").addEventListener("click", mark);
  return { mark };
}

/** @param {import("./actions.js").Urls} urls */
function wireChanges(urls) {
  const dialog = findTag("dialog", "#moment-dialog");
  const form = findTag("form", "#moment-form");
  const label = findTag("input", "", form);
  let id = 0;
  find("key-moments").addEventListener("change-moment", (event) => {
    const { detail: marker } = /** @type {CustomEvent<import("./wire.js").MarkerInfo>} */ (event);
    id = marker.id;
    label.value = marker.label;
    dialog.showModal();
    label.select();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    dialog.close();
    if (await attempt(of(urls.rename_marker, id), { label: label.value.trim() })) announce(say("saved"));
  });
  find("[data-removes]", form).addEventListener("click", async () => {
    dialog.close();
    if (await attempt(of(urls.remove_marker, id))) announce(say("marker_removed", { label: label.value }));
  });
}
