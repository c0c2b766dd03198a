/* What an episode costs, against how often it succeeds. */

import { h, s } from "./dom.js";
import { armClass, armTag, marker } from "./arms.js";
import { costOf } from "./leaderboard.js";
import { dollars, points } from "./format.js";
import { around, linear, ticks } from "./scales.js";

const [WIDTH, HEIGHT] = [560, 320];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 18, 14, 44];

/** The plot; a sentence where there is nothing to plot. */
export function costQuality({ standings }) {
  const spots = standings.arms.filter((arm) => arm.success !== null && costOf(arm) !== undefined).map(spot);
  const unknown = standings.arms.filter((arm) => arm.success !== null && costOf(arm) === undefined);
  return h(
    "figure",
    { class: "panel" },
    h("h3", {}, "Cost and quality"),
    spots.length > 0 ? plot(spots) : h("p", { class: "none" }, "The price of no arm is known."),
    h(
      "figcaption",
      {},
      caption(spots),
      unknown.length > 0 && [" Price unknown: ", unknown.map((arm) => armTag(arm.arm))],
    ),
  );
}

function spot(arm) {
  return { arm: arm.arm, cost: costOf(arm), success: arm.success };
}

function caption(spots) {
  if (spots.length < 2) return "";
  const best = frontier(spots).map(({ arm }) => arm);
  return `The line joins those that nobody beats in both: ${best.join(", ")}. Bars are 95 % intervals.`;
}

/** Those for which no other is at least as good for less. */
export function frontier(spots) {
  const ordered = [...spots].sort((a, b) => a.cost.value - b.cost.value || b.success.value - a.success.value);
  let best = -1;
  return ordered.filter(({ success }) => success.value > best && ((best = success.value), true));
}

function plot(spots) {
  const costs = spots.flatMap(({ cost }) => [cost.value, cost.low ?? cost.value, cost.high ?? cost.value]);
  const shares = spots.flatMap(({ success }) => [
    success.value,
    success.low ?? success.value,
    success.high ?? success.value,
  ]);
  const [xs, ys] = [around(costs, [0, Infinity]), around(shares, [0, 1])];
  const x = linear(xs, [LEFT, WIDTH - RIGHT]);
  const y = linear(ys, [HEIGHT - BOTTOM, TOP]);
  const label = `Success against cost per episode of ${spots.map(told).join("; ")}`;
  return s(
    "svg",
    { class: "scatter", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
    ticks(xs, 5).map((tick) => upright(x(tick), `$${Number(tick.toPrecision(3))}`)),
    ticks(ys, 5).map((tick) => level(y(tick), `${points(tick, 0)} %`)),
    s(
      "text",
      { class: "axis", x: (LEFT + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" },
      "cost per episode (US dollars)",
    ),
    s("path", { class: "frontier", d: stairs(frontier(spots), x, y) }),
    spots.map((each) => whiskers(each, x, y)),
    spots.map((each) => marker(each.arm, x(each.cost.value), y(each.success.value), 7)),
    names(spots, x, y),
  );
}

function told({ arm, cost, success }) {
  return `${arm}: ${points(success.value)} % for ${dollars(cost.value)}`;
}

function upright(x, text) {
  const line = s("line", { class: "grid", x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM });
  return [line, s("text", { class: "tick", x, y: HEIGHT - BOTTOM + 15, "text-anchor": "middle" }, text)];
}

function level(y, text) {
  const line = s("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y });
  return [line, s("text", { class: "tick", x: LEFT - 7, y: y + 4, "text-anchor": "end" }, text)];
}

function stairs(spots, x, y) {
  return spots.map(({ cost, success }, place) => `${place ? "L" : "M"}${x(cost.value)} ${y(success.value)}`).join("");
}

function whiskers({ arm, cost, success }, x, y) {
  const [across, up] = [x(cost.value), y(success.value)];
  const parts = [];
  if (success.low !== null) parts.push(`M${across} ${y(success.low)}V${y(success.high)}`);
  if (cost.low !== null) parts.push(`M${x(cost.low)} ${up}H${x(cost.high)}`);
  return s("path", { class: `whisker ${armClass(arm)}`, d: parts.join("") });
}

/* Names stand beside their signs, on the side with more room, and not on each other. */
function names(spots, x, y) {
  const taken = [];
  return [...spots]
    .sort((a, b) => b.success.value - a.success.value)
    .map(({ arm, cost, success }) => {
      const across = x(cost.value);
      const right = across < 0.62 * WIDTH;
      let up = Math.max(y(success.value) - 10, TOP);
      while (taken.some((other) => other.right === right && Math.abs(other.up - up) < 14)) up += 14;
      taken.push({ up, right });
      return s(
        "text",
        {
          class: `label ${armClass(arm)}`,
          x: across + (right ? 12 : -12),
          y: up,
          "text-anchor": right ? "start" : "end",
        },
        arm,
      );
    });
}
