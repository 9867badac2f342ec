/* The reader as a page has it: in a worker, so that a hidden tab keeps its rate. */

import { CannotRead } from "./cannot-read.js";

/** @typedef {import("./reader.js").Answer} Answer */
/** @typedef {import("./reader.js").Request} Request */
/** @typedef {import("./values.js").Signal} Signal */

/**
 * Every call may throw CannotRead; after `out_of_memory` and `failed` nothing but `close` helps, and a new one.
 *
 * Example:
 *   const reader = await RemoteReader.open(page.reader, page.signals);
 *   const { analysis } = await reader.read(frame);
 */
export class RemoteReader {
  #worker;
  /** @type {{resolve: (answer: Answer) => void, reject: (error: CannotRead) => void}[]} */
  #waiting = [];
  /** @type {CannotRead | null} */
  #ended = null;
  /** The checksum of the network of expressions; null where none may be read. @type {string | null} */
  model = null;

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#take(data));
    // Only a script that does not come, or is none, ends here.
    worker.addEventListener("error", ({ message }) => this.#end(new CannotRead("not_fetched", message)));
  }

  /**
   * @param {import("./networks.js").Addresses} addresses
   * @param {Signal[]} signals  what policy and consent allow: no other network is fetched
   */
  static async open(addresses, signals) {
    const reader = new RemoteReader(new Worker(addresses.worker));
    try {
      reader.model = modelOf(await reader.#ask({ type: "open", addresses, signals }));
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** Policy or consent changed: what is not allowed any more is let go of. @param {Signal[]} signals */
  async allow(signals) {
    this.model = modelOf(await this.#ask({ type: "allow", signals }));
  }

  /**
   * @param {ImageBitmap | VideoFrame} frame  is handed over, and closed there
   * @returns {Promise<{analysis: import("./values.js").Analysis, ms: number}>}
   */
  async read(frame) {
    const answer = await this.#ask({ type: "read", frame }, [frame]);
    if (answer.type !== "analysis") throw new CannotRead("failed", answer.type);
    return answer;
  }

  /** The next frame is of another camera, or of another person. */
  async forget() {
    await this.#ask({ type: "forget" });
  }

  close() {
    this.#worker.terminate();
    this.#end(new CannotRead("failed", "the reader was closed"));
  }

  /** @param {Request} request @param {Transferable[]} [transfer] @returns {Promise<Answer>} */
  #ask(request, transfer = []) {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request, transfer);
    });
  }

  /** @param {Answer} answer */
  #take(answer) {
    const asked = this.#waiting.shift();
    if (answer.type === "failed") asked?.reject(new CannotRead(answer.reason, answer.detail));
    else asked?.resolve(answer);
  }

  /** @param {CannotRead} error */
  #end(error) {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** @param {Answer} answer */
function modelOf(answer) {
  return answer.type === "ready" ? answer.model : null;
}
