/** One citation as a card: the words around the quote, and the article they stand in. */

import { placeLink } from "./address.js";
import { byline, titleOf } from "./byline.js";
import { toUnits } from "./codepoints.js";
import { foreign, h } from "./dom.js";
import { paragraphsOf } from "./paragraphs.js";
import { count } from "./words.js";

/**
 * @param {Object} citation as the service sent it
 * @param {{open: () => void, others?: number, whole?: boolean, actions?: Node[]}} options `others` is how
 *   many further articles say the same; `whole` leaves the quote unmarked (a nearest passage)
 */
export function citationCard(citation, { open, others = 0, whole = false, actions = [] }) {
  const link = h("a", { class: "title", href: linkTo(citation) }, foreign(titleOf(citation)));
  const card = h(
    "li",
    { class: "citation" },
    h("blockquote", { class: "context", dir: "auto" }, whole ? inParagraphs(citation.quote) : inContext(citation)),
    h(
      "div",
      { class: "attribution" },
      link,
      byline(citation),
      others > 0 &&
        h("p", { class: "also" }, `${count(others, "other article says", "other articles say")} the same`),
      actions,
    ),
  );
  card.addEventListener("click", (event) => {
    const elsewhere = event.target.closest("a, button") ?? link;
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (elsewhere !== link || !plain || !getSelection().isCollapsed) return;
    event.preventDefault();
    link.focus();
    open();
  });
  return card;
}

export function linkTo({ article_id: articleId, version, start, end }) {
  return placeLink({ articleId, version, start, end });
}

/** A passage with its paragraphs, verbatim. */
function inParagraphs(passage) {
  const nodes = [];
  let shown = 0;
  for (const { from, to } of paragraphsOf(passage)) {
    nodes.push(passage.slice(shown, from), h("span", { class: "part" }, passage.slice(from, to)));
    shown = to;
  }
  return [...nodes, passage.slice(shown)];
}

/** The sentence with its quote marked; without a mark when the two do not fit together. */
function inContext({ context, context_start: from, quote, start, end }) {
  if (!context) return [h("mark", {}, quote)];
  try {
    const first = toUnits(context, start - from);
    const last = toUnits(context, end - from);
    const marked = context.slice(first, last);
    if (marked !== quote) return [context];
    return [context.slice(0, first), h("mark", {}, marked), context.slice(last)];
  } catch {
    return [context];
  }
}
