/* Tables: of numbers that were put into words elsewhere, and in general. */

import { details } from "./controls.js";
import { h } from "./dom.js";

/** A table that can be scrolled sideways where it is too wide. */
export function table(caption, headings, rows, kind = "") {
  const head = h(
    "thead",
    {},
    h(
      "tr",
      {},
      headings.map((heading) => h("th", { scope: "col" }, heading)),
    ),
  );
  const body = h("tbody", {}, rows);
  const inner = h("table", { class: kind }, h("caption", { class: "unseen" }, caption), head, body);
  return h("div", { class: "wide", tabindex: 0, role: "group", "aria-label": caption }, inner);
}

/** A row whose first cell names it. */
export function row(first, ...cells) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, first),
    cells.map((cell) => h("td", {}, cell)),
  );
}

/** A section of the report as it is told in the terminal. */
export function toldTable({ title, headings, rows, notes }) {
  const lines = rows.map(([first, ...cells]) => row(first, ...cells));
  return details(title, "told", table(title, headings, lines, "numbers"), notesList(notes));
}

/** What is to be said about a table. */
export function notesList(notes) {
  return (
    notes.length > 0 &&
    h(
      "ul",
      { class: "notes" },
      notes.map((note) => h("li", {}, note)),
    )
  );
}
