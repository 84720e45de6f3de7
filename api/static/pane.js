/**
 * The pane beside the conversation: an article, the list of articles, or adding some. A full
 * screen of its own where there is no room for two.
 */

import { button, byId, h } from "./dom.js";

const BESIDE = matchMedia("(min-width: 64rem)");

export class Pane {
  #element = byId("pane");
  #opener = null;
  #onClose = null;
  #fallback;

  /** @param {{fallback: () => void}} parts `fallback` takes the focus when the opener has gone */
  constructor({ fallback }) {
    this.#fallback = fallback;
    BESIDE.addEventListener("change", () => this.#settle());
  }

  get open() {
    return !this.#element.hidden;
  }

  /** What is shown, or null. */
  get kind() {
    return this.open ? this.#element.dataset.kind : null;
  }

  /**
   * Shows a view, in place of the one that is open. Without a bar of its own, its heading is there.
   *
   * @param {{kind: string, heading: HTMLElement, bar?: Node[], content: Node[], foot?: Node[],
   *   onClose?: (next: ?string) => void}} view `onClose` is told which kind of view comes next
   */
  show({ kind, heading, bar = [], content, foot = [], onClose = null }) {
    if (this.open) this.#onClose?.(kind);
    else this.#opener = document.activeElement;
    this.#onClose = onClose;
    heading.id = "pane-heading";
    heading.tabIndex = -1;
    const close = button("×", () => this.close(), { class: "icon", "aria-label": "Close" });
    this.#element.dataset.kind = kind;
    this.#element.replaceChildren(
      h("div", { class: "pane-bar" }, bar.length ? bar : heading, h("span", { class: "spread" }), close),
      h("div", { class: "pane-scroll", tabindex: "0", role: "region", "aria-labelledby": "pane-heading" }, bar.length > 0 && heading, content),
      ...foot,
    );
    this.#element.hidden = false;
    document.body.dataset.pane = kind;
    this.#settle();
    heading.focus({ preventScroll: true });
  }

  close() {
    if (!this.open) return;
    this.#element.hidden = true;
    this.#element.replaceChildren();
    delete document.body.dataset.pane;
    const onClose = this.#onClose;
    this.#onClose = null;
    this.#settle();
    const opener = this.#opener;
    if (opener?.isConnected && opener !== document.body) opener.focus({ preventScroll: true });
    else this.#fallback();
    onClose?.(null);
  }

  /** Where the pane covers the page, the rest of the page is out of reach. */
  #settle() {
    const covers = this.open && !BESIDE.matches;
    for (const part of ["masthead", "desk", "skip"]) byId(part).inert = covers;
    this.#element.setAttribute("role", covers ? "dialog" : "complementary");
    if (covers) this.#element.setAttribute("aria-modal", "true");
    else this.#element.removeAttribute("aria-modal");
  }
}
