/* How a number of episodes is made up of those of each arm. */

import { h } from "./dom.js";
import { areaClass, arms, armTag } from "./arms.js";
import { count } from "./format.js";

/** A bar and its numbers; `numbers` are by arm, and `most` is as wide as it gets. */
export function byArm(numbers, most) {
  const there = arms.filter((arm) => numbers.get(arm) > 0);
  const parts = there.map((arm) => {
    const width = `${(100 * numbers.get(arm)) / most}%`;
    return h("span", { class: `part ${areaClass(arm)}`, style: { width } });
  });
  const told = there.map((arm) => h("span", { class: "share" }, armTag(arm), count(numbers.get(arm))));
  return [h("div", { class: "stack", "aria-hidden": "true" }, parts), h("div", { class: "shares" }, told)];
}
