/* A small window that stays above all others: Document Picture-in-Picture, where the browser has it. */

import { findAll } from "./dom.js";

const SIZE = { width: 340, height: 440 };

export const isSupported = "documentPictureInPicture" in window;

/**
 * Opens the window around a copy of a template. Only a click may ask for it.
 * @param {HTMLTemplateElement} template
 * @param {() => void} onclose
 * @returns {Promise<Document>}
 * @throws {TypeError} where the browser has none
 */
export async function openSmallWindow(template, onclose) {
  if (!window.documentPictureInPicture) throw new TypeError("No small window in this browser");
  const small = await window.documentPictureInPicture.requestWindow(SIZE);
  const { document: page } = small;
  page.documentElement.lang = document.documentElement.lang;
  page.title = document.title;
  for (const shared of findAll('link[rel="stylesheet"], meta[name="color-scheme"]')) {
    const copy = shared.cloneNode();
    // The small window has no address that a path could be of.
    if (shared instanceof HTMLLinkElement) Object.assign(copy, { href: shared.href });
    page.head.append(copy);
  }
  page.body.append(template.content.cloneNode(true));
  small.addEventListener("pagehide", onclose);
  return page;
}

export function closeSmallWindow() {
  window.documentPictureInPicture?.window?.close();
}
