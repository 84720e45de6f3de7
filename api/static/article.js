/** The article in the pane: scrolled to the quoted words, with the other places one key away. */

import { leavePlace, writePlace } from "./address.js";
import { articleHead, copyFoot, loadingNodes, placesBar } from "./article-parts.js";
import { BodyView } from "./body.js";
import { titleOf } from "./byline.js";
import { toCodePoints } from "./codepoints.js";
import { failureNodes } from "./answer.js";
import { foreign, h } from "./dom.js";
import { keepArticle, putBack } from "./removal.js";
import * as service from "./service.js";
import { announce, toast } from "./toast.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class ArticlePane {
  #pane;
  #onChanged;
  #backToList;
  #article = null;
  #view = null;
  #places = [];
  #index = 0;
  #loading = null;
  #marked = null;
  #foot = null;
  #bar = null;

  /**
   * @param {{pane: import("./pane.js").Pane, onChanged: () => void, backToList: () => void}} parts
   */
  constructor({ pane, onChanged, backToList }) {
    this.#pane = pane;
    this.#onChanged = onChanged;
    this.#backToList = backToList;
    document.addEventListener("selectionchange", ({ target }) => {
      // Typing into a box changes a selection as well, but not one in the article.
      if (target === document && this.#view) this.#foot.offer(this.#selected() ?? this.#marked);
    });
  }

  /** Whether there is another place to go to. */
  get hasPlaces() {
    return this.#article !== null && this.#places.length > 1;
  }

  /**
   * Opens one of some places; each has `article_id` and, where they are known, `version`, `start`,
   * `end`, `quote` and what the citation says of its article.
   */
  async open(places, index = 0, { listed = false } = {}) {
    this.#places = places;
    this.#index = index;
    const place = places[index];
    writePlace({ articleId: place.article_id, ...place });
    if (this.#shows(place)) return this.#arrive({ near: true });
    return this.#load(place, listed);
  }

  close() {
    if (this.#pane.kind === "article") this.#pane.close();
  }

  step(by) {
    if (!this.hasPlaces) return;
    const next = (this.#index + by + this.#places.length) % this.#places.length;
    this.open(this.#places, next);
  }

  async #load(place, listed) {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#article = null;
    this.#view = null;
    const known = place.title === undefined ? null : place;
    this.#showPane(known ?? { title: "Opening…" }, loadingNodes(), listed);
    try {
      const article = await service.getArticle(place.article_id, place.version, loading.signal);
      if (this.#loading === loading) this.#fill(article, listed);
    } catch (error) {
      if (error.name === "AbortError") return;
      const heading = { title: known?.title ?? "This article cannot be opened" };
      this.#showPane(heading, failureNodes(error, () => this.#load(place, listed)), listed);
    }
  }

  #fill(article, listed) {
    this.#article = article;
    this.#view = new BodyView(article.body);
    const head = articleHead(article, {
      onVersion: (version) => this.open([{ ...bare(article), version }]),
      onRemove: () => this.#remove(),
    });
    this.#showPane(article, [...head, this.#view.element], listed);
    this.#arrive({ near: false });
  }

  #showPane(article, content, listed) {
    this.#bar = placesBar({ step: (by) => this.step(by), back: listed ? this.#backToList : null });
    this.#foot = copyFoot();
    this.#pane.show({
      kind: "article",
      heading: h("h2", { class: "headline" }, foreign(titleOf(article))),
      bar: [this.#bar.element],
      content,
      foot: [this.#foot.element],
      onClose: (next) => this.#closed(next),
    });
  }

  /** Another article in the same pane is no leaving. */
  #closed(next) {
    if (next === "article") return;
    this.#article = null;
    this.#view = null;
    this.#loading?.abort();
    leavePlace();
  }

  #shows(place) {
    return (
      this.#pane.open &&
      this.#article?.id === place.article_id &&
      (!place.version || place.version === this.#article.version)
    );
  }

  /** Marks the place and goes to it; never marks words that are not the quote. */
  #arrive({ near }) {
    const place = this.#places[this.#index];
    this.#bar.count(this.#index, this.#places.length);
    this.#view.clear();
    this.#marked = null;
    this.#foot.offer(null);
    if (place.start === null || place.start === undefined) return;
    if (!this.#marks(place)) {
      toast("The quoted words are not at this place in this version.");
      return;
    }
    const target = this.#view.place;
    if (!target) return;
    target.classList.add("arriving");
    this.#foot.offer(this.#marked);
    if (near) announce(`Place ${this.#index + 1} of ${this.#places.length}: ${place.quote ?? ""}`);
    if (isInView(target)) return;
    const smooth = near && !STILL.matches && isNear(target);
    target.scrollIntoView({ block: "center", behavior: smooth ? "smooth" : "instant" });
    // Paragraphs that had only an estimated height have one now.
    if (!smooth) requestAnimationFrame(() => target.scrollIntoView({ block: "center" }));
  }

  #marks({ start, end, quote }) {
    try {
      const marked = this.#view.mark(start, end);
      if (quote !== undefined && marked !== quote) {
        this.#view.clear();
        return false;
      }
      this.#marked = { ...bare(this.#article), start, end, quote: marked };
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /** The words the person has selected, as a citation of their own. */
  #selected() {
    const selected = this.#view.selected();
    if (!selected) return null;
    const quote = this.#view.text.slice(selected.from, selected.to);
    const start = toCodePoints(this.#view.text, selected.from);
    const end = start + toCodePoints(quote, quote.length);
    return { ...bare(this.#article), start, end, quote, chosen: true };
  }

  async #remove() {
    const article = this.#article;
    try {
      const kept = await keepArticle(article);
      await service.removeArticle(article.id);
      this.#pane.close();
      this.#onChanged();
      toast(`Deleted “${titleOf(article)}”.`, {
        undo: async () => {
          const failed = await putBack(kept);
          toast(failed ?? `“${titleOf(article)}” is back.`);
          this.#onChanged();
        },
      });
    } catch (error) {
      toast(`Not deleted: ${error.message}`);
    }
  }
}

/** Whether the place can be read without scrolling, well off the pane's edges. */
function isInView(target) {
  const { top, bottom } = target.getBoundingClientRect();
  const pane = target.closest(".pane-scroll").getBoundingClientRect();
  const margin = pane.height / 8;
  return top > pane.top + margin && bottom < pane.bottom - margin;
}

function isNear(target) {
  return Math.abs(target.getBoundingClientRect().top) < 2 * innerHeight;
}

/** An article as a citation speaks of it, without a place. */
function bare({ id, version, title, source, author, url, published_at }) {
  return { article_id: id, version, title, source, author, url, published_at };
}
