/* From step to step, with keys and from elsewhere. */

import { h } from "./dom.js";

/** What the keys do, for people. */
export function keysHint() {
  const [j, k, n] = ["j", "k", "n"].map((key) => h("kbd", {}, key));
  return h("p", { class: "keys" }, j, " ", k, " next and previous step, ", n, " next one to look at");
}

/** Let the keys go along the steps in `view` wherever the focus is; of two episodes, along the one that has it. */
export function walkSteps(view) {
  document.addEventListener("keydown", (event) => view.isConnected && pressed(event, view));
}

function pressed(event, view) {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const focused = document.activeElement?.closest(".step");
  const cards = siblings(focused ?? view.querySelector(".step"), view);
  const here = cards.indexOf(focused);
  const next = cards.findIndex((card, position) => position > here && card.dataset.trouble !== undefined);
  const wanted = { j: here + 1, k: here - 1, n: next }[event.key];
  if (wanted === undefined) return;
  event.preventDefault();
  if (cards[wanted]) reveal(cards[wanted]);
}

/* All steps of the same episode. */
function siblings(card, view) {
  const [prefix] = card?.id.split("-") ?? [];
  return [...view.querySelectorAll(`.step[id^="${prefix}-"]`)];
}

/** Go to a step of the episode that is shown; there may be none of this number. */
export function revealStep(position) {
  const card = document.getElementById(`step-${position}`);
  if (card !== null) reveal(card);
}

/** Go to a card, which may be folded away. */
export function reveal(card) {
  const folded = card.closest("details");
  if (folded !== null) folded.open = true;
  card.scrollIntoView({ block: "center" });
  card.focus({ preventScroll: true });
}
