/* Two episodes side by side, from where they part. */

import { h } from "./dom.js";
import { armTag } from "./arms.js";
import { episodes, metrics } from "./contents.js";
import { details } from "./controls.js";
import { divergence } from "./divergence.js";
import { checks, netChanges, seedWords, symptoms, verdict } from "./facts.js";
import { metricValue, several } from "./format.js";
import { marksOf } from "./marks.js";
import { episodeLink } from "./routes.js";
import { stepCard } from "./steps.js";
import { row, table } from "./tables.js";

const CONTEXT = 2;

/** The view of two episodes. */
export function compareView(pair, trajectories) {
  const sides = pair.map((episode, side) => ({
    episode,
    trajectory: trajectories[side],
    marks: marksOf(trajectories[side]),
    side,
  }));
  const parting = divergence(trajectories[0].steps, trajectories[1].steps);
  const hidden = Math.max(0, parting - CONTEXT);
  return h(
    "div",
    { class: "comparison" },
    h(
      "div",
      { class: "view-top" },
      h("nav", { class: "ways", "aria-label": "Episodes" }, h("a", { href: "#episodes" }, "All episodes")),
      h("h1", {}, title(pair)),
    ),
    h("div", { class: "pair who" }, sides.map(sideName)),
    h("div", { class: "pair heads" }, sides.map(sideHead)),
    differences(trajectories, pair),
    hidden > 0 && details(`${several(hidden, "step")} before are the same`, "prefix", pairs(sides, 0, hidden)),
    pairs(sides, hidden, parting),
    h("h2", { class: "parting" }, partingWords(trajectories, parting)),
    h(
      "div",
      { class: "pair" },
      sides.map((side) =>
        column(side, parting, { mine: side.trajectory.steps, theirs: sides[1 - side.side].trajectory.steps }),
      ),
    ),
  );
}

/** Go to where the two part, if they do: what is above is at hand, and the keys go on from there. */
export function revealParting(view) {
  const parting = view.querySelector(".parting");
  const card = parting.nextElementSibling.querySelector(".step");
  if (card === null) return;
  card.focus({ preventScroll: true });
  parting.scrollIntoView({ block: "start" });
}

function title(pair) {
  const [left, right] = pair.map((episode) => episodes.text("task", episode));
  return left === right ? left : `${left} and ${right}`;
}

function partingWords(trajectories, parting) {
  const ended = trajectories.map(({ steps }) => steps.length === parting);
  if (ended[0] && ended[1]) return "They do the same to the end";
  return parting === 0 ? "They differ from the first step" : `They part at step ${parting}`;
}

function sideName({ episode }) {
  const alone = h("a", { href: episodeLink(episodes.key(episode)) }, "alone");
  return h("p", { class: "verdict" }, verdict(episode), h("small", {}, `seed ${seedWords(episode)}`), alone);
}

function sideHead({ episode, trajectory }) {
  return h(
    "section",
    { class: "side", "aria-label": episodes.text("arm", episode) },
    checks(trajectory),
    symptoms(trajectory),
    netChanges(trajectory),
  );
}

/* Only the metrics in which they differ. */
function differences([left, right], pair) {
  const value = (trajectory, name) => trajectory.scores.find((score) => score.metric === name)?.value ?? null;
  const differing = metrics.filter(({ name }) => value(left, name) !== value(right, name));
  if (differing.length === 0) return null;
  const rows = differing.map(({ name, unit }) =>
    row(name, metricValue(value(left, name), unit), metricValue(value(right, name), unit)),
  );
  const headings = ["Metric", ...pair.map((episode) => armTag(episodes.text("arm", episode)))];
  return details(
    `${several(differing.length, "metric")} differ`,
    "differing",
    table("Metrics that differ", headings, rows, "numbers"),
  );
}

function pairs(sides, from, to) {
  const rows = [];
  for (let position = from; position < to; position += 1)
    rows.push(
      h(
        "div",
        { class: "pair" },
        sides.map((side) => card(side, position)),
      ),
    );
  return rows;
}

/* The first call of the same tool: that is where one looks for the difference. */
function counterpart(step, others, from) {
  if (step.kind !== "tool" || step !== firstCall(step, others.mine, from)) return null;
  return firstCall(step, others.theirs, from);
}

function firstCall({ name }, steps, from) {
  return steps.find((each, position) => position >= from && each.kind === "tool" && each.name === name) ?? null;
}

function column(side, from, others) {
  const { steps } = side.trajectory;
  const cards = steps.slice(from).map((step, place) => card(side, from + place, counterpart(step, others, from)));
  return h(
    "section",
    { class: "side", "aria-label": `${episodes.text("arm", side.episode)} from there on` },
    cards,
    h("p", { class: "end" }, "End: ", episodes.text("stop", side.episode)),
  );
}

function card({ trajectory, marks, side }, position, other = null) {
  return stepCard(trajectory.steps[position], position, marks.get(position), side === 0 ? "left" : "right", other);
}
