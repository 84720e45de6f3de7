/** A quote with its citation, ready to be put elsewhere. */

import { linkTo } from "./citation.js";
import { button } from "./dom.js";
import { toast } from "./toast.js";
import { longDate, webLink } from "./words.js";

export function asText(citation) {
  return `“${citation.quote}” (${sourceLine(citation)})${address(citation)}`;
}

export function asMarkdown(citation) {
  const quote = citation.quote.split(/\r\n|\r|\n/).map((line) => `> ${escapeMarkdown(line)}`.trimEnd());
  return [...quote, ">", `> — ${markdownSource(citation)} ([in the archive](${asLink(citation)}))`].join("\n");
}

export function asLink(citation) {
  return new URL(linkTo(citation), location.origin).href;
}

export function markdownSource(citation) {
  const title = escapeMarkdown(citation.title || "Untitled");
  const url = webLink(citation.url);
  const rest = [citation.source, citation.author, longDate(citation.published_at)]
    .filter(Boolean)
    .map(escapeMarkdown);
  const head = url ? `[${title}](${url.href.replace(/[()]/g, encodeParenthesis)})` : title;
  return [head, ...rest].join(", ");
}

/** Makes every character that Markdown or HTML gives a meaning stand for itself. */
export function escapeMarkdown(text) {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&]/g, "\\$&").replace(/^(\s*)([-=]|\d+(?=[.]))/, "$1\\$2");
}

/** Puts text on the clipboard and says so. */
export async function copy(text, said) {
  toast((await write(text)) ? said : "The browser did not allow copying.");
}

export function copyButton(citation) {
  return button("Copy quote", () => copy(asText(citation), "Copied the quote with its citation."), {
    class: "plain",
  });
}

function sourceLine({ title, source, author, published_at: day }) {
  return [`${title || "Untitled"}`, source, author, day && longDate(day)].filter(Boolean).join(", ");
}

function address(citation) {
  const url = webLink(citation.url);
  return url ? ` ${url.href}` : "";
}

function encodeParenthesis(character) {
  return character === "(" ? "%28" : "%29";
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeByHand(text);
  }
}

/** Beyond localhost without TLS, browsers offer no other way. */
function writeByHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  const before = document.activeElement;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}
