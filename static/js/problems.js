/* Shows the words for one problem out of templates/student/partials/problems.html, or for none. */

/**
 * @param {ParentNode} root
 * @param {string | null} problem
 */
export function showProblem(root, problem) {
  root.querySelector("[data-problems]").hidden = problem === null;
  for (const words of root.querySelectorAll("[data-problem]")) words.hidden = words.dataset.problem !== problem;
}
