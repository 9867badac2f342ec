/* Folds the long parts of a report on a phone. They come unfolded: without this script nothing is out of sight. */

import { closest, findAllTags } from "./dom.js";

const folds = [...findAllTags("details", ".fold")];
const wide = matchMedia("(width >= 40rem)"); // report_parts.css draws the line there too

/** @param {Iterable<HTMLDetailsElement>} which */
function unfold(which) {
  for (const fold of which) fold.open = true;
}

/**
 * A link leads to a part's heading or to something within the part: either way all of the part is wanted.
 * @param {string} hash
 */
function unfoldPartOf(hash) {
  const place = document.getElementById(hash.slice(1));
  const part = place?.closest("section");
  if (part) unfold(findAllTags("details", ".fold", part));
  return place;
}

if (!wide.matches) {
  for (const fold of folds) fold.open = false;
  unfoldPartOf(location.hash)?.scrollIntoView();
}
wide.addEventListener("change", () => wide.matches && unfold(folds));
addEventListener("hashchange", () => unfoldPartOf(location.hash));
addEventListener("click", (event) => {
  const link = closest(event, 'a[href^="#"]');
  if (link) unfoldPartOf(/** @type {HTMLAnchorElement} */ (link).hash);
});

/** @type {HTMLDetailsElement[]} */
let foldedOnScreen = [];
addEventListener("beforeprint", () => {
  foldedOnScreen = folds.filter((fold) => !fold.open);
  unfold(folds);
});
addEventListener("afterprint", () => {
  for (const fold of foldedOnScreen) fold.open = false;
});
