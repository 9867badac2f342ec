/* A button that prints the page; without scripts it is not there. */

import { findAll } from "./dom.js";

for (const button of findAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
