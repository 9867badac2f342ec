/* The glance page: one sentence in a pop-up window, over a socket of its own. */

import { find } from "./dom.js";
import { drawGlance, GLANCE_EVERY_MS } from "./glance_window.js";
import { readJson } from "./http.js";
import { applied } from "./messages.js";
import { aged } from "./sentence.js";
import { connect } from "./socket.js";
import { words } from "./words.js";

/** @type {import("./sentence.js").Page & {socket: string}} */
const page = readJson("page");
/** @type {import("./wire.js").TeacherState | null} */
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
    find("[data-connection]").textContent = name === "open" ? "" : words.connection[name];
  },
});

setInterval(draw, GLANCE_EVERY_MS);
