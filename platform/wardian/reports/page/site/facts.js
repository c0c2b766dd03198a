/* What is known of an episode beside its steps. */

import { h } from "./dom.js";
import { armTag } from "./arms.js";
import { episodes, metrics } from "./contents.js";
import { count, dollars, metricValue, seconds, several, span } from "./format.js";
import { changeList } from "./changes.js";
import { details } from "./controls.js";
import { episodeLink } from "./routes.js";
import { row, table } from "./tables.js";

const OUTCOMES = { success: "Succeeded", fail: "Failed", missing: "Missing" };

/** The line of facts below the title. */
export function summary(episode, trajectory) {
  const words = (column) => episodes.text(column, episode);
  const number = (column) => episodes.number(column, episode);
  const told = [
    ["Template", words("template")],
    ["User", words("persona")],
    ["Environment", words("environment")],
    ["Seed", seedWords(episode)],
    models(trajectory) && ["Model", models(trajectory)],
    ["Turns", count(number("turns"))],
    ["Tokens", count(number("tokens"))],
    ["Cost", dollars(number("cost_usd"))],
    ["Took", seconds(number("wall_s"))],
    trajectory.virtual_s !== null && ["World time", span(trajectory.virtual_s)],
    ["Ended", words("stop")],
  ];
  return h(
    "dl",
    { class: "summary" },
    told.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** The seed, and which time it was where tasks were played more than once. */
export function seedWords(episode) {
  const repeat = episodes.repeated ? `, repeat ${episodes.number("repeat", episode)}` : "";
  return `${episodes.text("seed", episode)}${repeat}`;
}

/* Who answered, and whether that was a model at all. */
function models({ steps }) {
  const asked = steps.filter((step) => step.model !== "");
  const names = [...new Set(asked.map((step) => step.model))].join(", ");
  return asked.some((step) => step.notes.includes("simulated")) ? `${names} (simulated)` : names;
}

/** Whose episode it is, and how it ended. */
export function verdict(episode) {
  const outcome = episodes.text("outcome", episode);
  return [armTag(episodes.text("arm", episode)), h("span", { class: `outcome ${outcome}` }, OUTCOMES[outcome])];
}

/** The checks, failed ones first. */
export function checks(trajectory) {
  if (trajectory.failure) return h("p", { class: "failure" }, trajectory.failure);
  if (trajectory.checks.length === 0) return h("p", { class: "none" }, "Nothing was checked.");
  const ordered = [...trajectory.checks].sort((a, b) => a.passed - b.passed);
  return h("ul", { class: "checks" }, ordered.map(check));
}

function check({ name, passed, required, detail }) {
  const sign = h("span", { class: passed ? "yes" : "no" }, passed ? "✓ passed" : "✗ failed");
  return h(
    "li",
    {},
    sign,
    " ",
    h("code", {}, name),
    !required && h("small", {}, " not required"),
    detail && h("div", { class: "detail" }, detail),
  );
}

/** What detectors found, with links to the steps. */
export function symptoms({ key, symptoms: found }) {
  if (found.length === 0) return null;
  const items = found.map(({ name, tool, positions }) => {
    const links = positions.map((step) => h("a", { href: episodeLink(key, step) }, step));
    return h(
      "li",
      {},
      h("span", { class: "badge symptom" }, name),
      " ",
      tool && h("code", {}, tool),
      " ",
      h("span", { class: "evidence" }, links),
    );
  });
  return [h("h2", {}, "Symptoms"), h("ul", { class: "symptoms" }, items)];
}

/** The scores, with links to the steps that are their evidence. */
export function scores(trajectory) {
  const known = trajectory.scores.filter((score) => score.value !== null);
  const rows = known.map((score) => {
    const card = metrics.find((metric) => metric.name === score.metric);
    const links = score.evidence.map((step) => h("a", { href: episodeLink(trajectory.key, step) }, step));
    const evidence = h("span", { class: "evidence", title: card?.evidence }, links);
    return row(
      [score.metric, score.explanation && h("small", {}, score.explanation)],
      metricValue(score.value, card?.unit),
      evidence,
    );
  });
  const others = trajectory.scores.length - known.length;
  return [
    table("Scores", ["Metric", "Value", "Steps"], rows, "numbers scores"),
    others > 0 && h("p", { class: "none" }, `${several(others, "metric")} do not apply.`),
  ];
}

/** What should have changed, and what has. */
export function netChanges({ expected, actual }) {
  if (expected.length + actual.length === 0) return null;
  const text = (change) => JSON.stringify(change);
  const [wanted, made] = [new Set(expected.map(text)), new Set(actual.map(text))];
  const parts = [
    ["Missing", expected.filter((change) => !made.has(text(change)))],
    ["Not asked for", actual.filter((change) => !wanted.has(text(change)))],
    ["Made as asked", actual.filter((change) => wanted.has(text(change)))],
  ];
  return parts
    .filter(([, changes]) => changes.length > 0)
    .map(([name, changes]) => {
      const shown = details(`${name}: ${several(changes.length, "change")}`, "net", changeList(name, changes));
      shown.open = name !== "Made as asked";
      return shown;
    });
}
