/* The evidence of gates, pair by pair: all on one scale. */

import { h, s } from "./dom.js";
import { count } from "./format.js";
import { linear, ticks } from "./scales.js";

const [WIDTH, HEIGHT] = [640, 170];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 18, 12, 40];
const LEAST = -2;

/** The scale that all `gates` are drawn on: pairs, and powers of ten of evidence; less than 1/100 is drawn as that. */
export function scaleOf(gates) {
  const heights = gates.flatMap(({ curve, threshold }) => [threshold, ...curve.map(([, height]) => height)]);
  const pairs = gates.flatMap(({ curve }) => curve.map(([at]) => at));
  return {
    x: [0, Math.max(1, ...pairs)],
    y: [Math.max(Math.min(0, ...heights), LEAST), Math.max(1, ...heights) + 0.2],
  };
}

/** The curve of one gate with its threshold. */
export function evidence({ number, curve, threshold }, scale) {
  const x = linear(scale.x, [LEFT, WIDTH - RIGHT]);
  const up = linear(scale.y, [HEIGHT - BOTTOM, TOP]);
  const y = (height) => up(Math.max(height, scale.y[0]));
  const places = curve.map(([pairs, height]) => `L${x(pairs)} ${y(height)}`).join("");
  return h(
    "figure",
    {},
    s(
      "svg",
      { class: "evidence", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": told(number, curve, threshold) },
      ticks(scale.y, 4).filter(Number.isInteger).map((power) => level(y(power), powerOfTen(power))),
      ticks(scale.x, 6).filter(Number.isInteger).map((pairs) => upright(x(pairs), count(pairs))),
      s("text", { class: "tick", x: (LEFT + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, "pairs"),
      s("path", { class: "threshold", d: `M${LEFT} ${y(threshold)}H${WIDTH - RIGHT}` }),
      s("path", { class: "curve", d: `M${x(0)} ${y(0)}${places}` }),
    ),
    h("figcaption", {}, "Evidence for a gain over pairs; at the dashed line it is enough. All gates have one scale."),
  );
}

function told(number, curve, threshold) {
  const [pairs, height] = curve[curve.length - 1];
  const [came, asked] = [height, threshold].map((each) => (10 ** each).toPrecision(3));
  return `Evidence of gate ${number}: ${came} after ${count(pairs)} pairs, promotion asks for ${asked}`;
}

function powerOfTen(power) {
  return power < 0 ? `1/${count(10 ** -power)}` : count(10 ** power);
}

function level(y, text) {
  const line = s("line", { class: "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y });
  return [line, s("text", { class: "tick", x: LEFT - 7, y: y + 4, "text-anchor": "end" }, text)];
}

function upright(x, text) {
  return s("text", { class: "tick", x, y: HEIGHT - BOTTOM + 15, "text-anchor": "middle" }, text);
}
