/** What stands around an article's text: its byline, its versions, the bar and the foot. */

import { byline } from "./byline.js";
import { asLink, asMarkdown, asText, copy } from "./copy.js";
import { button, foreign, h } from "./dom.js";
import { hostOf, webLink } from "./words.js";

const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export function loadingNodes() {
  return [h("p", { class: "faint opening" }, "Opening the article…")];
}

/**
 * @param {Object} article
 * @param {{onVersion: (version: string) => void, onRemove: () => void}} actions
 */
export function articleHead(article, { onVersion, onRemove }) {
  const url = webLink(article.url);
  return [
    byline(article),
    h(
      "div",
      { class: "provenance" },
      url
        ? h(
            "a",
            { href: url.href, target: "_blank", rel: "noopener noreferrer" },
            "Original at ",
            foreign(hostOf(url)),
          )
        : article.url && h("span", { class: "faint" }, "Original: ", foreign(article.url)),
      versionChoice(article, onVersion),
      button("Delete", onRemove, { class: "plain" }),
    ),
    olderNotice(article, onVersion),
  ].filter(Boolean);
}

function versionChoice(article, onVersion) {
  const versions = article.versions ?? [];
  if (versions.length < 2) return null;
  const select = h(
    "select",
    {},
    versions.map(({ version, ingested_at: moment }, index) =>
      h(
        "option",
        { value: version, selected: version === article.version },
        `${MOMENT.format(new Date(moment))}${index === 0 ? " (current)" : ""}`,
      ),
    ),
  );
  select.addEventListener("change", () => onVersion(select.value));
  return h("label", { class: "version" }, "Version of ", select);
}

function olderNotice(article, onVersion) {
  const [current] = article.versions ?? [];
  if (!current || current.version === article.version) return null;
  return h(
    "p",
    { class: "older" },
    "This is an earlier version of the article. ",
    button("Read the current one", () => onVersion(current.version), { class: "plain" }),
  );
}

/** The way back to the list, and the way from one supporting place to the next. */
export function placesBar({ step, back }) {
  const where = h("span", { class: "where", "aria-live": "off" });
  const places = h(
    "div",
    { class: "places", role: "group", "aria-label": "Supporting places", hidden: true },
    button("‹", () => step(-1), { class: "icon", "aria-label": "Previous place", title: "Previous place (p)" }),
    where,
    button("›", () => step(1), { class: "icon", "aria-label": "Next place", title: "Next place (n)" }),
  );
  const element = h(
    "div",
    { class: "bar-start" },
    back && button("‹ All articles", back, { class: "plain" }),
    places,
  );
  const count = (index, total) => {
    places.hidden = total < 2;
    where.textContent = `Place ${index + 1} of ${total}`;
  };
  return { element, count };
}

/** Copies the marked quote, or the words that are selected, with their citation. */
export function copyFoot() {
  let citation = null;
  const label = h("span", { class: "label" });
  const element = h(
    "div",
    { class: "pane-foot", role: "group", "aria-label": "Copy", hidden: true },
    label,
    button("Text", () => copy(asText(citation), "Copied with its citation."), { class: "plain" }),
    button("Markdown", () => copy(asMarkdown(citation), "Copied as Markdown."), { class: "plain" }),
    button("Link", () => copy(asLink(citation), "Copied a link to this place."), { class: "plain" }),
  );
  // A press on these buttons must not take the selection away that they are about to copy.
  element.addEventListener("mousedown", (event) => event.preventDefault());
  const offer = (offered) => {
    citation = offered;
    element.hidden = offered === null;
    label.textContent = offered?.chosen ? "Copy what is selected" : "Copy the quote";
  };
  return { element, offer };
}
