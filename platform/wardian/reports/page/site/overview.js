/* The report itself: one section below the other. */

import { fill, h } from "./dom.js";
import { boards, episodes, head } from "./contents.js";
import { campaign } from "./campaign.js";
import { choice } from "./controls.js";
import { episodeList } from "./episode_list.js";
import { failures } from "./failures.js";
import { flips } from "./flips.js";
import { count, dollars, moment, several } from "./format.js";
import { distributions } from "./histograms.js";
import { comparisons, headline, ranking, SIMULATED } from "./leaderboard.js";
import { costQuality } from "./scatter.js";
import { toldTable } from "./tables.js";

/** What the links at the top lead to. */
export const SECTIONS = {
  ...(head.campaign ? { campaign: "Campaign" } : {}),
  leaderboard: "Leaderboard",
  metrics: "Metrics",
  flips: "Flips",
  failures: "Failures",
  episodes: "Episodes",
  tables: "Tables",
};

/** All sections. */
export function overview() {
  return [
    intro(),
    head.campaign && section("campaign", "", campaign(head.campaign)),
    section("leaderboard", head.campaign?.arms, leaderboard()),
    section(
      "metrics",
      "How the values of all episodes are spread; heights are square roots of counts. Behind them: mean over tasks ± half of the 95 % interval.",
      distributions(),
    ),
    section("flips", "The same task and seed, played by two arms: where one succeeds and the other does not.", flips()),
    section("failures", "", failures()),
    section("episodes", "Choose one to see it step by step.", episodeList()),
    section(
      "tables",
      "The numbers as they are told everywhere else: reliability, success by parts, what metrics are worth.",
      toldTables(),
    ),
  ];
}

function section(id, about, content) {
  return h(
    "section",
    { id, class: "part", "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, SECTIONS[id]),
    about && h("p", { class: "about" }, about),
    content,
  );
}

function intro() {
  const { standings } = boards[0];
  const simulated = standings.arms.some((arm) => arm.simulated);
  const told = head.campaign ? head.campaign.headline : head.sweep;
  return h(
    "section",
    { class: "intro" },
    h("h1", {}, head.job, h("small", {}, head.run)),
    simulated && h("p", { class: "banner" }, SIMULATED),
    head.remark && h("p", { class: "banner" }, head.remark),
    told ? h("p", { class: "headline" }, told) : headline(boards[0]),
    h(
      "dl",
      { class: "summary" },
      facts(standings).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
  );
}

function facts(standings) {
  const costs = standings.arms.map((arm) => arm.cost_usd);
  const cost = costs.includes(null) ? null : costs.reduce((sum, each) => sum + each, 0);
  const missing = episodes.all.filter((episode) => episodes.text("outcome", episode) === "missing").length;
  return [
    ["Episodes", count(episodes.size)],
    [
      "Tasks",
      count(
        new Set(episodes.all.map((each) => `${episodes.code("environment", each)} ${episodes.code("task", each)}`))
          .size,
      ),
    ],
    ["Arms", count(standings.arms.length)],
    ["Environments", episodes.names("environment").join(", ")],
    ["Missing", count(missing)],
    ["Cost", dollars(cost)],
    ["Played", head.began > 0 ? moment(head.began) : "–"],
    ["Wardian", head.version],
  ];
}

function leaderboard() {
  if (head.campaign) return overBoards(ranking);
  return overBoards((board) => [ranking(board), h("div", { class: "halves" }, costQuality(board), comparisons(board))]);
}

function toldTables() {
  return overBoards(({ sections }) => sections.slice(1).map(toldTable));
}

/* What `drawn` makes of a board; of which one, is to be chosen where there are several. */
function overBoards(drawn) {
  const place = h("div");
  const show = (number) => fill(place, drawn(boards[number]));
  show(0);
  if (boards.length === 1) return place;
  const options = boards.map(({ standings }, number) => [number, standings.environment ?? "all environments"]);
  return [h("div", { class: "controls" }, choice("Over", options, 0, show)), place];
}
