/* One step of a trajectory. */

import { h } from "./dom.js";
import { changeList } from "./changes.js";
import { details } from "./controls.js";
import { count, dollars, seconds } from "./format.js";
import { indented } from "./json_text.js";
import { flagged, troubled } from "./marks.js";

const WHO = { policy: "Policy", user: "User", agent: "Agent", tool: "Tool" };
const LONG = 1500;

/** The card of a step; `prefix` tells the cards of two trajectories apart, what `other` does not have is shown. */
export function stepCard(step, position, marks = [], prefix = "step", other = null) {
  const kinds = ["step", step.kind, step.error && "error", step.fault && "fault", flagged(marks) && "marked"];
  const kind = [...kinds, quiet(step) && "slim"].filter(Boolean).join(" ");
  const attributes = { class: kind, id: `${prefix}-${position}`, tabindex: -1, "data-trouble": troubled(step, marks) };
  return h("article", attributes, heading(step, position, marks), body(step, other));
}

/* An answer of one model that only asks for tools says nothing that the calls below it do not. */
function quiet(step) {
  return step.kind === "agent" && step.text === "" && !step.reasoning && !step.panel;
}

function heading(step, position, marks) {
  return h(
    "header",
    {},
    h("span", { class: "number" }, position),
    h("span", { class: "speaker" }, WHO[step.kind]),
    step.name && h("code", { class: "tool-name" }, step.name),
    quiet(step) && h("span", { class: "asks" }, asks(step.calls)),
    badges(step, marks),
    h("span", { class: "facts" }, facts(step).join(" · ")),
  );
}

function asks(calls) {
  if (calls.length === 0) return "says nothing";
  return ["calls ", calls.map((call) => h("code", {}, call.name))];
}

function badges(step, marks) {
  return [
    step.error && h("span", { class: "badge bad" }, step.error),
    step.fault && h("span", { class: "badge fault", title: "what the world did to this call" }, `fault: ${step.fault}`),
    marks.map(({ words, title, kind }) => h("span", { class: `badge ${kind}`, title }, words)),
    stateBadge(step),
    step.notes.filter((note) => note !== "simulated").map((note) => h("span", { class: "badge" }, note)),
  ];
}

function stateBadge({ changed, changes }) {
  if (changes.length > 0) return h("span", { class: "badge write" }, "changed the state");
  const title =
    "The state is another one, but no row of it is known to have changed: time passed, or the environment does not say.";
  return changed && h("span", { class: "badge", title }, "state moved on");
}

function facts(step) {
  const told = [];
  if (step.now) told.push(`world: ${step.now}`);
  if (step.tokens) told.push(`${count(step.tokens[0])} → ${count(step.tokens[1])} tokens`, dollars(step.cost_usd));
  if (step.seconds !== null && step.seconds >= 0.001) told.push(seconds(step.seconds));
  if (step.at_s !== null) told.push(`at ${seconds(step.at_s)}`);
  return told;
}

function body(step, other) {
  if (step.kind === "policy") return details(`${count(step.text.length)} characters`, "long", text(step.text));
  if (step.kind !== "tool") {
    return [
      step.reasoning && details("Reasoning", "long", text(step.reasoning)),
      step.text && text(step.text),
      step.panel && details("Members", "long", text(step.panel)),
      step.changes.length > 0 && changeList("What the user changed", step.changes),
    ];
  }
  return [
    bareArguments(step) ? null : code("Arguments", step.arguments, other?.arguments),
    code(step.error ? "Refusal" : "Answer", step.text, other?.text),
    step.changes.length > 0 && changeList("Changes", step.changes),
  ];
}

function bareArguments({ arguments: written }) {
  return written.trim() === "{}";
}

function text(words) {
  return h("div", { class: "words" }, words);
}

function code(label, written, other) {
  const shown = indented(written);
  const block = h(
    "pre",
    { tabindex: 0, role: "group", "aria-label": label },
    other === undefined ? shown : contrasted(shown, indented(other)),
  );
  const lines = shown.split("\n").length;
  if (shown.length < LONG && lines <= 16)
    return h("div", { class: "code" }, h("span", { class: "label" }, label), block);
  return details([h("span", { class: "label" }, label), ` ${count(lines)} lines`], "code", block);
}

/* The lines that the other text does not have stand out. */
function contrasted(text, other) {
  const theirs = new Set(other.split("\n").map(bare));
  return text.split("\n").map((line, place) => {
    const words = place > 0 ? `\n${line}` : line;
    return theirs.has(bare(line)) ? words : h("mark", { class: "differs" }, words);
  });
}

function bare(line) {
  return line.replace(/,$/, "");
}
