/* What became of the state, row by row. */

import { h } from "./dom.js";
import { indented } from "./json_text.js";

const SIGNS = { insert: "+ ", delete: "− ", update: "" };

/** Changes under each other, with their values as JSON. */
export function changeList(label, changes) {
  const lines = changes.map((change) => h("li", { class: change.kind }, path(change), values(change)));
  return h(
    "div",
    { class: "change-list" },
    h("span", { class: "label" }, label),
    h("ul", { "aria-label": label }, lines),
  );
}

function path({ table, key, column, kind }) {
  const place = column === "*" ? "" : `.${column}`;
  return h("code", { class: "path" }, `${SIGNS[kind]}${table}[${key}]${place}`);
}

function values({ kind, before, after }) {
  return [kind !== "insert" && h("del", {}, indented(before)), kind !== "delete" && h("ins", {}, indented(after))];
}
