/** Source, date and author, set like a byline. */

import { foreign, h } from "./dom.js";
import { longDate } from "./words.js";

export function byline({ source, published_at: day, author }) {
  return h(
    "p",
    { class: "byline" },
    source && foreign(source, { class: "source" }),
    day ? h("time", { datetime: day }, longDate(day)) : h("span", {}, "No date"),
    author && foreign(author, { class: "author" }),
  );
}

export function titleOf(article) {
  return article.title || "Untitled";
}
