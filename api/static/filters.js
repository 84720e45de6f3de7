/** Narrows questions to some sources and days; kept in the address, shown as removable chips. */

import { readFilters, writeFilters } from "./address.js";
import { button, byId, foreign, h } from "./dom.js";
import { describeDates } from "./filter-words.js";
import { count } from "./words.js";

export class Filters {
  #chosen = readFilters();
  #panel = byId("narrow-panel");
  #toggle = byId("narrow");
  #from = byId("from");
  #to = byId("to");

  constructor() {
    this.#toggle.addEventListener("click", () => this.#show(this.#panel.hidden));
    this.#from.addEventListener("change", () => this.#choose({ from: this.#from.value || null }));
    this.#to.addEventListener("change", () => this.#choose({ to: this.#to.value || null }));
    this.#render();
  }

  /** @returns {{sources: string[], from: ?string, to: ?string}} */
  get chosen() {
    return { ...this.#chosen, sources: [...this.#chosen.sources] };
  }

  get open() {
    return !this.#panel.hidden;
  }

  close() {
    this.#show(false);
    this.#toggle.focus();
  }

  /** Puts the filters back into an address that Back has changed. */
  keepInAddress() {
    writeFilters(this.#chosen);
  }

  /** @param {{source: string, articles: number}[]} sources what the archive has */
  offer(sources) {
    const gone = this.#chosen.sources
      .filter((name) => !sources.some(({ source }) => source === name))
      .map((source) => ({ source, articles: 0 }));
    byId("source-choices").replaceChildren(
      ...[...sources, ...gone].map((source) => this.#choice(source)),
    );
    this.#render();
  }

  #choice({ source, articles }) {
    const box = h("input", { type: "checkbox", value: source });
    box.addEventListener("change", () => {
      const others = this.#chosen.sources.filter((name) => name !== source);
      this.#choose({ sources: box.checked ? [...others, source] : others });
    });
    return h(
      "label",
      { class: "choice" },
      box,
      foreign(source),
      h("span", { class: "faint", title: count(articles, "article") }, articles),
    );
  }

  #choose(changed) {
    Object.assign(this.#chosen, changed);
    writeFilters(this.#chosen);
    this.#render();
  }

  #show(open) {
    this.#panel.hidden = !open;
    this.#toggle.setAttribute("aria-expanded", open);
  }

  #render() {
    const { sources, from, to } = this.#chosen;
    this.#from.value = from ?? "";
    this.#to.value = to ?? "";
    for (const box of byId("source-choices").querySelectorAll("input")) {
      box.checked = sources.includes(box.value);
    }
    byId("dates-note").hidden = !(from && to && from > to);
    const chips = sources.map((source) =>
      chip(source, `source ${source}`, () =>
        this.#choose({ sources: sources.filter((name) => name !== source) }),
      ),
    );
    const dates = describeDates(from, to);
    if (dates) chips.push(chip(dates, dates, () => this.#choose({ from: null, to: null })));
    const refocus = byId("chips").contains(document.activeElement);
    byId("chips").replaceChildren(...chips.map((each) => h("li", {}, each)));
    if (refocus) (byId("chips").querySelector("button") ?? this.#toggle).focus();
  }
}

function chip(text, meaning, remove) {
  return button(
    [foreign(text), h("span", { class: "cross", "aria-hidden": "true" }, "×")],
    remove,
    { class: "chip", "aria-label": `Stop narrowing to ${meaning}` },
  );
}
