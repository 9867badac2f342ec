/* For a teacher who looks elsewhere: how many are lost in the tab's title, and, where asked for, a sound and a
 * notification when the page is given the remark that several are. No more is told than the page shows.
 */

import { announce } from "./actions.js";
import { findAll } from "./dom.js";
import { count, hintPhrase, say } from "./words.js";

const KIND = "several_lost";
const TONES_HZ = [660, 880];
const TONE_S = 0.18;
const LOUDNESS = 0.15;
const title = document.title;

/** @typedef {"sound" | "notification"} Alert */

/** @param {string | undefined} name @returns {boolean} */
const isOn = (name) => localStorage.getItem(`alert-${name}`) === "on";

function sound() {
  const context = new AudioContext();
  for (const [index, frequency] of TONES_HZ.entries()) {
    const at = context.currentTime + index * TONE_S;
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(new GainNode(context, { gain: LOUDNESS })).connect(context.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
    if (index + 1 === TONES_HZ.length) tone.onended = () => context.close();
  }
}

/** @param {string} text */
function notify(text) {
  if (window.Notification?.permission === "granted") new Notification(title, { body: text, tag: KIND });
}

async function mayNotify() {
  return Boolean(window.Notification) && (await Notification.requestPermission()) === "granted";
}

export class Alerts {
  /** @type {Set<number> | null} */
  #known = null;

  constructor() {
    for (const button of findAll("[data-alert]")) {
      button.setAttribute("aria-pressed", String(isOn(button.dataset.alert)));
      button.addEventListener("click", () => this.#switch(button));
    }
  }

  /** @param {import("./wire.js").TeacherState} state */
  update({ hints, lesson, view }) {
    const lost = lesson.open ? (view.self_reports?.lost ?? 0) : 0;
    const shown = lost ? `${count("title_lost", lost)} ${title}` : title;
    if (document.title !== shown) document.title = shown;
    const remarks = hints.filter(({ kind }) => kind === KIND);
    const news = remarks.find(({ id }) => this.#known && !this.#known.has(id));
    this.#known = new Set([...(this.#known ?? []), ...remarks.map(({ id }) => id)]);
    if (!news) return;
    if (isOn("sound")) sound();
    if (isOn("notification")) notify(hintPhrase(news));
  }

  /** The browser is asked for its permission on a click alone. @param {HTMLElement} button */
  async #switch(button) {
    const name = button.dataset.alert;
    const on = !isOn(name);
    if (on && name === "notification" && !(await mayNotify())) {
      announce(say("alert_blocked"));
      return;
    }
    localStorage.setItem(`alert-${name}`, on ? "on" : "off");
    button.setAttribute("aria-pressed", String(on));
    if (on && name === "sound") sound();
    announce(say(on ? "alert_on" : "alert_off"));
  }
}
