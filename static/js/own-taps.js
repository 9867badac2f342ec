/* How it goes and the pace, as the student tapped them last: shown at once, taken back where the server refuses. */

import { closest } from "./dom.js";
import { post, Refused } from "./http.js";
import * as view from "./student-view.js";

/** @typedef {import("./student-state.js").PageState} PageState */
/** @typedef {Partial<Pick<PageState, "selfReport" | "pace">>} Tapped */
/** @typedef {import("./wire.js").SelfReportRequest} SelfReportRequest */

export class OwnTaps {
  /** Whether the server has told of the seat over the connection that there is now. */
  #isSeated = false;
  /** What was tapped before that: the server may have looked before the tap came in.
   * @type {Tapped} */
  #before = {};

  /**
   * @param {HTMLElement} page
   * @param {PageState} state
   * @param {(changes: Partial<PageState>) => void} change
   * @param {(request: SelfReportRequest) => boolean} send
   * @param {string} failed  what is said where neither way is open
   */
  constructor(page, state, change, send, failed) {
    this.page = page;
    this.state = state;
    this.change = change;
    this.send = send;
    this.failed = failed;
  }

  /** @param {boolean} isOpen */
  connection(isOpen) {
    this.#isSeated &&= isOpen;
  }

  /** @returns {Tapped} what counts in spite of what the server tells */
  seated() {
    const before = this.#before;
    this.#isSeated = true;
    this.#before = {};
    return before;
  }

  /** @param {SubmitEvent} event */
  async tap(event) {
    if (!closest(event, "form")?.matches("[data-self-report]")) return;
    event.preventDefault();
    const { value, dataset } = /** @type {HTMLButtonElement} */ (event.submitter);
    const kind = /** @type {SelfReportRequest["kind"]} */ (value);
    const { selfReport, pace } = this.state;
    const tapped = dataset.pace === undefined ? { selfReport: kind } : { pace: kind };
    if (!this.#isSeated) this.#before = { ...this.#before, ...tapped };
    this.change(tapped);
    try {
      if (!this.send({ type: "self_report", kind })) await post(this.page.dataset.selfReportUrl ?? "", { kind });
      view.drawTapSent(this.page, new Date());
    } catch (error) {
      this.#before = {};
      this.change({ selfReport, pace });
      this.refuse(error instanceof Refused && error.message ? error.message : this.failed);
    }
  }

  /** @param {string} sentence */
  refuse(sentence) {
    view.drawTapFailed(this.page, sentence);
  }
}
