/** The thread as a Markdown file. */

import { asLink, escapeMarkdown, markdownSource } from "./copy.js";
import { percent, sureness, whyNot } from "./words.js";

/** @param {import("./thread.js").Entry[]} entries */
export function threadAsMarkdown(entries) {
  const asked = entries.filter((entry) => entry.answer);
  return [`# Questions to the archive`, ...asked.map(section)].join("\n\n") + "\n";
}

export function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function section({ question, askedAt, answer }) {
  const lines = [`## ${escapeMarkdown(question)}`];
  if (answer.read_as && answer.read_as !== question) {
    lines.push(`Read as: *${escapeMarkdown(answer.read_as)}*`);
  }
  if (answer.answered) {
    lines.push(`> ${escapeMarkdown(oneLine(answer.answer))}`);
    lines.push(`${sureness(answer.confidence)} (${percent(answer.confidence)}).`);
    lines.push(answer.citations.map(reference).join("\n"));
  } else {
    lines.push(`**The archive does not say.** ${escapeMarkdown(whyNot(answer.reason))}`);
  }
  lines.push(`*Asked on ${askedAt.slice(0, 10)}.*`);
  return lines.join("\n\n");
}

function reference(citation, index) {
  const around = escapeMarkdown(oneLine(citation.context || citation.quote));
  return `${index + 1}. ${markdownSource(citation)}: “${around}” ([place](${asLink(citation)}))`;
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}
