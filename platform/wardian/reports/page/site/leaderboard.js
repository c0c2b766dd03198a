/* Who is best, and how sure that is. */

import { h } from "./dom.js";
import { armTag } from "./arms.js";
import { chance, count, dollars, interval, points } from "./format.js";
import { Forest, bounds } from "./forest.js";
import { notesList, row, table } from "./tables.js";

/** What is said above everything when models are simulated. */
export const SIMULATED = "Simulated models answered: these numbers say nothing about real ones.";

/** The ranking of one board with its notes. */
export function ranking(board) {
  const { standings, sections } = board;
  const known = standings.arms.filter((arm) => arm.success !== null);
  const forest = new Forest(known.length > 0 ? bounds(known.map((arm) => arm.success)) : [0, 1]);
  const k = Math.max(1, ...standings.arms.flatMap((arm) => arm.reliability.map((each) => each.k)));
  const headings = [
    "Arm",
    ["Success, % of tasks, with 95 % interval ", forest.axis()],
    "Success",
    k > 1 && hat(k),
    ...REST,
  ];
  const rows = standings.arms.map((arm) => ranked(arm, forest, k));
  return [
    table("Leaderboard", headings.filter(Boolean), rows, "ranking numbers"),
    notesList((sections[0]?.notes ?? []).filter((note) => note !== SIMULATED)),
  ];
}

const REST = ["Cost per episode", "Cost", "Episodes", "Tasks", "Missing"];

function hat(k) {
  return h("abbr", { title: `all of ${k} tries at a task succeed` }, `pass^${k}`);
}

function ranked(arm, forest, k) {
  const all = arm.reliability.find((each) => each.k === k)?.all_of;
  const missing = arm.missing.reduce((sum, each) => sum + each.episodes, 0);
  return row(
    h(
      "div",
      { class: "who" },
      armTag(arm.arm),
      h("small", {}, [arm.model, arm.prompt, arm.simulated && "simulated"].filter(Boolean).join(" · ")),
    ),
    arm.success && forest.row(arm.arm, arm.success),
    arm.success ? [h("b", {}, points(arm.success.value)), h("small", {}, interval(arm.success))] : "–",
    ...(k > 1 ? [all ? points(all.value) : "–"] : []),
    dollars(costOf(arm)?.value),
    dollars(arm.cost_usd),
    count(arm.episodes),
    count(arm.tasks),
    missing > 0 ? h("span", { class: "warn" }, count(missing)) : "0",
  );
}

/** What an episode of an arm costs, as an estimate; undefined when a price is unknown. */
export function costOf(arm) {
  return arm.metrics.find((metric) => metric.metric === "cost_usd")?.estimate;
}

/** The best against each of the rest, on the same tasks and seeds. */
export function comparisons({ standings: { comparisons: all }, sections }) {
  if (all.length === 0) return null;
  const forest = new Forest(bounds([...all.map((each) => each.difference), { value: 0 }], -1, 1), {
    middle: 0,
    width: 170,
  });
  const headings = ["Minus", ["Points, with 95 % interval ", forest.axis()], "Points", "p (Holm)", "Pairs"];
  const rows = all.map((each) =>
    row(
      armTag(each.other),
      forest.row(each.other, each.difference),
      [h("b", {}, signed(each.difference.value)), h("small", {}, interval(each.difference))],
      chance(each.p_value),
      count(each.pairs),
    ),
  );
  const title = `${all[0].best} against the rest`;
  const notes = sections.find((section) => section.title.startsWith(`${all[0].best} against`))?.notes ?? [];
  return h(
    "div",
    { class: "panel" },
    h("h3", {}, title),
    table(title, headings, rows, "ranking numbers"),
    notesList(notes),
  );
}

/** The first sentence of the report. */
export function headline({ standings }) {
  const best = standings.arms.find((arm) => arm.success !== null);
  if (best === undefined) return h("p", { class: "headline" }, "No episode has an outcome yet.");
  const told = [
    h("b", {}, best.arm),
    ` succeeds in ${points(best.success.value)} % of tasks ${interval(best.success)}`,
  ];
  const next = standings.comparisons[0];
  if (next !== undefined)
    told.push(
      `, ${signed(next.difference.value)} points ${interval(next.difference)} over ${next.other}: ${sureness(next)}`,
    );
  return h("p", { class: "headline" }, told, ".");
}

function sureness({ p_value: p }) {
  const words = p < 0.05 ? "more than chance explains" : "no more than chance explains";
  return `${words} (p ${p < 0.001 ? "" : "= "}${chance(p)})`;
}

function signed(share) {
  const told = points(share);
  return told.startsWith("-") ? `−${told.slice(1)}` : `+${told}`;
}
