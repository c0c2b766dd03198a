/*
 * The arms: each has a colour and a shape, the same everywhere on the page. There are 48 signs: what repeats is told by
 * the name beside it.
 */

import { s, h } from "./dom.js";
import { boards } from "./contents.js";

const COLOURS = 8;
const SHAPES = [circle, square, triangle, diamond, cross, drop];
const FILLED = 24; // as many pairs of a colour and a shape come before the first comes again
const HATCHES = 4;

/** All arms, the best first. */
export const arms = boards[0].standings.arms.map((standing) => standing.arm);

function placeOf(arm) {
  return Math.max(arms.indexOf(arm), 0);
}

/** The class that gives an arm its colour. */
export function armClass(arm) {
  return `arm-${placeOf(arm) % COLOURS}`;
}

/** The classes that tell areas of arms apart which have the same colour: they are hatched. */
export function areaClass(arm) {
  return `${armClass(arm)} hatch-${Math.floor(placeOf(arm) / COLOURS) % HATCHES}`;
}

/** The sign of an arm in a drawing. */
export function marker(arm, x, y, size = 6) {
  const place = placeOf(arm);
  const hollow = Math.floor(place / FILLED) % 2 ? " hollow" : "";
  return s("path", { class: `marker ${armClass(arm)}${hollow}`, d: SHAPES[place % SHAPES.length](x, y, size) });
}

/** The sign of an arm in a text. */
export function armSign(arm) {
  return s("svg", { class: "sign", viewBox: "0 0 14 14", role: "img", "aria-label": arm }, marker(arm, 7, 7, 5));
}

/** The sign and the name of an arm. */
export function armTag(arm) {
  const sign = armSign(arm);
  sign.setAttribute("aria-hidden", "true");
  return h("span", { class: "arm" }, sign, h("span", { class: "name" }, arm));
}

function circle(x, y, r) {
  return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
}

function square(x, y, r) {
  const a = 0.88 * r;
  return `M${x - a} ${y - a}h${2 * a}v${2 * a}h${-2 * a}z`;
}

function triangle(x, y, r) {
  return `M${x} ${y - 1.1 * r}L${x + 1.1 * r} ${y + 0.9 * r}H${x - 1.1 * r}z`;
}

function diamond(x, y, r) {
  return `M${x} ${y - 1.2 * r}L${x + 1.2 * r} ${y}L${x} ${y + 1.2 * r}L${x - 1.2 * r} ${y}z`;
}

function cross(x, y, r) {
  const a = 0.42 * r;
  return `M${x - a} ${y - r}h${2 * a}v${r - a}h${r - a}v${2 * a}h${a - r}v${r - a}h${-2 * a}v${a - r}h${a - r}v${-2 * a}h${r - a}z`;
}

function drop(x, y, r) {
  return `M${x} ${y + 1.1 * r}L${x + 1.1 * r} ${y - 0.9 * r}H${x - 1.1 * r}z`;
}
