/* Where two trajectories part. */

import { canonical } from "./json_text.js";

/** The position of the first step at which two trajectories differ in what was done, not only in how it was said. */
export function divergence(left, right) {
  const most = Math.min(left.length, right.length);
  let position = 0;
  while (position < most && alike(left[position], right[position])) position += 1;
  return position;
}

/** Whether two steps are the same deed: an agent's words to the user may differ, its calls and what came of them not. */
export function alike(one, other) {
  if (one.kind !== other.kind) return false;
  if (one.kind === "agent") return askedFor(one) === askedFor(other);
  if (one.kind !== "tool") return one.text === other.text;
  return (
    one.name === other.name && canonical(one.arguments) === canonical(other.arguments) && answer(one) === answer(other)
  );
}

function askedFor(step) {
  return JSON.stringify(step.calls.map((call) => [call.name, canonical(call.arguments)]));
}

function answer({ text, error, fault, changes }) {
  return JSON.stringify([text, error, fault, changes]);
}
