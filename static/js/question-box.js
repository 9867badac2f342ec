/* Questions to the teacher on the student's page: those of the class with votes, the own ones with what became of them. */

import { closest, copyOf, find, findTag } from "./dom.js";

/** @typedef {import("./wire.js").QuestionInfo} QuestionInfo */
/** @typedef {Record<string, string>} States  what is said of a question, by its state; and `own` */
/** @typedef {{question_states: States, question_sent: string, question_held: string}} Words */

export class QuestionBox {
  /** @type {QuestionInfo[]} */
  #questions = [];
  /** @type {Map<number, QuestionInfo>} */
  #own = new Map();
  /** @type {Set<number>} */
  #voted = new Set();
  /** @type {number | null} */
  #lastVote = null;

  /**
   * @param {HTMLElement} box
   * @param {Words} words
   * @param {(request: import("./wire.js").QuestionRequest | import("./wire.js").VoteRequest) => boolean} send
   * @param {() => void} onlost  nothing could be sent
   */
  constructor(box, words, send, onlost) {
    this.box = box;
    this.words = words;
    this.send = send;
    this.onlost = onlost;
    find("ul", box).addEventListener("click", (event) => this.#vote(event));
    find("form", box).addEventListener("submit", (event) => this.#ask(event));
  }

  /** @param {import("./wire.js").StudentState} state */
  begin({ questions, own_questions, voted }) {
    this.#questions = questions;
    this.#own = new Map(own_questions.map((one) => [one.id, one]));
    this.#voted = new Set(voted);
    this.#draw();
  }

  /** @param {QuestionInfo[]} questions  of the class */
  update(questions) {
    this.#questions = questions;
    this.#lastVote = null;
    this.#draw();
  }

  /** The own one came to the teacher, is held back, or was settled. @param {QuestionInfo} question */
  taken(question) {
    if (!this.#own.has(question.id)) {
      findTag("input", '[name="text"]', this.box).value = "";
      this.#say(question.state === "held" ? this.words.question_held : this.words.question_sent);
    }
    this.#own.set(question.id, question);
    this.#draw();
  }

  /** Why a question or a vote was not taken: such a vote stands no more. @param {string} sentence */
  say(sentence) {
    if (this.#lastVote !== null) this.#turn(this.#lastVote);
    this.#lastVote = null;
    this.#say(sentence);
  }

  /** @param {string} sentence */
  #say(sentence) {
    find("[data-question-note]", this.box).textContent = sentence;
  }

  /** @param {Event} event */
  #ask(event) {
    event.preventDefault();
    const text = findTag("input", '[name="text"]', this.box).value.trim();
    if (text && !this.send({ type: "question", text })) this.onlost();
  }

  /** @param {Event} event */
  #vote(event) {
    const id = Number(closest(event, "button")?.dataset.question);
    if (!id) return;
    this.#lastVote = null;
    if (!this.send({ type: "vote", question: id, on: !this.#voted.has(id) })) {
      this.onlost();
      return;
    }
    this.#turn(id);
    this.#lastVote = id;
  }

  /** @param {number} id  of the question whose vote is given or taken back */
  #turn(id) {
    const on = !this.#voted.has(id);
    if (on) this.#voted.add(id);
    else this.#voted.delete(id);
    this.#questions = this.#questions.map((one) =>
      one.id === id ? { ...one, votes: one.votes + (on ? 1 : -1) } : one,
    );
    this.#draw();
  }

  #draw() {
    const told = new Set(this.#questions.map(({ id }) => id));
    const alone = [...this.#own.values()].filter(({ id }) => !told.has(id));
    /** @type {HTMLElement | null} */
    const focused = this.box.querySelector("li button:focus");
    find("ul", this.box).replaceChildren(...[...alone, ...this.#questions].map((one) => this.#row(one)));
    if (focused) {
      /** @type {HTMLElement | null} */
      const same = this.box.querySelector(`button[data-question="${focused.dataset.question}"]`);
      same?.focus();
    }
  }

  /** @param {QuestionInfo} question */
  #row({ id, text, votes, state }) {
    const row = copyOf(findTag("template", "", this.box));
    const isOwn = this.#own.has(id);
    find("[data-text]", row).textContent = text;
    const said = [isOwn ? this.words.question_states.own : "", this.words.question_states[state]];
    find("[data-state]", row).textContent = said.filter(Boolean).join(" · ");
    const button = find("button", row);
    button.hidden = isOwn || state !== "open";
    button.dataset.question = String(id);
    button.setAttribute("aria-pressed", String(this.#voted.has(id)));
    button.setAttribute("aria-label", `${button.textContent}: ${text}`);
    find("[data-votes]", row).textContent = votes ? `+${votes}` : "";
    return row;
  }
}
