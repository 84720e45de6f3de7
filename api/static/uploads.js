/** What is being added: one row a file, with its progress and the reason of each refusal. */

import { button, foreign, h } from "./dom.js";
import * as service from "./service.js";
import { announce } from "./toast.js";
import { count } from "./words.js";

const AT_ONCE = 3;

export class Uploads {
  element = h("ol", { class: "uploads", "aria-label": "Being added" });
  #onAdded;
  #onRefusedEntry;
  #waiting = [];
  #running = 0;
  #locked = [];

  /**
   * @param {{onAdded: () => void, onRefusedEntry: () => void}} parts the second is called when the
   *   service asks for a key
   */
  constructor({ onAdded, onRefusedEntry }) {
    this.#onAdded = onAdded;
    this.#onRefusedEntry = onRefusedEntry;
  }

  /** @param {File[]} files */
  add(files) {
    for (const file of files) this.run(file.name, () => service.addFile(file));
  }

  /**
   * Sends one thing when its turn comes and follows its job to the end.
   *
   * @param {string} name
   * @param {() => Promise<string>} send gives the job's id
   * @returns {Promise<boolean>} whether all of it is in the archive now
   */
  run(name, send) {
    const row = new Row(name);
    this.element.prepend(row.element);
    return this.#queue(row, send);
  }

  retryRefusedEntries() {
    for (const { row, send } of this.#locked.splice(0)) this.#queue(row, send);
  }

  #queue(row, send) {
    row.say("Waiting", "working");
    return new Promise((resolve) => {
      this.#waiting.push(async () => resolve(await this.#follow(row, send)));
      this.#next();
    });
  }

  async #next() {
    if (this.#running >= AT_ONCE) return;
    const task = this.#waiting.shift();
    if (!task) return;
    this.#running += 1;
    await task();
    this.#running -= 1;
    this.#next();
  }

  async #follow(row, send) {
    try {
      row.say("Sending", "working");
      const job = await service.jobDone(await send(), (seen) => row.advance(seen));
      row.finish(job);
      if (job.added || job.replaced) this.#onAdded();
      return job.state === "done" && !job.refused.length;
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        this.#locked.push({ row, send });
        this.#onRefusedEntry();
      }
      row.say(error.message, "refused");
      row.offerRetry(() => this.#queue(row, send));
      return false;
    }
  }
}

class Row {
  #name;
  #said = h("span", { class: "said" });
  #progress = h("progress", { max: "1", "aria-label": "Progress" });
  #more = h("div", { class: "refusals" });

  constructor(name) {
    this.#name = name;
    this.element = h("li", {}, foreign(name, { class: "name" }), this.#said, this.#progress, this.#more);
    this.#progress.setAttribute("aria-label", `Progress of ${name}`);
  }

  /** @param {"working"|"done"|"refused"} state */
  say(text, state) {
    this.#said.textContent = text;
    this.element.dataset.state = state;
    this.#progress.hidden = state !== "working";
    this.#more.replaceChildren();
    if (state !== "working") announce(`${this.#name}: ${text}`);
  }

  advance({ state, progress }) {
    if (state === "queued") this.#said.textContent = "Waiting its turn";
    if (state === "running") {
      this.#said.textContent = "Being taken in";
      this.#progress.value = progress;
    }
  }

  finish({ error, added, unchanged, replaced, refused, warnings }) {
    const done = [
      added && (added === 1 ? "Added" : `${count(added, "article")} added`),
      replaced && (replaced === 1 ? "A new version" : `${count(replaced, "new version")}`),
      unchanged && (unchanged === 1 ? "Already in the archive" : `${unchanged} already in the archive`),
    ].filter(Boolean);
    if (refused.length > 1 || (refused.length && done.length)) {
      this.say([...done, `${refused.length} refused`].join(", "), "refused");
      this.#more.append(...refused.map(({ name, reason }) => h("p", {}, foreign(name), `: ${reason}`)));
    } else if (refused.length) this.say(`Refused: ${refused[0].reason}`, "refused");
    else if (error) this.say(error, "refused");
    else this.say(done.join(", ") || "Nothing in it to add", "done");
    for (const { warning } of warnings ?? []) this.#more.append(h("p", {}, `Note: ${warning}`));
  }

  offerRetry(retry) {
    this.#more.replaceChildren(button("Try again", retry, { class: "plain" }));
  }
}
