/** Single keys, which a person can switch off (they get in the way of speech input). */

import { byId } from "./dom.js";
import { load, save } from "./store.js";

const KEY = "dateline.keys";

/** @param {{close: () => void, keys: Object<string, () => void>}} parts */
export function listenForKeys({ close, keys }) {
  const choice = byId("single-keys");
  choice.checked = load(KEY, true);
  choice.addEventListener("change", () => save(KEY, choice.checked));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!document.querySelector("dialog[open]")) close();
    } else if (choice.checked && !isTyping(event.target) && Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
}

function isTyping(target) {
  return target.matches("input:not([type=checkbox]), textarea, select") || target.closest("dialog[open]");
}
