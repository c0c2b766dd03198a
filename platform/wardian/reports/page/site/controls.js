/* What people choose with. */

import { h } from "./dom.js";

/** A choice among `options`, pairs of a value and its name; `changed` is told the value. */
export function choice(label, options, value, changed) {
  const items = options.map(([each, name]) => h("option", { value: each, selected: each === value }, name));
  const select = h("select", { on: { change: () => changed(select.value) } }, items);
  return h("label", { class: "choice" }, h("span", {}, label), select);
}

/** A field for a text to look for; `changed` is told it while it is typed. */
export function search(label, changed) {
  const input = h("input", { type: "search", on: { input: () => changed(input.value) } });
  return h("label", { class: "choice" }, h("span", {}, label), input);
}

/** What opens on demand. */
export function details(summary, kind, ...children) {
  return h("details", { class: kind }, h("summary", {}, summary), children);
}
