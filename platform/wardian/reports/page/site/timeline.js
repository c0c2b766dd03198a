/* All steps of a trajectory on one line: who acted when, and where to look. */

import { h, s } from "./dom.js";
import { linear } from "./scales.js";
import { seconds } from "./format.js";
import { flagged, troubled } from "./marks.js";

const WIDTH = 1000;
const LANES = { policy: 0, user: 0, agent: 1, tool: 2 };
const NAMES = ["user", "agent", "tools"];
const [LANE, TOP, LEFT] = [20, 16, 56];
const FLAGS = TOP + 3 * LANE + 1;
const HEIGHT = FLAGS + 26;

/** The drawing with a switch between steps and seconds; `chosen` is told the position of a step. */
export function timeline(steps, marks, chosen) {
  const place = h("div", { class: "timeline", tabindex: 0, role: "group", "aria-label": "Timeline" });
  let byTime = false;
  const toggle = h("button", { type: "button", class: "quiet" });
  const show = () => {
    place.replaceChildren(drawing(steps, marks, chosen, byTime ? times(steps) : counts(steps)));
    toggle.textContent = byTime ? "Show by step" : "Show by time";
  };
  toggle.addEventListener("click", () => {
    byTime = !byTime;
    show();
  });
  show();
  const timed = steps.some((step) => step.seconds > 0);
  return h("div", { class: "timeline-box" }, place, h("div", { class: "below" }, legend(), timed && toggle));
}

function legend() {
  const sign = (kind, path) =>
    s("svg", { viewBox: "0 0 14 14", class: "sign bar", "aria-hidden": "true" }, s("path", { class: kind, d: path }));
  const box = "M1 2h12v10h-12z";
  const signs = [
    ["read", box, "call"],
    ["wrote", box, "call that changed the state"],
    ["failed", box, "failed call"],
    ["bolt", "M8 0l-4 7h4l-2 6 6 -8h-4l2 -5z", "fault"],
    ["flag", "M7 2l5 9h-10z", "look here"],
  ];
  return h(
    "span",
    { class: "legend" },
    signs.map(([kind, path, words]) => h("span", { class: "entry" }, sign(kind, path), words)),
  );
}

function counts(steps) {
  return { spans: steps.map((_, position) => [position, position + 0.8]), end: steps.length, unit: (at) => `${at}` };
}

/* What was said took no time: it stands where the step before it ended. */
function times(steps) {
  let end = 0;
  const spans = steps.map((step) => {
    const from = step.at_s ?? end;
    end = Math.max(end, from + (step.seconds ?? 0));
    return [from, from + (step.seconds ?? 0)];
  });
  return { spans, end, unit: seconds };
}

function drawing(steps, marks, chosen, { spans, end, unit }) {
  const x = linear([0, end], [LEFT, WIDTH - 4]);
  const lanes = NAMES.map((name, lane) => [
    s("line", { class: "grid", x1: LEFT, x2: WIDTH, y1: middle(lane), y2: middle(lane) }),
    s("text", { class: "tick", x: LEFT - 8, y: middle(lane) + 4, "text-anchor": "end" }, name),
  ]);
  const bars = steps.map((step, position) => bar(step, position, marks.get(position), spans[position].map(x), chosen));
  const label = `${steps.length} steps; ${steps.filter((step, position) => troubled(step, marks.get(position))).length} to look at`;
  const edges = [
    s("text", { class: "tick", x: WIDTH - 4, y: HEIGHT - 2, "text-anchor": "end" }, unit(end)),
    ...clock(steps, spans, x),
  ];
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, lanes, bars, edges);
}

function middle(lane) {
  return TOP + lane * LANE + LANE / 2;
}

function bar(step, position, marks, [from, to], chosen) {
  const y = middle(LANES[step.kind]);
  const kinds = ["bar", step.kind, step.changes.length > 0 && "write", step.error && "error"].filter(Boolean).join(" ");
  const title = s(
    "title",
    {},
    [`${position} ${step.kind}`, step.name, step.error, step.fault, ...(marks ?? []).map((each) => each.words)]
      .filter(Boolean)
      .join(" · "),
  );
  const group = s("g", { class: kinds, on: { click: () => chosen(position) } }, title);
  group.append(s("rect", { x: from, y: y - 7, width: Math.max(to - from, 2), height: 14, rx: 2 }));
  if (step.fault) group.append(s("path", { class: "bolt", d: `M${from + 3} ${TOP - 13}l-4 7h4l-2 6 6 -8h-4l2 -5z` }));
  if (flagged(marks)) group.append(s("path", { class: "flag", d: `M${(from + to) / 2} ${FLAGS}l5 9h-10z` }));
  return group;
}

/* The world's own time, where answers tell it, as often as there is room. */
function clock(steps, spans, x) {
  let free = LEFT;
  return steps.flatMap((step, position) => {
    const at = x(spans[position][0]);
    if (!step.now || at < free) return [];
    free = at + 110;
    return [s("text", { class: "tick now", x: at, y: HEIGHT - 2 }, step.now.replace("T", " ").slice(0, 16))];
  });
}
