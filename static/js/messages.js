/* The teacher's socket messages, mirroring classroom/wire/messages.py, and what each changes in the state.
 *
 * @typedef {object} LessonInfo
 * @property {number} id
 * @property {string} title
 * @property {string} classroom
 * @property {string} started_at  ISO 8601, lesson time
 * @property {string} now
 * @property {boolean} open
 * @property {boolean} paused
 * @property {number} interval_ms
 * @property {number} capture_interval_ms
 * @property {number} speed  as asked for
 * @property {number} pace  as it is now
 * @property {boolean} is_simulation
 * @property {string} report_state
 *
 * @typedef {object} WordsInfo  the class in coarse words; null: not enough to say
 * @property {"most" | "half" | "few" | null} level
 * @property {("mostly" | "some" | "hardly")[] | null} expressions  in the order of `labels`
 *
 * @typedef {object} SharedInfo  exact figures of those who show their own results
 * @property {number} counted
 * @property {number} engaged
 * @property {number} drifting
 * @property {number} away
 * @property {number | null} engagement
 * @property {number | null} engagement_low
 * @property {number | null} engagement_high
 * @property {number[] | null} expression_shares  in the order of `labels`
 * @property {number | null} expression_spread
 *
 * @typedef {object} MoodInfo  one step of the ten-second grid
 * @property {string} at
 * @property {WordsInfo | null} words
 * @property {SharedInfo | null} shared
 *
 * @typedef {object} ClassView
 * @property {number} present
 * @property {number} left
 * @property {WordsInfo | null} words
 * @property {string | null} words_at  ISO 8601, lesson time
 * @property {SharedInfo | null} shared
 * @property {string | null} shared_at
 * @property {Record<string, number> | null} self_reports  null: too few are present
 * @property {MoodInfo | null} mood
 * @property {boolean} behind  the server is too busy to keep up
 * @property {string[]} signals  what the policy in force allows
 *
 * @typedef {object} ExpressionInfo
 * @property {string} label
 * @property {number} confidence
 * @property {boolean} uncertain
 *
 * @typedef {object} TileInfo
 * @property {number} id
 * @property {string} name
 * @property {boolean} is_trial
 * @property {"no_individual_data" | "measured"} kind
 * @property {string} [level]
 * @property {ExpressionInfo | null} [expression]
 * @property {number} [coverage]
 * @property {string | null} [self_report]
 *
 * @typedef {{id: number, at: string, label: string}} MarkerInfo
 * @typedef {{id: number, at: string, kind: string, text: string, participant: number | null}} HintInfo
 *
 * @typedef {object} TeacherState
 * @property {"state"} type
 * @property {number} seq
 * @property {LessonInfo} lesson
 * @property {string[]} labels
 * @property {ClassView} view
 * @property {MoodInfo[]} moods
 * @property {MarkerInfo[]} markers
 * @property {HintInfo[]} hints
 * @property {TileInfo[] | null} tiles
 *
 * @typedef {{type: "view", seq: number, now: string, view: ClassView}} ViewChanged
 * @typedef {{type: "tiles", tiles: TileInfo[]}} TilesChanged  only those that changed
 * @typedef {{type: "lesson", seq?: number, lesson: LessonInfo}} LessonChanged
 * @typedef {{type: "marker", seq: number, marker: MarkerInfo}} MarkerAdded
 * @typedef {{type: "hint", seq?: number, hint: HintInfo}} HintAdded
 * @typedef {{type: "hint_dismissed", seq: number, id: number}} HintDismissed
 * @typedef {ViewChanged | TilesChanged | LessonChanged | MarkerAdded | HintAdded | HintDismissed} TeacherMessage
 */

/** Appends or replaces by id or time, so that a message that comes twice changes nothing. */
function put(list, item, key) {
  return [...list.filter((one) => one[key] !== item[key]), item];
}

/** The tiles after some of them changed: a new one takes its place by name, as in the full state. */
function withChanged(tiles, changed) {
  const byId = new Map([...tiles, ...changed].map((tile) => [tile.id, tile]));
  const byName = (one, other) => one.name.localeCompare(other.name, undefined, { sensitivity: "accent" });
  return [...byId.values()].sort((one, other) => byName(one, other) || one.id - other.id);
}

/** @type {Record<string, (state: TeacherState, message: any) => Partial<TeacherState>>} */
const CHANGES = {
  view: (state, { now, view }) => ({
    lesson: { ...state.lesson, now },
    view,
    moods: view.mood ? put(state.moods, view.mood, "at") : state.moods,
  }),
  tiles: (state, { tiles }) => (state.tiles ? { tiles: withChanged(state.tiles, tiles) } : {}),
  lesson: (_, { lesson }) => ({ lesson }),
  marker: (state, { marker }) => ({ markers: put(state.markers, marker, "id") }),
  hint: (state, { hint }) => ({ hints: put(state.hints, hint, "id") }),
  hint_dismissed: (state, { id }) => ({ hints: state.hints.filter((hint) => hint.id !== id) }),
};

/**
 * The state after one message; null when a message in between was missed and the full state is needed.
 * @param {TeacherState | null} state
 * @param {TeacherState | TeacherMessage} message
 * @returns {TeacherState | null}
 */
export function applied(state, message) {
  if (message.type === "state") return message;
  const change = CHANGES[message.type];
  if (!state || !change) return state;
  const seq = message.seq ?? state.seq;
  if (seq > state.seq + 1) return null;
  if (seq < state.seq) return state;
  return { ...state, ...change(state, message), seq };
}

/**
 * What may stay in memory while individual data is hidden.
 * @param {TeacherState} state
 * @returns {TeacherState}
 */
export function withoutIndividuals(state) {
  return { ...state, tiles: null, hints: state.hints.filter((hint) => hint.participant === null) };
}
