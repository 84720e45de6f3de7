/** Short notices at the foot of the page, with a way to undo where there is one. */

import { button, byId, h } from "./dom.js";

const SHOWN_MS = 5000;

/**
 * @param {string} text
 * @param {{undo?: () => void}} [options] a notice that can be undone stays until it is dismissed
 *   or another one comes
 */
export function toast(text, { undo } = {}) {
  const notice = h("div", { class: "toast" }, h("p", {}, text));
  const dismiss = () => notice.remove();
  if (undo) {
    const take = () => {
      dismiss();
      undo();
    };
    notice.append(
      button("Undo", take, { class: "plain" }),
      button("×", dismiss, { class: "icon", "aria-label": "Dismiss" }),
    );
  } else setTimeout(dismiss, SHOWN_MS);
  byId("toasts").replaceChildren(notice);
  return dismiss;
}

/** Says something to screen readers alone. */
export function announce(text) {
  byId("announcer").textContent = text;
}
