/* How the values of every metric are spread, arm by arm. */

import { h, s } from "./dom.js";
import { armClass, armTag, arms } from "./arms.js";
import { boards, episodes, metrics } from "./contents.js";
import { mean, metricValue, several } from "./format.js";
import { details } from "./controls.js";
import { prose } from "./prose.js";

const BINS = 24;
const [WIDTH, HEIGHT] = [168, 30];
const BETTER = { higher: "↑ higher is better", lower: "↓ lower is better", neutral: "" };
const ELSEWHERE = new Set(["success"]);

/** A card for every metric that tells arms or episodes apart, and the names of the others. */
export function distributions() {
  const shown = metrics
    .filter((metric) => !ELSEWHERE.has(metric.name))
    .map((metric) => ({ metric, ...spread(metric) }));
  const telling = shown.filter(({ low, high }) => high > low);
  const further = telling.filter(({ metric }) => metric.detail);
  const constant = shown.filter(({ low, high }) => high === low);
  return [
    h("div", { class: "cards" }, telling.filter(({ metric }) => !metric.detail).map(card)),
    further.length > 0 &&
      details(
        `${several(further.length, "metric")} that say more of these`,
        "further",
        h("div", { class: "cards" }, further.map(card)),
      ),
    constant.length > 0 && h("p", { class: "none" }, "The same everywhere: ", constant.map(same).join(", "), "."),
  ];
}

function same({ metric, low }) {
  return `${metric.name} (${metricValue(low, metric.unit)})`;
}

function spread(metric) {
  const columns = new Map(arms.map((arm) => [arm, []]));
  let [low, high] = [Infinity, -Infinity];
  for (const episode of episodes.all) {
    const value = episodes.value(metric.name, episode);
    if (value === null) continue;
    columns.get(episodes.text("arm", episode))?.push(value);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { columns, low, high };
}

function card({ metric, columns, low, high }) {
  const rows = arms.map((arm) => line(arm, metric, columns.get(arm), [low, high]));
  const edges = [low, high].map((edge) => metricValue(Number(edge.toPrecision(2)), metric.unit));
  return h(
    "section",
    { class: "card" },
    h("h3", {}, metric.name, h("small", {}, [metric.unit, BETTER[metric.better]].filter(Boolean).join(" · "))),
    h("p", { class: "about" }, prose(metric.description)),
    h(
      "div",
      { class: "lines" },
      rows,
      h(
        "div",
        { class: "edges" },
        edges.map((edge) => h("span", {}, edge)),
      ),
    ),
  );
}

function line(arm, metric, values, range) {
  const estimate = boards[0].standings.arms
    .find((each) => each.arm === arm)
    ?.metrics.find((each) => each.metric === metric.name)?.estimate;
  const told = estimate ? mean(estimate, metric.unit) : "–";
  return h(
    "div",
    { class: "line" },
    armTag(arm),
    bars(arm, values, range),
    h("span", { class: "mean", title: "mean over tasks ± half of the 95 % interval" }, told),
  );
}

function bars(arm, values, range) {
  const counts = binned(values, range);
  const most = Math.max(1, ...counts);
  const width = WIDTH / BINS;
  const drawn = counts.map((number, bin) => {
    const height = number ? Math.max(1.5, (HEIGHT - 2) * Math.sqrt(number / most)) : 0;
    return s("rect", { x: bin * width, y: HEIGHT - height, width: width - 1, height });
  });
  const attributes = { class: `bars ${armClass(arm)}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" };
  return s("svg", attributes, s("line", { class: "grid", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }), drawn);
}

/** How many values there are in each of the equal parts of a range. */
export function binned(values, [low, high]) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS))] += 1;
  return counts;
}
