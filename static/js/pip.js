/* A small window that stays above all others: Document Picture-in-Picture, where the browser has it. */

const SIZE = { width: 340, height: 300 };

export const isSupported = "documentPictureInPicture" in window;

/**
 * Opens the window around a copy of a template. Only a click may ask for it.
 * @param {HTMLTemplateElement} template
 * @param {() => void} onclose
 * @returns {Promise<Document>}
 */
export async function openSmallWindow(template, onclose) {
  const small = await window.documentPictureInPicture.requestWindow(SIZE);
  const { document: page } = small;
  page.documentElement.lang = document.documentElement.lang;
  page.title = document.title;
  for (const shared of document.querySelectorAll('link[rel="stylesheet"], meta[name="color-scheme"]')) {
    const copy = shared.cloneNode();
    if (shared.href) copy.href = shared.href;
    page.head.append(copy);
  }
  page.body.append(template.content.cloneNode(true));
  small.addEventListener("pagehide", onclose);
  return page;
}

export function closeSmallWindow() {
  window.documentPictureInPicture?.window?.close();
}
