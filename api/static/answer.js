/** An answer, or an honest "the archive does not say", as it is read. */

import { titleOf } from "./byline.js";
import { citationCard, linkTo } from "./citation.js";
import { copyButton } from "./copy.js";
import { button, foreign, h } from "./dom.js";
import { count, percent, shortDate, sureness, whyNot } from "./words.js";

const LONG_ANSWER = 90;

/**
 * @param {Object} answer as the service sent it
 * @param {(places: Object[], index: number) => void} open opens one of some citations
 * @returns {Node[]}
 */
export function answerNodes(answer, open) {
  return answer.answered ? answered(answer, open) : declined(answer, open);
}

/** The same in one sentence, for a screen reader. */
export function spoken(answer) {
  if (!answer.answered) return `The archive does not say. ${whyNot(answer.reason)}`;
  const places = count(answer.citations.length, "citation");
  return `Answer: ${answer.answer}. ${sureness(answer.confidence)}. ${places}.`;
}

function answered(answer, open) {
  const { citations, alternatives, support } = answer;
  return [
    h(
      "blockquote",
      { class: `answer${answer.answer.length > LONG_ANSWER ? " long" : ""}` },
      h("p", { dir: "auto" }, answer.answer),
    ),
    h("p", { class: "verdict" }, confidence(answer.confidence), ` · ${saidBy(support)}`),
    h(
      "ol",
      { class: "citations", "aria-label": "Citations" },
      citations.map((citation, index) =>
        citationCard(citation, {
          others: support - 1,
          open: () => open(citations, index),
          actions: index === 0 ? [copyButton(citation)] : [],
        }),
      ),
    ),
    alternatives.length > 0 && otherCandidates(alternatives, open),
  ];
}

function declined({ reason, citations, alternatives }, open) {
  return [
    h("p", { class: "answer declined" }, "The archive does not say."),
    h("p", { class: "verdict" }, foreign(whyNot(reason))),
    citations.length > 0 && h("h3", { class: "label" }, "The nearest passages"),
    h(
      "ol",
      { class: "citations nearest" },
      citations.map((citation, index) =>
        citationCard(citation, { whole: true, open: () => open(citations, index) }),
      ),
    ),
    alternatives?.length > 0 && otherCandidates(alternatives, open),
  ];
}

function otherCandidates(alternatives, open) {
  return h(
    "details",
    { class: "alternatives" },
    h("summary", {}, count(alternatives.length, "other candidate answer")),
    h(
      "ol",
      {},
      alternatives.map(({ answer, confidence: sure, citations }) =>
        h(
          "li",
          {},
          h("p", { class: "candidate", dir: "auto" }, answer),
          h("p", { class: "verdict" }, confidence(sure)),
          h("ul", {}, citations.map((citation, index) => candidateLink(citation, () => open(citations, index)))),
        ),
      ),
    ),
  );
}

function candidateLink(citation, open) {
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  };
  return h(
    "li",
    {},
    h("a", { href: linkTo(citation), on: { click: follow } }, foreign(titleOf(citation))),
    h("span", { class: "faint" }, citation.source && foreign(citation.source), citation.source && ", ", shortDate(citation.published_at)),
  );
}

/** Plain words; the number beside them on hover, on focus and for a screen reader. */
function confidence(value) {
  return h(
    "span",
    { class: "confidence", tabindex: "0" },
    sureness(value),
    h("span", { class: "number" }, ` (${percent(value)})`),
  );
}

function saidBy(support) {
  return count(support, "article says so", "articles say so");
}

/** What stands in the place of an answer that did not come. */
export function failureNodes({ title, detail }, retry) {
  return [
    h("p", { class: "failure" }, title),
    detail && h("p", { class: "detail" }, detail),
    button("Try again", retry, { class: "plain retry" }),
  ];
}
