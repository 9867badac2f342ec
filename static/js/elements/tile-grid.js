/* <tile-grid>: one tile a participant, in the order of arrival until the teacher asks for another.
 *
 * Everybody without individual data has the same tile, whatever the reason. One tile is in the tab order;
 * the arrow keys move on. The tile in focus or under the pointer is read out in full under the toolbar.
 */

import { count, expressionPhrase, say, words } from "../words.js";

/** Upper limits of participants for each density of the grid. */
const DENSITIES = [
  { limit: 15, name: "large" },
  { limit: 45, name: "medium" },
  { limit: 110, name: "small" },
  { limit: Infinity, name: "dense" },
];
const LEVEL_ORDER = ["away", "drifting", "engaged", "unknown", undefined];
const byName = (a, b) => a.name.localeCompare(b.name, document.documentElement.lang);
const SORTS = {
  name: byName,
  level: (a, b) => LEVEL_ORDER.indexOf(a.level) - LEVEL_ORDER.indexOf(b.level) || byName(a, b),
};

/** @typedef {import("../messages.js").TileInfo} TileInfo */

/** Of attention and expression only what the policy allows: what nobody may read is not "unknown".
 * @param {TileInfo} tile
 * @param {DOMStringMap} allowed
 */
function measured(tile, { attention, expression }) {
  if (tile.kind === "no_individual_data") return [say("no_individual_data")];
  const parts = [];
  if (attention !== undefined) parts.push(words.levels[tile.level]);
  if (expression !== undefined) parts.push(expressionPhrase(tile.expression));
  if (tile.coverage !== undefined) parts.push(say("coverage", { percent: Math.round(tile.coverage * 100) }));
  if (tile.self_report) parts.push(say("says", { kind: words.self_reports[tile.self_report] }));
  return parts;
}

/** @param {string} text */
function line(text) {
  return Object.assign(document.createElement("span"), { textContent: text });
}

class TileGrid extends HTMLElement {
  /** @type {TileInfo[]} */
  #tiles = [];
  /** @type {number[]} */
  #order = [];
  #described = 0;

  connectedCallback() {
    this.list = this.querySelector("ul");
    this.addEventListener("click", (event) => this.#clicked(event));
    this.list.addEventListener("keydown", (event) => this.#moved(event));
    this.list.addEventListener("focusin", (event) => this.#focused(event.target));
    this.list.addEventListener("pointerover", (event) => this.#describe(event.target.closest(".tile")));
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
    const focused = this.list.querySelector(":focus")?.dataset.id;
    this.list.dataset.density = DENSITIES.find(({ limit }) => this.#tiles.length <= limit).name;
    this.list.replaceChildren(...this.#order.map((id) => this.#item(byId.get(id))));
    this.querySelector("[data-total]").textContent = count("tiles", this.#tiles.length);
    this.#describe();
    const current = this.list.querySelector(`[data-id="${focused}"]`) ?? this.list.querySelector(".tile");
    if (current) current.tabIndex = 0;
    if (focused && current) current.focus();
  }

  /** @param {TileInfo} tile */
  #item(tile) {
    const item = this.querySelector("template").content.firstElementChild.cloneNode(true);
    const button = item.querySelector(".tile");
    button.dataset.id = tile.id;
    item.querySelector("[data-name]").textContent = tile.name;
    item.querySelector("[data-trial]").hidden = !tile.is_trial;
    const level = item.querySelector(".level");
    const isMeasured = tile.kind === "measured";
    const hasLevel = isMeasured && this.dataset.attention !== undefined;
    const [first, ...others] = measured(tile, this.dataset);
    button.classList.toggle("is-measured", isMeasured);
    if (hasLevel) button.dataset.level = level.dataset.level = tile.level;
    level.textContent = first ?? "";
    level.classList.toggle("level", hasLevel);
    item.querySelector("[data-details]").append(...others.map(line));
    return item;
  }

  #clicked(event) {
    const compare = SORTS[event.target.closest("[data-sort]")?.dataset.sort];
    if (!compare) return;
    this.#order = [...this.#tiles].sort(compare).map((tile) => tile.id);
    this.#draw();
  }

  #moved(event) {
    const tiles = [...this.list.querySelectorAll(".tile")];
    const columns = tiles.filter((tile) => tile.offsetTop === tiles[0]?.offsetTop).length;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const here = tiles.indexOf(event.target);
    const ends = { Home: 0, End: tiles.length - 1 };
    const next = tiles[ends[event.key] ?? here + steps[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  #focused(tile) {
    for (const other of this.list.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    tile.tabIndex = 0;
    this.#describe(tile);
  }

  /** @param {HTMLElement | null} [element]  a tile; without one, whoever was described last */
  #describe(element) {
    if (element) this.#described = Number(element.dataset.id);
    const tile = this.#tiles.find(({ id }) => id === this.#described);
    const detail = this.querySelector("[data-detail]");
    if (!tile) detail.textContent = say("tile_help");
    else
      detail.textContent = [tile.name, ...(tile.is_trial ? [say("trial")] : []), ...measured(tile, this.dataset)].join(
        " · ",
      );
  }
}

customElements.define("tile-grid", TileGrid);
