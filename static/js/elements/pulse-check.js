/* <pulse-check>: the class was asked "With me?": that it is open, or what was answered, or why that is not told. */

import { find, findAll, findTag } from "../dom.js";
import { duration } from "../times.js";
import { count, say } from "../words.js";

/** @typedef {import("../wire.js").PulseInfo} PulseInfo */

const ANSWERS = /** @type {const} */ (["yes", "partly", "no"]);

/** @param {PulseInfo} pulse @param {number} started  milliseconds since 1970 */
function saidOf({ open, told, by_lesson, at }, started) {
  if (open) return say("pulse_open");
  if (!told) return say("pulse_withheld");
  const answered = ANSWERS.reduce((sum, answer) => sum + told[answer], 0);
  const time = duration(Date.parse(at) - started);
  const asked = say(by_lesson ? "pulse_asked_by_lesson" : "pulse_asked_at", { time });
  return [count(`pulse_${told.of}`, told.asked, { answered }), asked].join(" · ");
}

export class PulseCheck extends HTMLElement {
  /** @param {import("../wire.js").TeacherState} state */
  update({ pulse, lesson, view }) {
    const isNobodyHere = lesson.open && view.present === 0;
    const button = findTag("button", "#pulse-ask");
    button.disabled = !lesson.open || Boolean(pulse?.open);
    // Not "disabled": with the focus on it a screen reader says why it does nothing.
    for (const [name, value] of [
      ["aria-disabled", "true"],
      ["aria-describedby", "pulse-nobody"],
    ]) {
      if (isNobodyHere) button.setAttribute(name, value);
      else button.removeAttribute(name);
    }
    find("#pulse-nobody").hidden = !isNobodyHere;
    find("[data-none]", this).hidden = pulse !== null || isNobodyHere;
    const said = pulse ? saidOf(pulse, Date.parse(lesson.started_at)) : "";
    const line = find("[data-said]", this);
    if (line.textContent !== said) line.textContent = said;
    find("ul", this).hidden = !pulse?.told;
    if (pulse?.told) this.#draw(pulse.told);
  }

  /** @param {import("../wire.js").PulseTold} told */
  #draw(told) {
    for (const row of findAll("[data-answer]", this)) {
      const n = told[/** @type {typeof ANSWERS[number]} */ (row.dataset.answer)];
      find("[data-value]", row).textContent = String(n);
      find(".meter", row).style.setProperty("--share", String(told.asked ? n / told.asked : 0));
    }
  }
}

customElements.define("pulse-check", PulseCheck);
