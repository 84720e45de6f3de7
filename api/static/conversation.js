/** Asks, and shows each question with what became of it. */

import { answerNodes, failureNodes, spoken } from "./answer.js";
import { button, foreign, h } from "./dom.js";
import { describeFilters, toWire } from "./filter-words.js";
import * as service from "./service.js";
import { announce } from "./toast.js";
import { STAGES } from "./words.js";

const SLOW_MS = 6000;

export class Conversation {
  #thread;
  #root;
  #open;
  #onWorking;
  #onChange;
  #running = null;

  /**
   * @param {{thread: import("./thread.js").Thread, root: HTMLElement,
   *   open: (places: Object[], index: number) => void,
   *   onWorking: (working: boolean) => void, onChange: () => void}} parts
   */
  constructor({ thread, root, open, onWorking, onChange }) {
    this.#thread = thread;
    this.#root = root;
    this.#open = open;
    this.#onWorking = onWorking;
    this.#onChange = onChange;
  }

  /** Shows the thread as it is kept. */
  show() {
    this.#root.replaceChildren(...this.#thread.entries.map((entry) => this.#section(entry)));
    this.#onChange();
    this.#root.lastElementChild?.scrollIntoView({ block: "start" });
  }

  ask(question, filters) {
    this.stop();
    const entry = this.#thread.add(question, filters);
    const section = this.#section(entry);
    this.#root.append(section);
    this.#onChange();
    section.scrollIntoView({ block: "start" });
    return this.#run(entry, section);
  }

  /** Ends the question that is being worked on, if there is one. */
  stop() {
    this.#running?.abort();
  }

  async #run(entry, section) {
    this.stop();
    const running = new AbortController();
    this.#running = running;
    this.#onWorking(true);
    Object.assign(entry, { state: "working", answer: null, problem: null });
    this.#render(entry, section);
    const slow = setTimeout(() => section.classList.add("slow"), SLOW_MS);
    try {
      entry.answer = await service.ask(
        {
          question: entry.question,
          filters: toWire(entry.filters),
          history: this.#thread.historyBefore(entry),
        },
        { signal: running.signal, onStage: (stage) => showStage(section, stage) },
      );
      performance.mark("answer-received");
      entry.state = "settled";
    } catch (error) {
      entry.state = running.signal.aborted ? "stopped" : "failed";
      entry.problem = { title: error.title ?? "Something went wrong", detail: error.message };
    } finally {
      clearTimeout(slow);
      section.classList.remove("slow");
    }
    this.#settle(entry, section, running);
  }

  #settle(entry, section, running) {
    this.#render(entry, section);
    if (this.#running === running) {
      this.#running = null;
      this.#onWorking(false);
    }
    if (entry.state === "settled") {
      announce(spoken(entry.answer));
      requestAnimationFrame(() => performance.measure("answer-shown", "answer-received"));
    } else if (entry.state === "failed") announce(`${entry.problem.title}. ${entry.problem.detail}`);
    this.#thread.keep();
    this.#onChange();
  }

  #section(entry) {
    const section = h("article", { class: "entry", "aria-labelledby": entry.id });
    this.#render(entry, section);
    return section;
  }

  #render(entry, section) {
    section.dataset.state = entry.state;
    section.setAttribute("aria-busy", entry.state === "working");
    const narrowed = describeFilters(entry.filters);
    section.replaceChildren(
      h("h2", { class: "question", id: entry.id }, foreign(entry.question)),
      ...(narrowed ? [h("p", { class: "narrowed" }, "In ", foreign(narrowed))] : []),
      ...this.#readAs(entry, section),
      ...this.#outcome(entry, section).filter(Boolean),
    );
  }

  #outcome(entry, section) {
    const again = () => this.#run(entry, section);
    if (entry.state === "working") return [stageLine()];
    if (entry.state === "failed") return failureNodes(entry.problem, again);
    if (entry.state === "stopped") {
      return [h("p", { class: "failure" }, "Stopped before there was an answer."), button("Ask again", again, { class: "plain retry" })];
    }
    return answerNodes(entry.answer, this.#open);
  }

  /** What a follow-up was taken to mean, with a way back to the words as they were typed. */
  #readAs(entry, section) {
    const change = (asWritten) => () => {
      entry.asWritten = asWritten;
      this.#run(entry, section);
    };
    if (entry.asWritten && entry.state !== "working") {
      return [
        h("p", { class: "read-as" }, "Read exactly as written. ", button("Read as a follow-up", change(false), { class: "plain" })),
      ];
    }
    const readAs = entry.answer?.read_as;
    if (!readAs || readAs.trim() === entry.question.trim()) return [];
    return [
      h("p", { class: "read-as" }, "Read as: ", foreign(readAs), " ", button("Undo", change(true), { class: "plain", "aria-label": "Undo: read it exactly as written" })),
    ];
  }
}

function stageLine() {
  return h(
    "ol",
    { class: "stages" },
    STAGES.map(({ name, doing }) => h("li", { data: { stage: name } }, doing)),
  );
}

function showStage(section, current) {
  const reached = STAGES.findIndex(({ name }) => name === current);
  if (reached < 0) return;
  section.querySelectorAll(".stages li").forEach((item, index) => {
    item.classList.toggle("done", index < reached);
    item.classList.toggle("now", index === reached);
  });
  announce(STAGES[reached].doing);
}
