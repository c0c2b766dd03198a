/* Why episodes did not succeed: those that ended alike, together. */

import { h } from "./dom.js";
import { armClass, arms, armSign, armTag } from "./arms.js";
import { episodes, reasons } from "./contents.js";
import { count } from "./format.js";
import { episodeLink } from "./routes.js";
import { row, table } from "./tables.js";

const KINDS = { limit: "limit", agent: "agent broke" };
const HEADINGS = ["Why", "Episodes", "By arm", "Look at"];
const SHOWN = 12;
const EXAMPLES = 3;

/** The groups of failed episodes, and those of missing ones, which count for nobody. */
export function failures() {
  const groups = collected();
  const theirs = groups.filter((group) => group.kind !== "missing");
  const others = groups.filter((group) => group.kind === "missing");
  return [
    theirs.length > 0 ? groupTable("Failures", theirs) : h("p", { class: "none" }, "Every episode that has an outcome succeeded."),
    others.length > 0 && [
      h("h3", {}, "Missing"),
      h("p", { class: "about" }, "Somebody else than the agent broke these. They count for no arm, and resume plays them again."),
      groupTable("Missing episodes", others),
    ],
  ];
}

function collected() {
  const groups = reasons.map((reason) => ({ ...reason, members: [] }));
  for (const episode of episodes.all) groups[episodes.groupNumber(episode)]?.members.push(episode);
  return groups.sort((a, b) => b.members.length - a.members.length);
}

function groupTable(caption, groups) {
  const most = groups[0].members.length;
  const shown = table(caption, HEADINGS, groups.slice(0, SHOWN).map((group) => line(group, most)), "failures");
  const rest = groups.slice(SHOWN);
  if (rest.length === 0) return shown;
  const more = h("button", { type: "button" }, `Show ${count(rest.length)} rarer ones`);
  more.addEventListener("click", () => {
    shown.querySelector("tbody").append(...rest.map((group) => line(group, most)));
    more.remove();
  });
  return [shown, more];
}

function line(group, most) {
  const why = [
    group.kind in KINDS && h("span", { class: `badge of-${group.kind}` }, KINDS[group.kind]),
    group.kind === "missing" && h("span", { class: "badge" }, group.blame),
    h("span", { class: "why" }, group.label),
    group.message && h("small", { class: "said" }, group.message),
  ];
  return row(why, count(group.members.length), shares(group.members, most), examples(group.members));
}

function shares(members, most) {
  const numbers = arms.map((arm) => members.filter((each) => episodes.text("arm", each) === arm).length);
  const parts = arms.map((arm, place) => {
    const width = `${(100 * numbers[place]) / most}%`;
    return h("span", { class: `part ${armClass(arm)}`, style: { width } });
  });
  const told = arms.map((arm, place) => (numbers[place] > 0 ? h("span", { class: "share" }, armTag(arm), count(numbers[place])) : null));
  return [h("div", { class: "stack", "aria-hidden": "true" }, parts), h("div", { class: "shares" }, told)];
}

/* The shortest of as many arms as possible: they say soonest what went wrong. */
function examples(members) {
  const ordered = [...members].sort((a, b) => episodes.number("turns", a) - episodes.number("turns", b));
  const first = arms.map((arm) => ordered.find((each) => episodes.text("arm", each) === arm)).filter((each) => each !== undefined);
  const chosen = [...new Set([...first, ...ordered])].slice(0, EXAMPLES);
  return h("div", { class: "examples" }, chosen.map(example));
}

function example(episode) {
  const task = episodes.text("task", episode);
  return h("a", { href: episodeLink(episodes.key(episode)), title: task }, armSign(episodes.text("arm", episode)), h("span", { class: "task" }, task));
}
