/* Light or dark: as the system says, until somebody chooses. */

import { h } from "./dom.js";

const CHOICES = { system: "◐ System", light: "☀ Light", dark: "☾ Dark" };
const KEY = "wardian-theme";

/** The button that goes through the choices. */
export function themeButton() {
  let chosen = remembered();
  const button = h("button", { class: "quiet", type: "button", title: "Light, dark, or as the system says" });
  const show = () => {
    if (chosen === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
    button.textContent = CHOICES[chosen];
    button.setAttribute("aria-label", `Colours: ${chosen}`);
  };
  button.addEventListener("click", () => {
    const names = Object.keys(CHOICES);
    chosen = names[(names.indexOf(chosen) + 1) % names.length];
    remember(chosen);
    show();
  });
  show();
  return button;
}

/* A page from a disk may have no storage. */
function remembered() {
  try {
    const chosen = localStorage.getItem(KEY);
    return chosen in CHOICES ? chosen : "system";
  } catch {
    return "system";
  }
}

function remember(chosen) {
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // The choice lasts as long as the page, then.
  }
}
