/** Puts the page together. */

import { AddPane } from "./add.js";
import { readPlace } from "./address.js";
import { ArticlePane } from "./article.js";
import { AskBox } from "./ask-box.js";
import { Conversation } from "./conversation.js";
import { button, byId, h } from "./dom.js";
import { download, threadAsMarkdown } from "./export.js";
import { Filters } from "./filters.js";
import { listenForKeys } from "./keys.js";
import { Library } from "./library.js";
import { Pane } from "./pane.js";
import * as service from "./service.js";
import { setUpTheme } from "./theme.js";
import { Thread } from "./thread.js";
import { toast } from "./toast.js";
import { count } from "./words.js";

const READY_POLL_MS = 1500;
const SUGGESTIONS_POLL_MS = 1000;
const SUGGESTIONS_POLLS = 60;
let suggestionsTurn = 0;

const thread = new Thread();
const filters = new Filters();
const pane = new Pane({ fallback: () => box.focus() });
const library = new Library({
  pane,
  open: (article) => articles.open([{ ...article, article_id: article.id }], 0, { listed: true }),
});
const articles = new ArticlePane({ pane, onChanged: showArchive, backToList: () => library.show() });
const adding = new AddPane({ pane, onAdded: showArchive });
const conversation = new Conversation({
  thread,
  root: byId("thread"),
  open: (places, index) => articles.open(places, index),
  onWorking: (working) => {
    box.working = working;
  },
  onChange: showWhetherEmpty,
});
const box = new AskBox({
  ask: (question) => conversation.ask(question, filters.chosen),
  stop: () => conversation.stop(),
  lastQuestion: () => thread.lastQuestion(),
});

byId("open-library").addEventListener("click", () => library.show());
byId("open-add").addEventListener("click", () => adding.show());
byId("export").addEventListener("click", () =>
  download(`dateline-${new Date().toISOString().slice(0, 10)}.md`, threadAsMarkdown(thread.entries)),
);
byId("clear").addEventListener("click", clearThread);
byId("open-help").addEventListener("click", () => byId("help").showModal());
setUpTheme(byId("theme"));
listenForKeys({
  close: () => {
    if (filters.open) filters.close();
    else if (pane.open) pane.close();
    else conversation.stop();
  },
  keys: {
    "/": () => {
      if (!byId("desk").inert) box.focus();
    },
    "?": () => byId("help").showModal(),
    n: () => articles.step(1),
    p: () => articles.step(-1),
  },
});
addEventListener("popstate", () => {
  filters.keepInAddress();
  openPlaceOfAddress();
});

thread.restore();
conversation.show();
openPlaceOfAddress();
whenReady().then(showArchive);

function clearThread() {
  conversation.stop();
  const cleared = thread.clear();
  conversation.show();
  box.focus();
  toast("The thread is cleared.", {
    undo: () => {
      thread.putBack(cleared);
      conversation.show();
    },
  });
}

function openPlaceOfAddress() {
  const place = readPlace();
  if (!place) articles.close();
  else articles.open([{ ...place, article_id: place.articleId }]);
}

function showWhetherEmpty() {
  document.body.toggleAttribute("data-empty", thread.entries.length === 0);
}

/** Waits for a service that is still loading its models, and says so meanwhile. */
async function whenReady() {
  while (!(await service.isReady())) {
    byId("notice").textContent = "The service is not ready yet. This page goes on as soon as it is.";
    byId("notice").hidden = false;
    await new Promise((resume) => setTimeout(resume, READY_POLL_MS));
  }
  byId("notice").hidden = true;
}

/** Says how much there is in the archive, and what to do with it. */
async function showArchive() {
  try {
    const [{ total }, sources] = await Promise.all([
      service.listArticles({ limit: 1 }),
      service.listSources(),
    ]);
    const from = sources.length ? ` from ${count(sources.length, "source")}` : "";
    byId("archive-size").textContent = total ? count(total, "article") + from : "No articles yet";
    library.sources = sources;
    filters.offer(sources);
    await showSuggestions(total);
  } catch (error) {
    toast(`${error.title ?? "Something went wrong"}. ${error.message}`);
  }
}

/** The service works them out beside other questions, so what it has is shown and asked for again. */
async function showSuggestions(articles) {
  const turn = ++suggestionsTurn;
  let shown = null;
  for (let poll = 0; poll < SUGGESTIONS_POLLS; poll += 1) {
    const { suggestions, current } = articles
      ? await service.listSuggestions()
      : { suggestions: [], current: true };
    if (turn !== suggestionsTurn) return;
    if (shown !== suggestions.join("\n")) {
      const first = articles ? suggestions.map(suggestion) : [firstStep()];
      byId("suggestions").replaceChildren(...first);
      shown = suggestions.join("\n");
    }
    if (current) return;
    await new Promise((resume) => setTimeout(resume, SUGGESTIONS_POLL_MS));
  }
}

function suggestion(question) {
  const ask = () => conversation.ask(question, filters.chosen);
  return h("li", {}, button(question, ask, { class: "suggestion", dir: "auto" }));
}

function firstStep() {
  const add = button("Add some articles", () => adding.show(), { class: "suggestion" });
  return h("li", {}, h("p", { class: "faint" }, "The archive is empty so far."), add);
}
