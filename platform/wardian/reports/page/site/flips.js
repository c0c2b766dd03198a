/* The same task and seed, played by two arms: where one succeeds and the other does not. */

import { fill, h } from "./dom.js";
import { armTag, arms } from "./arms.js";
import { episodes, tries } from "./contents.js";
import { choice } from "./controls.js";
import { count } from "./format.js";
import { growing } from "./growing.js";
import { compareLink } from "./routes.js";
import { row } from "./tables.js";

const PAGE = 25;
const HEADINGS = ["Task", "Template", "User", "Succeeds", "Why the other does not", "Look"];

/** The section, with two arms to choose. */
export function flips() {
  if (arms.length < 2) return h("p", { class: "none" }, "There is one arm: nothing to compare it with.");
  const chosen = { left: arms[0], right: arms[1] };
  const place = h("div", { class: "live" });
  const show = () => fill(place, compared(chosen));
  const pick = (side, label) =>
    choice(
      label,
      arms.map((arm) => [arm, arm]),
      chosen[side],
      (arm) => {
        chosen[side] = arm;
        show();
      },
    );
  show();
  return [h("div", { class: "controls" }, pick("left", "This arm"), pick("right", "against")), place];
}

function compared({ left, right }) {
  if (left === right) return h("p", { class: "none" }, "Choose two arms that differ.");
  const pairs = pairsOf(left, right);
  const both = (a, b) => pairs.filter(([one, other]) => succeeded(one) === a && succeeded(other) === b);
  const [won, lost] = [both(true, false), both(false, true)];
  const tiles = [
    tile(both(true, true).length, "both succeed"),
    tile(won.length, ["only ", armTag(left)], "flip"),
    tile(lost.length, ["only ", armTag(right)], "flip"),
    tile(both(false, false).length, "neither"),
  ];
  const found = [...won, ...lost];
  return [h("div", { class: "tiles" }, tiles), found.length > 0 ? list(found) : h("p", { class: "none" }, none(pairs))];
}

function none(pairs) {
  return pairs.length > 0 ? "Nothing flips." : "They share no task and seed with an outcome.";
}

function tile(number, words, kind = "") {
  return h("div", { class: `tile ${kind}` }, h("b", {}, count(number)), h("span", {}, words));
}

/** Episodes of two arms on the same task, seed and repeat; those without an outcome are left out. */
export function pairsOf(left, right) {
  const played = (group, arm) => group.find((each) => episodes.text("arm", each) === arm);
  const pairs = [...tries().values()].map((group) => [played(group, left), played(group, right)]);
  return pairs.filter((pair) =>
    pair.every((each) => each !== undefined && episodes.text("outcome", each) !== "missing"),
  );
}

function succeeded(episode) {
  return episodes.text("outcome", episode) === "success";
}

function list(pairs) {
  return growing(
    "Flips",
    HEADINGS,
    pairs.map((pair) => () => flip(pair)),
    PAGE,
    "flips",
  );
}

function flip([left, right]) {
  const [winner, loser] = succeeded(left) ? [left, right] : [right, left];
  const words = (column) => episodes.text(column, loser);
  const link = h("a", { href: compareLink(episodes.key(winner), episodes.key(loser)) }, "side by side");
  const repeat = episodes.number("repeat", loser);
  return row(
    [words("task"), repeat > 0 && h("small", {}, ` repeat ${repeat}`)],
    words("template"),
    words("persona"),
    armTag(episodes.text("arm", winner)),
    episodes.group(loser)?.label ?? "",
    link,
  );
}
