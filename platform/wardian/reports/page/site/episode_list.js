/* All episodes: filtered, sorted, and opened. */

import { fill, h } from "./dom.js";
import { armTag, arms } from "./arms.js";
import { episodes, reasons } from "./contents.js";
import { choice, search } from "./controls.js";
import { count, dollars, several } from "./format.js";
import { episodeLink, go } from "./routes.js";
import { Rows } from "./rows.js";

const ANY = "";
const OUTCOMES = { success: "succeeded", fail: "failed", missing: "missing" };
const COLUMNS = [
  ["Task", "task"],
  ["Template", "template"],
  ["User", "persona"],
  ["Arm", "arm"],
  ...(episodes.repeated ? [["Repeat", "repeat"]] : []),
  ["Outcome", "outcome"],
  ["Why", "why"],
  ["Turns", "turns"],
  ["Calls", "calls"],
  ["Errors", "errors"],
  ["Faults", "faults"],
  ["Cost", "cost_usd"],
];
const TEXTS = new Set(["task", "template", "persona", "arm", "outcome"]);
const UPWARDS = new Set([...TEXTS, "repeat"]);

/* The order in which the list stands now. */
let order = episodes.all;

/** The episodes before and behind one in the list as it stands now; undefined at its ends, or when it is not in it. */
export function beside(episode) {
  const place = order.indexOf(episode);
  return place < 0 ? [undefined, undefined] : [order[place - 1], order[place + 1]];
}

/** The section. */
export function episodeList() {
  const wanted = { text: "", sort: "task", down: false };
  const heads = COLUMNS.map(([name, column]) => sortButton(name, () => sortBy(column)));
  const rows = new Rows({ label: "Episodes", columns: heads, cells, open });
  if (episodes.repeated) rows.element.classList.add("repeated");
  const nothing = h("p", { class: "none" }, "No episode is like that: take a filter away, or find something else.");
  const found = h("p", { class: "found", role: "status" });
  const show = () => {
    const kept = sorted(
      episodes.all.filter((episode) => fits(episode, wanted)),
      wanted,
    );
    fill(
      found,
      kept.length === episodes.size
        ? several(kept.length, "episode")
        : `${count(kept.length)} of ${several(episodes.size, "episode")}`,
    );
    heads.forEach((head, place) => head.setAttribute("aria-sort", direction(COLUMNS[place][1], wanted)));
    rows.show(kept);
    nothing.hidden = kept.length > 0;
    order = kept;
  };
  const sortBy = (column) => {
    wanted.down = wanted.sort === column ? !wanted.down : !UPWARDS.has(column);
    wanted.sort = column;
    show();
  };
  const put = (column) => (value) => {
    wanted[column] = value;
    show();
  };
  show();
  return [h("div", { class: "controls" }, filters(put), found), h("div", { class: "list" }, rows.element, nothing)];
}

function filters(put) {
  const names = (column) => [...episodes.names(column)].sort().map((name) => [name, name]);
  const outcomes = Object.entries(OUTCOMES).filter(([outcome]) => episodes.names("outcome").includes(outcome));
  const many = ["environment", "template", "persona"].filter((column) => episodes.names(column).length > 1);
  const labels = { environment: "Environment", template: "Template", persona: "User" };
  return [
    search("Find", put("text")),
    choice("Arm", [[ANY, "all"], ...arms.map((arm) => [arm, arm])], ANY, put("arm")),
    choice("Outcome", [[ANY, "all"], ...outcomes], ANY, put("outcome")),
    many.map((column) => choice(labels[column], [[ANY, "all"], ...names(column)], ANY, put(column))),
  ];
}

function sortButton(name, pressed) {
  const button = h("button", { type: "button", on: { click: pressed } }, name);
  return h("span", { role: "columnheader" }, button);
}

function direction(column, { sort, down }) {
  if (column !== sort) return "none";
  return down ? "descending" : "ascending";
}

function fits(episode, { text, ...wanted }) {
  for (const column of ["arm", "outcome", "environment", "template", "persona"]) {
    if (wanted[column] && episodes.text(column, episode) !== wanted[column]) return false;
  }
  return text === "" || haystack(episode).includes(text.toLowerCase());
}

function haystack(episode) {
  const words = ["task", "template", "persona", "arm", "seed"].map((column) => episodes.text(column, episode));
  return [...words, why(episode), episodes.key(episode)].join(" ").toLowerCase();
}

function why(episode) {
  return reasons[episodes.groupNumber(episode)]?.label ?? "";
}

function sorted(kept, { sort, down }) {
  const value = valueOf(sort);
  const sign = down ? -1 : 1;
  return kept
    .map((episode) => [value(episode), episode])
    .sort(([a, one], [b, other]) => (a === b ? one - other : a < b ? -sign : sign))
    .map(([, episode]) => episode);
}

function valueOf(column) {
  if (column === "why") return why;
  if (TEXTS.has(column)) return (episode) => episodes.text(column, episode);
  return (episode) => episodes.number(column, episode) ?? -1;
}

function cells(episode) {
  const [outcome, number] = [episodes.text("outcome", episode), (column) => count(episodes.number(column, episode))];
  const link = h("a", { href: episodeLink(episodes.key(episode)), tabindex: -1 }, episodes.text("task", episode));
  return [
    link,
    episodes.text("template", episode),
    episodes.text("persona", episode),
    armTag(episodes.text("arm", episode)),
    ...(episodes.repeated ? [number("repeat")] : []),
    h("span", { class: `outcome ${outcome}` }, OUTCOMES[outcome]),
    why(episode),
    ...["turns", "calls", "errors", "faults"].map(number),
    dollars(episodes.number("cost_usd", episode)),
  ];
}

function open(episode) {
  go(episodeLink(episodes.key(episode)));
}
