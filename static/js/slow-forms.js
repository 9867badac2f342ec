/* A form with data-busy is answered slowly: once sent, its buttons say so, and a second press sends nothing. */

import { findAllTags } from "./dom.js";

/** What the buttons said of each form that is on its way. @type {Map<HTMLFormElement, Map<Element, string>>} */
const sent = new Map();

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function saySent(form, submitter) {
  const words = form.dataset.busy ?? "";
  const buttons = [...findAllTags("button", '[type="submit"]', form)];
  sent.set(form, new Map(buttons.map((button) => [button, button.textContent])));
  // Not `disabled`: a button that is keeps no focus, and its value would not be sent.
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  // Enter in a field may have pressed a hidden one.
  const pressed = submitter?.hidden === false ? submitter : buttons.at(-1);
  if (pressed) pressed.textContent = words;
  spoken(form).textContent = words;
}

/** @param {HTMLFormElement} form */
function takeBack(form) {
  for (const [button, words] of sent.get(form) ?? []) {
    button.removeAttribute("aria-disabled");
    button.textContent = words;
  }
  spoken(form).textContent = "";
  sent.delete(form);
}

/**
 * What is read out: it has to be there, empty, before it says anything.
 * @param {HTMLFormElement} form
 * @returns {Element}
 */
function spoken(form) {
  const there = form.querySelector("[data-busy-spoken]");
  if (there) return there;
  const made = document.createElement("span");
  made.className = "visually-hidden";
  made.dataset.busySpoken = "";
  made.setAttribute("role", "status");
  form.append(made);
  return made;
}

for (const form of findAllTags("form", "[data-busy]")) {
  spoken(form);
  form.addEventListener("submit", (event) => {
    if (sent.has(form)) event.preventDefault();
    else saySent(form, event.submitter);
  });
}

// Who goes back may find the page as it was left.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of [...sent.keys()]) takeBack(form);
});
