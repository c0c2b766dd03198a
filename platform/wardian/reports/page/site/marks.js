/* What scores say about single steps. */

import { metrics } from "./contents.js";

/* The evidence of these metrics are steps that somebody should look at. */
const TROUBLE = new Map(
  Object.entries({
    unknown_tool: "no such tool",
    schema_invalid: "arguments do not fit",
    ungrounded_args: "made up",
    nonexistent_ref: "does not exist",
    false_claim: "not true",
    unsupported_number: "number from nowhere",
    redundant_calls: "redundant",
    no_gain_reads: "nothing new",
    loop_len: "loop",
    stall: "stall",
    dead_end_exit: "dead end",
    gave_up: "gave up",
    premature_end: "too early",
    side_effects: "side effect",
    transient_side_effects: "undone later",
    violations: "breaks a rule",
    recovery_rate: "not recovered from",
    identical_retry_rate: "same call again",
    repeated_questions: "asked before",
    unanswered_questions: "not answered",
    retry_ok: "fault not overcome",
    repeated_writes: "written twice",
  }),
);

/* And of these, steps that brought the episode on. */
const PROGRESS = new Map(Object.entries({ goal_progress: "got furthest", turns_to_resolution: "all done" }));

/** Which marks each step has, by its position: of its scores, and of what detectors found. */
export function marksOf({ scores, symptoms }) {
  const marks = new Map();
  for (const { metric, evidence, explanation } of scores) {
    const words = wordsFor(metric);
    const title = [metric, explanation, card(metric)?.description].filter(Boolean).join(" · ");
    if (words !== null) for (const position of evidence) put(marks, position, { ...words, title });
  }
  for (const { name, positions } of symptoms) {
    for (const position of positions) put(marks, position, { words: name, kind: "symptom", title: name });
  }
  return marks;
}

function put(marks, position, mark) {
  marks.set(position, [...(marks.get(position) ?? []), mark]);
}

/* Metrics that say more of others have the same evidence; those of users are called by their names. */
function wordsFor(metric) {
  if (PROGRESS.has(metric)) return { words: PROGRESS.get(metric), kind: "progress" };
  if (TROUBLE.has(metric)) return { words: TROUBLE.get(metric), kind: "mark" };
  return card(metric)?.detail ? null : { words: metric, kind: "mark" };
}

function card(name) {
  return metrics.find((metric) => metric.name === name);
}

/** Whether a step deserves a look: a mark, an error, a fault. */
export function troubled(step, marks = []) {
  return Boolean(step.error || step.fault || flagged(marks));
}

/** Whether one of the marks is about trouble. */
export function flagged(marks = []) {
  return marks.some(({ kind }) => kind !== "progress");
}
