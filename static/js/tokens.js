/* The colours of tokens.css, light or dark as the page is now. */

/** @param {string} name */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A colour made see-through. @param {string} hex @param {number} opacity */
export function faded(hex, opacity) {
  const alpha = Math.round(opacity * 255);
  return hex + alpha.toString(16).padStart(2, "0");
}
