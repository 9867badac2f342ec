/* A page of which a script did not come (the network changed, the server was away) is dead: it is loaded anew. */

(() => {
  const FIRST_DELAY_MS = 500;
  const MOST = 5;
  const tries = "loaded-anew";
  let isWhole = true;

  /** @param {Event} event */
  function onerror({ target }) {
    if (!isWhole || !(target instanceof HTMLScriptElement) || target.type !== "module") return;
    isWhole = false;
    const tried = Number(sessionStorage.getItem(tries));
    if (tried >= MOST) return;
    sessionStorage.setItem(tries, String(tried + 1));
    setTimeout(() => location.reload(), FIRST_DELAY_MS * 2 ** tried);
  }

  // Such an error does not bubble; it comes by on its way to the element.
  window.addEventListener("error", onerror, { capture: true });
  window.addEventListener("load", () => isWhole && sessionStorage.removeItem(tries));
})();
