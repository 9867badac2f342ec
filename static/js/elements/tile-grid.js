/* <tile-grid>: one tile a participant, in the order of arrival until the teacher asks for another: those who are
 * here, and apart from them those who have left.
 *
 * Everybody without individual data has the same tile, whatever the reason. One tile is in the tab order;
 * the arrow keys move on. The tile in focus or under the pointer is read out in full under the toolbar.
 */

import { closest, copyOf, find, findAll, findTag } from "../dom.js";
import { expressionPhrase, percent, say, words } from "../words.js";

/** Upper limits of participants for each density of the grid. */
const DENSITIES = [
  { limit: 15, name: "large" },
  { limit: 45, name: "medium" },
  { limit: 110, name: "small" },
];
const DENSEST = "dense";
const LEVEL_ORDER = ["away", "drifting", "engaged", "unknown", undefined];

/** @typedef {import("../wire.js").TileInfo} TileInfo */

/** @type {(a: TileInfo, b: TileInfo) => number} */
const byName = (a, b) => a.name.localeCompare(b.name, document.documentElement.lang);
/** @type {Record<string, typeof byName>} */
const SORTS = {
  name: byName,
  level: (a, b) => LEVEL_ORDER.indexOf(a.level) - LEVEL_ORDER.indexOf(b.level) || byName(a, b),
};

/** Of attention and expression only what the policy allows: what nobody may read is not "unknown".
 * @param {TileInfo} tile
 * @param {DOMStringMap} allowed
 */
function measured(tile, { camera, attention, expression }) {
  if (!tile.here) return [say("has_left")];
  if (tile.kind === "no_individual_data") return [say(camera === undefined ? "here_now" : "no_individual_data")];
  const parts = [];
  if (attention === undefined) parts.push(say(tile.seen ? "seen_now" : "not_seen_now"));
  else parts.push(words.levels[tile.level ?? "unknown"]);
  if (expression !== undefined) parts.push(expressionPhrase(tile.expression));
  if (tile.coverage !== undefined) parts.push(say("coverage", { share: percent(tile.coverage) }));
  for (const kind of [tile.self_report, tile.pace]) {
    if (kind) parts.push(say("says", { kind: words.self_reports[kind] }));
  }
  if (tile.answer) parts.push(say("answered", { kind: words.pulse_answers[tile.answer] }));
  return parts;
}

/** @param {string} text */
function line(text) {
  return Object.assign(document.createElement("span"), { textContent: text });
}

export class TileGrid extends HTMLElement {
  /** @type {TileInfo[]} */
  #tiles = [];
  /** @type {number[]} */
  #order = [];
  #described = 0;

  connectedCallback() {
    this.addEventListener("click", (event) => this.#clicked(event));
    this.addEventListener("keydown", (event) => this.#moved(event));
    this.addEventListener("focusin", (event) => this.#focused(closest(event, ".tile")));
    this.addEventListener("pointerover", (event) => this.#describe(closest(event, ".tile")));
  }

  get #shown() {
    return [...findAll(".tile", this)];
  }

  /** @param {TileInfo[] | null} tiles  null removes every trace */
  update(tiles) {
    if (tiles === this.#tiles) return;
    this.#tiles = tiles ?? [];
    const known = new Set(this.#tiles.map((tile) => tile.id));
    this.#order = this.#order.filter((id) => known.has(id));
    const placed = new Set(this.#order);
    this.#order.push(...this.#tiles.map((tile) => tile.id).filter((id) => !placed.has(id)));
    this.#draw();
  }

  #draw() {
    const byId = new Map(this.#tiles.map((tile) => [tile.id, tile]));
    const focused = findAll(".tile:focus", this)[0]?.dataset.id;
    const ordered = this.#order.flatMap((id) => byId.get(id) ?? []);
    this.#drawGroup(
      "here",
      ordered.filter((tile) => tile.here),
    );
    this.#drawGroup(
      "left",
      ordered.filter((tile) => !tile.here),
    );
    this.#describe();
    const current = findAll(`[data-id="${focused}"]`, this)[0] ?? this.#shown[0];
    if (current) current.tabIndex = 0;
    if (focused && current) current.focus();
  }

  /** @param {"here" | "left"} name @param {TileInfo[]} tiles */
  #drawGroup(name, tiles) {
    const group = find(`[data-group="${name}"]`, this);
    group.hidden = name === "left" && tiles.length === 0;
    find("[data-total]", group).textContent = String(tiles.length);
    const list = find("ul", group);
    list.dataset.density = DENSITIES.find(({ limit }) => this.#tiles.length <= limit)?.name ?? DENSEST;
    list.replaceChildren(...tiles.map((tile) => this.#item(tile)));
  }

  /** @param {TileInfo} tile */
  #item(tile) {
    const item = copyOf(findTag("template", "", this));
    const button = find(".tile", item);
    button.dataset.id = String(tile.id);
    find("[data-name]", item).textContent = tile.name;
    find("[data-trial]", item).hidden = !tile.is_trial;
    const level = find(".level", item);
    const isMeasured = tile.here && tile.kind === "measured";
    const hasLevel = isMeasured && this.dataset.attention !== undefined;
    const [first, ...others] = measured(tile, this.dataset);
    button.classList.toggle("is-measured", isMeasured);
    if (hasLevel) button.dataset.level = level.dataset.level = tile.level;
    level.textContent = first ?? "";
    level.classList.toggle("level", hasLevel);
    find("[data-details]", item).append(...others.map(line));
    return item;
  }

  /** @param {Event} event */
  #clicked(event) {
    const compare = SORTS[closest(event, "[data-sort]")?.dataset.sort ?? ""];
    if (!compare) return;
    this.#order = [...this.#tiles].sort(compare).map((tile) => tile.id);
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #moved(event) {
    const tiles = this.#shown;
    const columns = tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length;
    const ahead = document.documentElement.dir === "rtl" ? -1 : 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: ahead, ArrowLeft: -ahead, ArrowDown: columns, ArrowUp: -columns };
    const tile = closest(event, ".tile");
    if (!tile) return;
    const here = tiles.indexOf(tile);
    /** @type {Record<string, number>} */
    const ends = { Home: 0, End: tiles.length - 1 };
    const next = tiles[ends[event.key] ?? here + steps[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** @param {HTMLElement | null} tile */
  #focused(tile) {
    if (!tile) return;
    for (const other of findAll('.tile[tabindex="0"]', this)) other.tabIndex = -1;
    tile.tabIndex = 0;
    this.#describe(tile);
  }

  /** @param {HTMLElement | null} [element]  a tile; without one, whoever was described last */
  #describe(element) {
    if (element) this.#described = Number(element.dataset.id);
    const tile = this.#tiles.find(({ id }) => id === this.#described);
    find("[data-detail]", this).textContent = tile ? this.#inFull(tile) : say("tile_help");
  }

  /** @param {TileInfo} tile */
  #inFull(tile) {
    return [tile.name, ...(tile.is_trial ? [say("trial")] : []), ...measured(tile, this.dataset)].join(" · ");
  }
}

customElements.define("tile-grid", TileGrid);
