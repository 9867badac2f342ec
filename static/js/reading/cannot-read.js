/* Why a browser cannot read its camera's pictures, and what its user can do about it. */

/**
 * @typedef {keyof typeof WORDS} Reason
 *
 * - no_simd: WebAssembly, or its SIMD instructions, are missing
 * - no_canvas: no OffscreenCanvas in a worker
 * - out_of_memory: the device gave no more
 * - not_fetched: a file did not come; `detail` is its address
 * - not_fitting: the expression network and its card are not of this program's version, or not of one export
 * - nothing_allowed: no signal may be read
 * - failed: anything else; `detail` is what the browser says
 */
const WORDS = {
  no_simd:
    "This browser is too old to read pictures itself. Update it, or use a current Chrome, Edge, Firefox or Safari.",
  no_canvas:
    "This browser cannot look at pictures in the background. Update it, or use a current Chrome, Edge, Firefox or Safari.",
  out_of_memory: "This device ran out of memory. Close other tabs and programs, then reload this page.",
  not_fetched: "A file that reads pictures could not be loaded. Check your connection, then reload this page.",
  not_fitting:
    "The files that read pictures do not match each other. Reload this page; if that does not help, tell your teacher.",
  nothing_allowed: "Nothing may be read from your camera.",
  failed: "Reading pictures failed in this browser. Reload this page; if that does not help, use another browser.",
};

/** Anticipated: `reason` says which of the above, `detail` is for whoever looks into it, without anything of a picture. */
export class CannotRead extends Error {
  /** @param {Reason} reason @param {string} [detail] */
  constructor(reason, detail = "") {
    super(detail ? `${reason}: ${detail}` : reason);
    this.reason = reason;
    this.detail = detail;
  }

  /**
   * Any error as one of these: what browsers throw when memory ends has many names.
   * @param {unknown} error
   */
  static from(error) {
    if (error instanceof CannotRead) return error;
    const detail = String(error);
    return new CannotRead(
      error instanceof RangeError || /memory|OOM/i.test(detail) ? "out_of_memory" : "failed",
      detail,
    );
  }
}

/** What the student is told. @param {Reason} reason */
export function told(reason) {
  return WORDS[reason];
}
