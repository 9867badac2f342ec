/* The key with which slides mark key moments: made, shown once, and revoked. */

import { announce } from "./actions.js";
import { find, findAll, findTag } from "./dom.js";
import { post, Refused } from "./http.js";
import { say } from "./words.js";

/** @typedef {{token: string, address: string, bookmarklet: string}} SlidesKey */

/** @param {import("./actions.js").Urls} urls */
export function wireSlides(urls) {
  const dialog = findTag("dialog", "#slides-dialog");
  const state = find("[data-slides-state]", dialog);
  const make = findTag("button", "[data-slides-make]", dialog);
  const revoke = findTag("button", "[data-slides-revoke]", dialog);

  /** @param {SlidesKey | null} key  null: it is shown no more */
  function show(key) {
    find("[data-slides-made]", dialog).hidden = key === null;
    findTag("input", "#slides-token").value = key?.token ?? "";
    findTag("input", "#slides-address").value = key?.address ?? "";
    findTag("textarea", "#slides-bookmarklet").value = key?.bookmarklet ?? "";
    const [token, bookmarklet] = findAll("copy-text", dialog);
    token.dataset.text = key?.token ?? "";
    bookmarklet.dataset.text = key?.bookmarklet ?? "";
  }

  make.addEventListener("click", async () => {
    try {
      show(/** @type {SlidesKey} */ (await post(urls.slides)));
      state.textContent = state.dataset.made ?? "";
      make.textContent = make.dataset.again ?? "";
      revoke.hidden = false;
    } catch (error) {
      state.textContent = error instanceof Refused && error.message ? error.message : say("failed");
    }
  });
  revoke.addEventListener("click", async () => {
    try {
      await post(urls.revoke_slides);
    } catch {
      state.textContent = say("failed");
      return;
    }
    show(null);
    state.textContent = state.dataset.revoked ?? "";
    make.focus();
    revoke.hidden = true;
    announce(state.textContent);
  });
  dialog.addEventListener("close", () => show(null));
}
