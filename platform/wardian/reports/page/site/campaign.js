/* What a campaign came to: its gates, what was promoted, and the way there. */

import { h } from "./dom.js";
import { evidence, scaleOf } from "./evidence.js";
import { notesList, row, table, toldTable } from "./tables.js";

/** The section, of what `CampaignAccount` has. */
export function campaign({ notes, gates, changed, diff, sections }) {
  const scale = scaleOf(gates);
  return [
    notesList(notes),
    gates.map((gate) => gatePanel(gate, scale)),
    diff.length > 0 && h("div", { class: "panel gate" }, h("h3", {}, changed), h("pre", { class: "edit" }, diff.map(line))),
    sections.map(shown),
  ];
}

function gatePanel(gate, scale) {
  const { number, candidate, ruling, why, facts, guardrails } = gate;
  return h(
    "div",
    { class: "panel gate" },
    h("h3", {}, `Gate ${number}: ${candidate} `, h("b", { class: `ruling ${ruling}` }, ruling)),
    h("p", { class: "why" }, why),
    h(
      "dl",
      { class: "summary" },
      facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
    gate.curve.length > 0 && evidence(gate, scale),
    guardrails.rows.length > 0 && toldTable(guardrails),
  );
}

/* A line of a diff begins with its sign; any other is the name of a component. */
function line(text) {
  const name = { "+": "ins", "-": "del", " ": "span" }[text[0]] ?? "b";
  return h(name, {}, `${text}\n`);
}

function shown({ title, headings, rows, notes }) {
  const lines = rows.map(([first, ...cells]) => row(first, ...cells));
  return h("div", { class: "panel gate" }, h("h3", {}, title), table(title, headings, lines, "account"), notesList(notes));
}
