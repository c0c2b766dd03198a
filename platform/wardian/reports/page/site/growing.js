/* A table of which only the first rows are there until somebody asks for more. */

import { fill, h } from "./dom.js";
import { count } from "./format.js";
import { table } from "./tables.js";

const STEP = 50;

/** `makers` make the rows, of which `shown` are there at first. */
export function growing(caption, headings, makers, shown, kind) {
  const rows = table(
    caption,
    headings,
    makers.slice(0, shown).map((make) => make()),
    kind,
  );
  if (makers.length <= shown) return rows;
  const more = h("button", { type: "button" });
  let there = shown;
  const label = () => fill(more, `Show more (${count(makers.length - there)} left)`);
  more.addEventListener("click", () => {
    rows.querySelector("tbody").append(...makers.slice(there, there + STEP).map((make) => make()));
    there += STEP;
    if (there >= makers.length) more.remove();
    else label();
  });
  label();
  return [rows, more];
}
