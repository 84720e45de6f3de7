/**
 * An article's text on the page, with one place in it marked.
 *
 * The element's `textContent` is the body, character for character: paragraphs are elements, and
 * the line breaks between them stay as text that takes no room. Each paragraph is laid out only
 * when it comes near the screen, so that a very long article opens at once.
 */

import { toUnits } from "./codepoints.js";
import { h } from "./dom.js";
import { paragraphsOf } from "./paragraphs.js";

export class BodyView {
  #body;
  #paragraphs = [];
  #marked = [];

  /** @param {string} body */
  constructor(body) {
    this.#body = body;
    this.element = h("div", { class: "body" });
    let shown = 0;
    for (const { from, to, continues } of paragraphsOf(body)) {
      const element = h("p", { class: continues && "continues" }, body.slice(from, to));
      this.element.append(body.slice(shown, from), element);
      this.#paragraphs.push({ from, to, element });
      shown = to;
    }
    this.element.append(body.slice(shown));
  }

  get text() {
    return this.#body;
  }

  /** The first element of the place that is marked, or null. */
  get place() {
    return this.#marked[0]?.querySelector("mark") ?? null;
  }

  /**
   * Marks `[start, end)`, in code points, and nothing else. A place that runs over several
   * paragraphs is marked in each.
   *
   * @returns {string} the marked text
   * @throws {RangeError} the body has no such place
   */
  mark(start, end) {
    const first = toUnits(this.#body, start);
    const last = toUnits(this.#body, end);
    this.clear();
    for (const paragraph of this.#paragraphs) {
      if (paragraph.to <= first || paragraph.from >= last) continue;
      this.#markIn(paragraph, Math.max(first, paragraph.from), Math.min(last, paragraph.to));
    }
    return this.#body.slice(first, last);
  }

  clear() {
    for (const element of this.#marked) {
      element.classList.remove("near");
      element.replaceChildren(element.textContent);
    }
    this.#marked = [];
  }

  /** Where the selection lies in the body, in UTF-16 units; null when it lies elsewhere. */
  selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!this.element.contains(range.commonAncestorContainer)) return null;
    const before = document.createRange();
    before.setStart(this.element, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const from = before.toString().length;
    return { from, to: from + range.toString().length };
  }

  #markIn({ from, to, element }, first, last) {
    element.classList.add("near");
    element.replaceChildren(
      this.#body.slice(from, first),
      h("mark", {}, this.#body.slice(first, last)),
      this.#body.slice(last, to),
    );
    this.#marked.push(element);
  }
}
