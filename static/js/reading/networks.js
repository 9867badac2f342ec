/* Which networks which signals need: one that is not allowed is not even loaded. */

import { CannotRead } from "./cannot-read.js";
import { fetched, fetchedBytes } from "./fetched.js";
import { modelCard } from "./model-card.js";

/** @typedef {"finder" | "landmarks" | "blendshapes" | "expression"} Name */
/** @typedef {Awaited<ReturnType<import("./runtime.js").Runtime["network"]>>} LiteRtNetwork */
/** @typedef {import("./model-card.js").ModelCard} ModelCard */
/** @typedef {import("./values.js").Signal} Signal */

/**
 * @typedef {object} Addresses  of files of our own server, as `classroom.static_files.reader_addresses` gives them
 * @property {string} worker
 * @property {import("./runtime.js").Files} runtime
 * @property {Record<Name, string>} networks
 * @property {string} card  of the expression network
 */

/** @type {Record<Signal, readonly Name[]>} */
const NEEDED = {
  presence: ["finder"],
  attention: ["finder", "landmarks", "blendshapes"],
  expression: ["finder", "landmarks", "expression"],
};

/** @param {Iterable<Signal>} signals @returns {Set<Name>} */
export function neededFor(signals) {
  return new Set([...signals].flatMap((signal) => NEEDED[signal]));
}

/** The networks that are loaded. */
export class Networks {
  #runtime;
  #addresses;
  /** @type {Map<Name, LiteRtNetwork>} */
  #loaded = new Map();
  /** What stands beside the expression network; null where that may not be loaded. @type {ModelCard | null} */
  card = null;

  /** @param {import("./runtime.js").Runtime} runtime @param {Addresses} addresses */
  constructor(runtime, addresses) {
    this.#runtime = runtime;
    this.#addresses = addresses;
  }

  /** @param {Name} name @returns {LiteRtNetwork | null}  null: it is not loaded */
  get(name) {
    return this.#loaded.get(name) ?? null;
  }

  /**
   * Load what the signals need and is missing, and let go of the rest.
   * @param {Iterable<Signal>} signals
   * @throws {CannotRead}
   */
  async load(signals) {
    const needed = neededFor(signals);
    for (const [name, network] of this.#loaded) {
      if (needed.has(name)) continue;
      this.#loaded.delete(name);
      network.delete();
    }
    if (!needed.has("expression")) this.card = null;
    const missing = [...needed].filter((name) => !this.#loaded.has(name));
    await Promise.all(missing.map((name) => this.#loadOne(name)));
  }

  /** @param {Name} name */
  async #loadOne(name) {
    const [file, card] = await Promise.all([
      fetchedBytes(this.#addresses.networks[name]),
      name === "expression" ? fetchedCard(this.#addresses.card) : null,
    ]);
    if (card && card.sha256 !== (await digest(file))) throw new CannotRead("not_fitting", "card and network differ");
    this.#loaded.set(name, await this.#runtime.network(file));
    if (card) this.card = card;
  }
}

/** @param {string} address */
async function fetchedCard(address) {
  const answer = await fetched(address);
  try {
    return modelCard(await answer.json());
  } catch (error) {
    throw new CannotRead("not_fitting", `${address}: ${error}`);
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function digest(bytes) {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
