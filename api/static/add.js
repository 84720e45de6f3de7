/** Adding articles: files dropped or chosen, or a text that is pasted. */

import { byId, h } from "./dom.js";
import { filesOf, hasFiles } from "./dropped.js";
import * as service from "./service.js";
import { Uploads } from "./uploads.js";

const FIELDS = [
  ["title", "Title", "text"],
  ["source", "Source", "text"],
  ["author", "Author", "text"],
  ["published_at", "Date", "date"],
  ["url", "Link to the original", "url"],
];

export class AddPane {
  #pane;
  #uploads;

  /** @param {{pane: import("./pane.js").Pane, onAdded: () => void}} parts */
  constructor({ pane, onAdded }) {
    this.#pane = pane;
    this.#uploads = new Uploads({ onAdded, onRefusedEntry: () => this.#askForKey() });
    this.#takeDrops();
  }

  show() {
    const choose = h("input", { type: "file", multiple: true, class: "unseen", id: "files" });
    choose.addEventListener("change", () => {
      this.#uploads.add([...choose.files]);
      choose.value = "";
    });
    this.#pane.show({
      kind: "add",
      heading: h("h2", { class: "headline" }, "Add articles"),
      content: [
        choose,
        h(
          "label",
          { class: "dropzone", for: "files" },
          h("strong", {}, "Drop files anywhere on this page, or choose them"),
          h("span", { class: "faint" }, "Text, Markdown, HTML, PDF, Word, JSON Lines"),
        ),
        h("div", { id: "key-place" }),
        this.#uploads.element,
        this.#pasteForm(),
      ],
    });
  }

  #pasteForm() {
    const body = h("textarea", { id: "paste-body", rows: "9", required: true, dir: "auto" });
    const form = h(
      "form",
      { class: "paste" },
      h("h3", { class: "label" }, "Or paste a text"),
      field("paste-body", "Text", body),
      h(
        "div",
        { class: "fields" },
        FIELDS.map(([name, label, type]) => field(`paste-${name}`, label, h("input", { id: `paste-${name}`, name, type }))),
      ),
      h("button", { class: "primary" }, "Add this text"),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const article = { body: body.value };
      for (const [name, value] of new FormData(form)) if (value.trim()) article[name] = value.trim();
      const name = article.title ?? `${article.body.slice(0, 40).trim()}…`;
      if (await this.#uploads.run(name, () => service.addArticle(article))) form.reset();
    });
    return form;
  }

  #takeDrops() {
    const over = (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      document.body.toggleAttribute("data-dropping", true);
    };
    const done = () => document.body.toggleAttribute("data-dropping", false);
    addEventListener("dragover", over);
    addEventListener("dragleave", (event) => event.relatedTarget === null && done());
    addEventListener("drop", async (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      done();
      const files = filesOf(event.dataTransfer);
      this.show();
      this.#uploads.add(await files);
    });
  }

  /** The service lets only those who hold its key write from elsewhere. */
  #askForKey() {
    const place = byId("key-place");
    if (!place || place.childElementCount) return;
    const input = h("input", { id: "key", type: "password", autocomplete: "off", required: true });
    const form = h(
      "form",
      { class: "key" },
      h("p", {}, "This archive takes articles only from those who hold its key. It is kept until this tab is closed."),
      field("key", "Key", input),
      h("button", { class: "primary" }, "Use this key"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      service.setKey(input.value);
      place.replaceChildren();
      this.#uploads.retryRefusedEntries();
    });
    place.replaceChildren(form);
  }
}

function field(id, label, input) {
  return h("p", { class: "field" }, h("label", { for: id }, label), input);
}
