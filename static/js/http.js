/* Posting to our own server with Django's CSRF token. */

import { find, findTag } from "./dom.js";

/** A sentence to show: the server's own words, or why it could not be reached. */
export class Refused extends Error {}

/**
 * Posts fields as a form. Resolves with the parsed JSON answer, null when there is none.
 * @param {string} url
 * @param {Record<string, string>} fields
 * @returns {Promise<unknown>}
 * @throws {Refused} when the server answers with an error; TypeError when it cannot be reached
 */
export async function post(url, fields = {}) {
  const token = findTag("meta", '[name="csrf-token"]').content;
  const response = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    body: new URLSearchParams(fields),
  });
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  const answer = isJson ? await response.json() : null;
  // Somebody who was logged out is led to the login page: nothing was done.
  if (!response.ok || response.redirected) throw new Refused(answer?.error ?? "");
  return answer;
}

/**
 * The object that a view wrote with json_script.
 * @param {string} id
 * @returns {any}  the caller declares what its view wrote
 */
export function readJson(id) {
  return JSON.parse(find(`#${id}`).textContent ?? "");
}
