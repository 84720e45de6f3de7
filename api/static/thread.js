/** The thread of questions and answers, kept in local storage so that it survives a reload. */

import { load, save } from "./store.js";

const KEY = "dateline.thread";
const MOST = 200;
const REMEMBERED = 6;

/**
 * @typedef {Object} Entry
 * @property {string} id
 * @property {string} question
 * @property {{sources: string[], from: ?string, to: ?string}} filters as they were when it was asked
 * @property {string} askedAt RFC 3339
 * @property {boolean} asWritten asked without the thread in mind, after an undo
 * @property {"working"|"settled"|"failed"|"stopped"} state
 * @property {?Object} answer as the service sent it
 * @property {?{title: string, detail: string}} problem
 */

export class Thread {
  /** @type {Entry[]} */
  entries = [];

  restore() {
    const kept = load(KEY, []);
    this.entries = (Array.isArray(kept) ? kept : []).filter(isEntry);
    return this.entries;
  }

  /** @returns {Entry} */
  add(question, filters) {
    const entry = {
      id: `q${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`,
      question,
      filters,
      askedAt: new Date().toISOString(),
      asWritten: false,
      state: "working",
      answer: null,
      problem: null,
    };
    this.entries.push(entry);
    this.keep();
    return entry;
  }

  /** Keeps what fits: when the storage is full, the oldest questions go first. */
  keep() {
    // A question that is still being worked on is found unanswered after a reload.
    const kept = this.entries
      .slice(-MOST)
      .map((entry) => (entry.state === "working" ? { ...entry, state: "stopped" } : entry));
    while (kept.length && !save(KEY, kept)) kept.shift();
    if (!kept.length) save(KEY, []);
  }

  /** @returns {Entry[]} what was cleared, for putting it back */
  clear() {
    const cleared = this.entries;
    this.entries = [];
    this.keep();
    return cleared;
  }

  putBack(entries) {
    this.entries = [...entries, ...this.entries];
    this.keep();
  }

  /** What the service needs to read a follow-up: the question-answer pairs before this one. */
  historyBefore(entry) {
    if (entry.asWritten) return [];
    return this.entries
      .slice(0, this.entries.indexOf(entry))
      .filter((earlier) => earlier.answer)
      .slice(-REMEMBERED)
      .map(({ question, answer }) => ({ question, answer: answer.answer }));
  }

  lastQuestion() {
    return this.entries.at(-1)?.question ?? "";
  }
}

function isEntry(entry) {
  return typeof entry?.id === "string" && typeof entry.question === "string" && !!entry.filters;
}
