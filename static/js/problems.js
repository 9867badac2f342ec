/* Shows the words for one problem out of templates/student/partials/problems.html, or for none. */

import { find, findAll } from "./dom.js";
import { isPhone } from "./student-state.js";

/**
 * @param {ParentNode} root
 * @param {string | null} problem
 */
export function showProblem(root, problem) {
  find("[data-problems]", root).hidden = problem === null;
  for (const words of findAll("[data-problem]", root)) words.hidden = words.dataset.problem !== problem;
}

/**
 * What a phone cannot do is said on phones, and what a computer does not need to know, nowhere.
 * @param {ParentNode} root
 */
export function sayWhatHolds(root) {
  const device = isPhone(navigator) ? "phone" : "computer";
  for (const words of findAll("[data-on]", root)) words.hidden = words.dataset.on !== device;
}
