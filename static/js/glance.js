/* The glance page: one sentence in a pop-up window, over a socket of its own. */

import { drawGlance } from "./glance_window.js";
import { readJson } from "./http.js";
import { applied } from "./messages.js";
import { AGE_EVERY_MS, aged } from "./sentence.js";
import { connect } from "./socket.js";
import { words } from "./words.js";

const page = readJson("page");
let state = null;
let receivedAt = 0;

function draw() {
  if (state) drawGlance(document, aged(state, performance.now() - receivedAt), page);
}

const connection = connect(page.socket, {
  onmessage(message) {
    const next = applied(state, message);
    if (!next) {
      connection.send({ type: "refresh" });
      return;
    }
    state = next;
    receivedAt = performance.now();
    draw();
  },
  onstate(name) {
    document.querySelector("[data-connection]").textContent = name === "open" ? "" : words.connection[name];
  },
});

setInterval(draw, AGE_EVERY_MS);
