/** Light, dark, or as the system has it. */

import { load, save } from "./store.js";

const KEY = "dateline.theme";
const ORDER = ["auto", "light", "dark"];
const SAID = { auto: "as the system", light: "light", dark: "dark" };

export function setUpTheme(toggle) {
  const apply = (theme) => {
    document.documentElement.dataset.theme = theme;
    toggle.setAttribute("aria-label", `Theme: ${SAID[theme]}`);
    toggle.title = `Theme: ${SAID[theme]}`;
  };
  const kept = load(KEY, "auto");
  let theme = ORDER.includes(kept) ? kept : "auto";
  apply(theme);
  toggle.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    save(KEY, theme);
    apply(theme);
  });
}
