/** What each of the teacher's socket messages changes in the state.
 *
 * @typedef {import("./wire.js").TeacherState} TeacherState
 * @typedef {import("./wire.js").TileInfo} TileInfo
 * @typedef {import("./wire.js").TeacherMessage | import("./wire.js").RevealingMessage} Message
 */

/**
 * Appends or replaces by id or time, so that a message that comes twice changes nothing.
 * @template T
 * @param {T[]} list
 * @param {T} item
 * @param {keyof T} key
 */
function put(list, item, key) {
  return [...list.filter((one) => one[key] !== item[key]), item];
}

/**
 * The tiles after some of them changed: a new one takes its place by name, as in the full state.
 * @param {TileInfo[]} tiles
 * @param {TileInfo[]} changed
 */
function withChanged(tiles, changed) {
  const byId = new Map([...tiles, ...changed].map((tile) => [tile.id, tile]));
  /** @type {(one: TileInfo, other: TileInfo) => number} */
  const byName = (one, other) => one.name.localeCompare(other.name, undefined, { sensitivity: "accent" });
  return [...byId.values()].sort((one, other) => byName(one, other) || one.id - other.id);
}

/**
 * @param {TeacherState} state
 * @param {Message} message
 * @returns {Partial<TeacherState> | null}  null for a message that this page does not know
 */
function changesBy(state, message) {
  switch (message.type) {
    case "view": {
      const { now, view } = message;
      const moods = view.mood ? put(state.moods, view.mood, "at") : state.moods;
      return { lesson: { ...state.lesson, now }, view, moods };
    }
    case "tiles":
      return state.tiles ? { tiles: withChanged(state.tiles, message.tiles) } : {};
    case "lesson":
      return { lesson: message.lesson };
    case "markers":
      return { markers: message.markers };
    case "hint":
      return { hints: put(state.hints, message.hint, "id") };
    case "hint_dismissed":
      return { hints: state.hints.filter((hint) => hint.id !== message.id) };
    case "pulse":
      return { pulse: message.pulse };
    case "questions":
      return { questions: message.questions };
    default:
      return null;
  }
}

/**
 * The state after one message; null when a message in between was missed and the full state is needed.
 * @param {TeacherState | null} state
 * @param {TeacherState | Message} message
 * @returns {TeacherState | null}
 */
export function applied(state, message) {
  if (message.type === "state") return message;
  const changes = state && changesBy(state, message);
  if (!state || !changes) return state;
  const seq = ("seq" in message ? message.seq : null) ?? state.seq;
  if (seq > state.seq + 1) return null;
  if (seq < state.seq) return state;
  return { ...state, ...changes, seq };
}

/**
 * What may stay in memory while individual data is hidden.
 * @param {TeacherState} state
 * @returns {TeacherState}
 */
export function withoutIndividuals(state) {
  return { ...state, tiles: null, hints: state.hints.filter((hint) => hint.participant === null) };
}
