/* What scores say about single steps. */

import { metrics } from "./contents.js";

/* The evidence of these metrics are steps that somebody should look at. */
const WORDS = new Map(Object.entries({
  unknown_tool: "no such tool",
  schema_invalid: "arguments do not fit",
  ungrounded_args: "made up",
  redundant_calls: "redundant",
  loop_len: "loop",
  side_effects: "side effect",
  recovery_rate: "not recovered from",
  retry_ok: "fault not overcome",
  repeated_writes: "written twice",
}));

/** Which marks each step has, by its position. */
export function marksOf(scores) {
  const marks = new Map();
  for (const score of scores) {
    for (const position of score.evidence) {
      if (!marks.has(position)) marks.set(position, []);
      marks.get(position).push(mark(score));
    }
  }
  return marks;
}

function mark({ metric, explanation }) {
  const about = metrics.find((each) => each.name === metric)?.description ?? "";
  return { metric, words: WORDS.get(metric) ?? metric, title: [explanation, about].filter(Boolean).join(" · ") };
}

/** Whether a step deserves a look: a mark, an error, a fault. */
export function troubled(step, marks) {
  return Boolean(step.error || step.fault || marks?.length);
}
