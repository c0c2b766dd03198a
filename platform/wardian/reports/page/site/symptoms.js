/* What detectors found: failed episodes with one symptom in common, on alike tasks. */

import { h } from "./dom.js";
import { armSign } from "./arms.js";
import { clusters, episodes, failed, meanings } from "./contents.js";
import { count, several } from "./format.js";
import { growing } from "./growing.js";
import { episodeLink } from "./routes.js";
import { byArm } from "./stacks.js";
import { row } from "./tables.js";

const HEADINGS = ["Symptom", "Tasks", "Failed", "Succeeded", "Failed, by arm", "Look at"];
const SHOWN = 12;

/** The clusters, the largest first. */
export function symptomTable() {
  if (clusters.length === 0) return h("p", { class: "none" }, nothing());
  const most = clusters[0].failed;
  const about = [
    `What detectors found in the ${several(failed, "episode")} that failed. One may have several symptoms; `,
    "Succeeded counts those that have it and succeeded all the same.",
  ];
  const makers = clusters.map((cluster) => () => line(cluster, most));
  return [h("p", { class: "about" }, about), growing("What went wrong", HEADINGS, makers, SHOWN, "failures")];
}

function nothing() {
  if (failed > 0) return `Detectors found nothing in the ${several(failed, "episode")} that failed.`;
  const missing = episodes.all.filter((episode) => episodes.text("outcome", episode) === "missing").length;
  if (missing === 0) return "Nothing went wrong.";
  return missing === episodes.size ? "No episode has a score." : "No episode that has a score failed.";
}

function line(cluster, most) {
  const told = cluster.about ? `${cluster.detector}(${cluster.about})` : cluster.detector;
  const numbers = new Map(cluster.arms.map(({ arm, episodes }) => [arm, episodes]));
  return row(
    [
      h("span", { class: "why", title: meanings[cluster.detector] }, told),
      cluster.tool && h("small", { class: "said" }, cluster.tool),
    ],
    h("span", { class: "task" }, `${cluster.environment}: ${cluster.template}`),
    count(cluster.failed),
    count(cluster.succeeded),
    byArm(numbers, most),
    h("div", { class: "examples" }, cluster.examples.map(example)),
  );
}

function example({ episode, arm, task, positions }) {
  const link = episodeLink(episode, positions[0] ?? null);
  return h("a", { href: link, title: task }, armSign(arm), h("span", { class: "task" }, task));
}
