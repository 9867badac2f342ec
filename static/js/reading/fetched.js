/* Files of our own server, for a worker that may ask no other. */

import { CannotRead } from "./cannot-read.js";

/**
 * @param {string} address
 * @returns {Promise<Response>}
 * @throws {CannotRead}  not_fetched
 */
export async function fetched(address) {
  const answer = await fetch(address).catch((error) => {
    throw new CannotRead("not_fetched", `${address}: ${error}`);
  });
  if (!answer.ok) throw new CannotRead("not_fetched", `${address}: ${answer.status}`);
  return answer;
}

/** @param {string} address  @throws {CannotRead}  not_fetched */
export async function fetchedBytes(address) {
  const answer = await fetched(address);
  const bytes = await answer.arrayBuffer().catch((error) => {
    throw new CannotRead("not_fetched", `${address}: ${error}`);
  });
  return new Uint8Array(bytes);
}
