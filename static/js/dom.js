/* Finds what the server rendered. An element that is missing is a fault of ours: it is named, not passed over. */

/**
 * The first element that a selector finds.
 * @param {string} selector
 * @param {ParentNode} root
 * @returns {HTMLElement}
 * @throws {Error} where there is none
 */
export function find(selector, root = document) {
  /** @type {HTMLElement | null} */
  const found = root.querySelector(selector);
  if (!found) throw new Error(`Nothing on this page is ${selector}`);
  return found;
}

/**
 * The first element of a kind, for what not every element has.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [which]  the rest of the selector
 * @param {ParentNode} root
 * @returns {HTMLElementTagNameMap[Tag]}
 * @throws {Error} where there is none
 */
export function findTag(tag, which = "", root = document) {
  return /** @type {HTMLElementTagNameMap[Tag]} */ (find(tag + which, root));
}

/**
 * @param {string} selector
 * @param {ParentNode} root
 * @returns {NodeListOf<HTMLElement>}
 */
export function findAll(selector, root = document) {
  return root.querySelectorAll(selector);
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [which]  the rest of the selector
 * @param {ParentNode} root
 * @returns {NodeListOf<HTMLElementTagNameMap[Tag]>}
 */
export function findAllTags(tag, which = "", root = document) {
  return root.querySelectorAll(tag + which);
}

/**
 * What of an event's path matches. Elements of the small window are no instances of this window's classes.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function closest({ target }, selector) {
  return /** @type {Partial<Element> | null} */ (target)?.closest?.(selector) ?? null;
}

/**
 * A copy of the one element that a template holds.
 * @param {HTMLTemplateElement} template
 */
export function copyOf({ content }) {
  return /** @type {HTMLElement} */ (content.firstElementChild?.cloneNode(true));
}
