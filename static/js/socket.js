/* A WebSocket that comes back by itself. */

const FIRST_DELAY_MS = 250;
// Two in a row are less than the five seconds in which everybody is to be back.
const LONGEST_DELAY_MS = 2000;
// A handshake that nobody answers has no end of its own.
const LONGEST_HANDSHAKE_MS = 10_000;
const REFUSALS_BEFORE_ASKING = 2;
/** With which code the server closes for good: too large, withdrawn, no right any more, lesson over, replaced. */
export const CLOSED = { tooLarge: 1009, withdrawn: 4001, rightsLost: 4003, ended: 4004, replaced: 4008 };
const ENDED_FOR_GOOD = new Set(Object.values(CLOSED));

/**
 * @typedef {"connecting" | "open" | "reconnecting" | "closed"} ConnectionState
 *
 * @typedef {object} Handlers
 * @property {(message: any) => void} onmessage  one parsed JSON message, which each page declares
 * @property {(state: ConnectionState) => void} [onstate]  called on each change
 * @property {() => boolean} [maySendPictures]  where it says no, nothing but text leaves
 * @property {(event: CloseEvent) => void} [onrefused]  the handshake failed again and again, or the server ended
 *   the connection for good: ask over HTTP what happened. Handshakes go on being tried unless close() is called.
 *
 * @typedef {object} Connection
 * @property {(data: import("./wire.js").ClientRequest | ArrayBuffer) => boolean} send  false when nothing could be sent
 * @property {() => void} close  for good
 * @property {() => void} hurry  while reconnecting, try again at once
 * @property {number} bufferedAmount  bytes that still wait in the browser
 * @property {ConnectionState} state
 */

/**
 * Doubles up to the longest delay, jittered so that a class does not come back in one instant.
 * @param {number} attempt
 */
function delayBefore(attempt) {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest * (0.5 + Math.random() / 2);
}

/** @param {string} path */
function address(path) {
  return Object.assign(new URL(path, location.href), { protocol: location.protocol === "https:" ? "wss:" : "ws:" });
}

/**
 * @param {string | (() => string)} path  of our own host, e.g. "/ws/lessons/1/teacher/"; asked anew each time
 * @param {Handlers} handlers
 * @returns {Connection}
 */
export function connect(path, { onmessage, onstate = () => {}, onrefused = () => {}, maySendPictures = () => false }) {
  /** @type {WebSocket} */
  let socket;
  /** @type {ConnectionState} */
  let state = "connecting";
  let attempt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;

  /** @param {ConnectionState} next */
  function change(next) {
    if (state === next) return;
    state = next;
    onstate(next);
  }

  function open() {
    clearTimeout(timer);
    let wasOpen = false;
    socket = new WebSocket(address(typeof path === "string" ? path : path()));
    clearTimeout(patience);
    patience = setTimeout(() => socket.readyState === WebSocket.CONNECTING && socket.close(), LONGEST_HANDSHAKE_MS);
    socket.addEventListener("open", () => {
      wasOpen = true;
      attempt = 0;
      change("open");
    });
    socket.addEventListener("message", (event) => onmessage(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => lost(event, wasOpen));
  }

  /** @param {CloseEvent} event @param {boolean} wasOpen */
  function lost(event, wasOpen) {
    if (state === "closed") return;
    if (ENDED_FOR_GOOD.has(event.code)) {
      close();
      onrefused(event);
      return;
    }
    change("reconnecting");
    timer = setTimeout(open, delayBefore(attempt));
    attempt += 1;
    if (!wasOpen && attempt === REFUSALS_BEFORE_ASKING) onrefused(event);
  }

  function hurry() {
    if (state !== "reconnecting" || socket.readyState !== WebSocket.CLOSED) return;
    attempt = 0;
    open();
  }

  /** @type {Connection["send"]} */
  function send(data) {
    if (socket.readyState !== WebSocket.OPEN) return false;
    if (data instanceof ArrayBuffer && !maySendPictures()) return false;
    socket.send(data instanceof ArrayBuffer ? data : JSON.stringify(data));
    return true;
  }

  function close() {
    change("closed");
    clearTimeout(timer);
    clearTimeout(patience);
    window.removeEventListener("online", hurry);
    socket.close();
  }

  window.addEventListener("online", hurry);
  onstate(state);
  open();
  return {
    send,
    close,
    hurry,
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    get state() {
      return state;
    },
  };
}
