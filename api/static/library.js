/** The list of the archive's articles: searched, counted, page by page. */

import { placeLink } from "./address.js";
import { byline, titleOf } from "./byline.js";
import { failureNodes } from "./answer.js";
import { button, foreign, h } from "./dom.js";
import * as service from "./service.js";
import { count } from "./words.js";

const PAGE = 25;
const TYPING_MS = 200;

export class Library {
  #pane;
  #open;
  #sources = [];
  #query = "";
  #source = "";
  #listed = 0;
  #loading = null;
  #parts = null;

  /**
   * @param {{pane: import("./pane.js").Pane, open: (article: Object) => void}} parts
   */
  constructor({ pane, open }) {
    this.#pane = pane;
    this.#open = open;
  }

  set sources(sources) {
    this.#sources = sources;
  }

  show() {
    const search = h("input", { type: "search", "aria-label": "Search articles", placeholder: "Title, source or author" });
    search.value = this.#query;
    const source = h(
      "select",
      { "aria-label": "Source" },
      h("option", { value: "" }, "All sources"),
      this.#sources.map((each) => h("option", { value: each.source }, each.source)),
    );
    source.value = this.#source;
    const total = h("p", { class: "faint", role: "status" });
    const list = h("ol", { class: "library" });
    const more = button("Show more", () => this.#page(more.dataset.cursor), { class: "plain more", hidden: true });
    this.#parts = { total, list, more };
    let typing;
    search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => {
        this.#query = search.value.trim();
        this.#restart();
      }, TYPING_MS);
    });
    source.addEventListener("change", () => {
      this.#source = source.value;
      this.#restart();
    });
    this.#pane.show({
      kind: "library",
      heading: h("h2", { class: "headline" }, "Articles"),
      content: [h("div", { class: "library-search" }, search, source), total, list, more],
      onClose: () => this.#loading?.abort(),
    });
    return this.#restart();
  }

  #restart() {
    this.#listed = 0;
    return this.#page(null);
  }

  async #page(cursor) {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    const { total, list, more } = this.#parts;
    try {
      const page = await service.listArticles({
        query: this.#query,
        source: this.#source,
        limit: PAGE,
        cursor,
        signal: loading.signal,
      });
      const rows = page.articles.map((article) => this.#row(article));
      if (cursor) list.append(...rows);
      else list.replaceChildren(...rows);
      this.#listed += rows.length;
      total.textContent =
        this.#listed < page.total
          ? `${this.#listed} of ${count(page.total, "article")}`
          : count(page.total, "article");
      more.hidden = !page.next_cursor;
      more.dataset.cursor = page.next_cursor ?? "";
      if (cursor) rows[0]?.querySelector("a").focus();
    } catch (error) {
      if (error.name === "AbortError") return;
      list.replaceChildren(h("li", {}, failureNodes(error, () => this.#restart())));
    }
  }

  #row(article) {
    const link = h(
      "a",
      { class: "title", href: placeLink({ articleId: article.id }) },
      foreign(titleOf(article)),
    );
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#open(article);
    });
    return h("li", {}, link, byline(article));
  }
}
