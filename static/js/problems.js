/* Shows the words for one problem out of templates/student/partials/problems.html, or for none. */

import { find, findAll } from "./dom.js";

/**
 * @param {ParentNode} root
 * @param {string | null} problem
 */
export function showProblem(root, problem) {
  find("[data-problems]", root).hidden = problem === null;
  for (const words of findAll("[data-problem]", root)) words.hidden = words.dataset.problem !== problem;
}
