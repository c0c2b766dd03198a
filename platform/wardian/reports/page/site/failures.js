/* Why episodes did not succeed: by symptoms, by the checks that failed, and what was not the agent's doing. */

import { h } from "./dom.js";
import { armSign, arms } from "./arms.js";
import { episodes, reasons } from "./contents.js";
import { details } from "./controls.js";
import { count, several } from "./format.js";
import { growing } from "./growing.js";
import { episodeLink } from "./routes.js";
import { byArm } from "./stacks.js";
import { symptomTable } from "./symptoms.js";
import { row } from "./tables.js";

const KINDS = { limit: "limit", agent: "agent broke" };
const HEADINGS = ["Why", "Episodes", "By arm", "Look at"];
const BROKEN = "Somebody else than the agent broke these. They count for no arm, and resume plays them again.";
const UNGRADED = "A scorer broke on these. They count for no arm until it is mended and rescore has scored them.";
const SHOWN = 12;
const EXAMPLES = 3;

/** The section. */
export function failures() {
  const groups = collected();
  const theirs = groups.filter((group) => group.kind !== "missing");
  const others = groups.filter((group) => group.kind === "missing");
  return [symptomTable(), theirs.length > 0 && byChecks(theirs), others.length > 0 && missing(others)];
}

function byChecks(groups) {
  const summary = `The same episodes by the checks that failed: ${several(groups.length, "group")}`;
  return details(summary, "by-checks", groupTable("Failures by checks", groups));
}

function missing(groups) {
  const broken = groups.filter((group) => group.blame !== "grader");
  const ungraded = groups.filter((group) => group.blame === "grader");
  return [
    h("h3", {}, "Missing"),
    broken.length > 0 && [h("p", { class: "about" }, BROKEN), groupTable("Missing episodes", broken)],
    ungraded.length > 0 && [h("p", { class: "about" }, UNGRADED), groupTable("Episodes without scores", ungraded)],
  ];
}

function collected() {
  const groups = reasons.map((reason) => ({ ...reason, members: [] }));
  for (const episode of episodes.all) groups[episodes.groupNumber(episode)]?.members.push(episode);
  return groups.sort((a, b) => b.members.length - a.members.length);
}

function groupTable(caption, groups) {
  const most = groups[0].members.length;
  return growing(
    caption,
    HEADINGS,
    groups.map((group) => () => line(group, most)),
    SHOWN,
    "failures groups",
  );
}

function line(group, most) {
  const why = [
    group.kind in KINDS && h("span", { class: `badge of-${group.kind}` }, KINDS[group.kind]),
    group.kind === "missing" && h("span", { class: "badge" }, group.blame),
    h("span", { class: "why" }, group.label),
    group.message && h("small", { class: "said" }, group.message),
  ];
  return row(why, count(group.members.length), byArm(numbersOf(group.members), most), examples(group.members));
}

function numbersOf(members) {
  const numbers = new Map();
  for (const each of members) {
    const arm = episodes.text("arm", each);
    numbers.set(arm, (numbers.get(arm) ?? 0) + 1);
  }
  return numbers;
}

/* The shortest of as many arms as possible: they say soonest what went wrong. */
function examples(members) {
  const ordered = [...members].sort((a, b) => episodes.number("turns", a) - episodes.number("turns", b));
  const first = arms
    .map((arm) => ordered.find((each) => episodes.text("arm", each) === arm))
    .filter((each) => each !== undefined);
  const chosen = [...new Set([...first, ...ordered])].slice(0, EXAMPLES);
  return h("div", { class: "examples" }, chosen.map(example));
}

function example(episode) {
  const task = episodes.text("task", episode);
  const link = episodeLink(episodes.key(episode));
  return h(
    "a",
    { href: link, title: task },
    armSign(episodes.text("arm", episode)),
    h("span", { class: "task" }, task),
  );
}
