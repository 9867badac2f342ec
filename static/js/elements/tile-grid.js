/* <tile-grid>: one tile a participant, in the order of arrival until the teacher asks for another.
 *
 * Everybody without individual data has the same tile, whatever the reason. One tile is in the tab order;
 * the arrow keys move on. The tile in focus or under the pointer is read out in full under the toolbar.
 */

import { closest, copyOf, find, findAll, findTag } from "../dom.js";
import { count, expressionPhrase, say, words } from "../words.js";

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
function measured(tile, { attention, expression }) {
  if (tile.kind === "no_individual_data") return [say("no_individual_data")];
  const parts = [];
  if (attention !== undefined) parts.push(words.levels[tile.level ?? "unknown"]);
  if (expression !== undefined) parts.push(expressionPhrase(tile.expression));
  if (tile.coverage !== undefined) parts.push(say("coverage", { percent: Math.round(tile.coverage * 100) }));
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
    const list = this.#list;
    this.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("keydown", (event) => this.#moved(event));
    list.addEventListener("focusin", (event) => this.#focused(closest(event, ".tile")));
    list.addEventListener("pointerover", (event) => this.#describe(closest(event, ".tile")));
  }

  get #list() {
    return find("ul", this);
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
    const list = this.#list;
    const focused = findAll(":focus", list)[0]?.dataset.id;
    list.dataset.density = DENSITIES.find(({ limit }) => this.#tiles.length <= limit)?.name ?? DENSEST;
    const ordered = this.#order.flatMap((id) => byId.get(id) ?? []);
    list.replaceChildren(...ordered.map((tile) => this.#item(tile)));
    find("[data-total]", this).textContent = count("tiles", this.#tiles.length);
    this.#describe();
    const current = findAll(`[data-id="${focused}"]`, list)[0] ?? findAll(".tile", list)[0];
    if (current) current.tabIndex = 0;
    if (focused && current) current.focus();
  }

  /** @param {TileInfo} tile */
  #item(tile) {
    const item = copyOf(findTag("template", "", this));
    const button = find(".tile", item);
    button.dataset.id = String(tile.id);
    find("[data-name]", item).textContent = tile.name;
    find("[data-trial]", item).hidden = !tile.is_trial;
    const level = find(".level", item);
    const isMeasured = tile.kind === "measured";
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
    const tiles = [...findAll(".tile", this.#list)];
    const columns = tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length;
    /** @type {Record<string, number>} */
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const tile = closest(event, ".tile");
    const here = tile ? tiles.indexOf(tile) : -1;
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
    for (const other of findAll('[tabindex="0"]', this.#list)) other.tabIndex = -1;
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
