/* One episode, step by step. */

import { h } from "./dom.js";
import { episodes, tries, tryOf } from "./contents.js";
import { choice } from "./controls.js";
import { checks, netChanges, scores, summary, symptoms, verdict } from "./facts.js";
import { marksOf } from "./marks.js";
import { beside } from "./episode_list.js";
import { compareLink, episodeLink, go } from "./routes.js";
import { keysHint, reveal } from "./step_keys.js";
import { stepCard } from "./steps.js";
import { timeline } from "./timeline.js";

/** The view of an episode. */
export function episodeView(episode, trajectory) {
  const marks = marksOf(trajectory);
  const cards = trajectory.steps.map((step, position) => stepCard(step, position, marks.get(position)));
  const go = (position) => reveal(cards[position]);
  const steps = h("section", { class: "steps", "aria-label": "Steps" }, cards);
  return h(
    "div",
    { class: "episode" },
    top(episode),
    summary(episode, trajectory),
    timeline(trajectory.steps, marks, go),
    h("div", { class: "columns" }, steps, aside(trajectory)),
  );
}

function top(episode) {
  return h(
    "div",
    { class: "view-top" },
    ways(episode),
    h("h1", {}, episodes.text("task", episode)),
    verdict(episode),
    compareWith(episode),
  );
}

/* Back to the list, and along it. */
function ways(episode) {
  const [before, behind] = beside(episode).map((each) => each !== undefined && episodeLink(episodes.key(each)));
  return h(
    "nav",
    { class: "ways", "aria-label": "Episodes" },
    h("a", { href: "#episodes" }, "All episodes"),
    before && h("a", { class: "before", href: before }, "← Previous"),
    behind && h("a", { class: "behind", href: behind }, "Next →"),
  );
}

/* The other arms on the same task and seed, then other episodes of the same task. */
function compareWith(episode) {
  const same = tries()
    .get(tryOf(episode))
    .filter((each) => each !== episode);
  const alike = (each) =>
    ["environment", "task"].every((column) => episodes.code(column, each) === episodes.code(column, episode));
  const others = episodes.all.filter((each) => each !== episode && alike(each) && !same.includes(each));
  const options = [...same, ...others].map((each) => [episodes.key(each), named(each, same.includes(each))]);
  if (options.length === 0) return null;
  const compare = (key) => key && go(compareLink(episodes.key(episode), key));
  return choice("Compare with", [["", "choose …"], ...options], "", compare);
}

function named(episode, sameSeed) {
  const seed = sameSeed ? "" : `, repeat ${episodes.number("repeat", episode)}`;
  return `${episodes.text("arm", episode)}${seed} (${episodes.text("outcome", episode)})`;
}

function aside(trajectory) {
  const changes = netChanges(trajectory);
  return h(
    "aside",
    { "aria-label": "Findings" },
    h("h2", {}, "Checks"),
    checks(trajectory),
    symptoms(trajectory),
    changes && [h("h2", {}, "State at the end"), changes],
    h("h2", {}, "Scores"),
    scores(trajectory),
    trajectory.notes && [h("h2", {}, "Notes"), h("pre", { tabindex: 0 }, trajectory.notes)],
    keysHint(),
  );
}
