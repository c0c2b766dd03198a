/* Draws the page, and what the address asks for. */

import { fill, h } from "./dom.js";
import { compareView, revealParting } from "./compare_view.js";
import { episodes, head } from "./contents.js";
import { episodeView } from "./episode_view.js";
import { overview, SECTIONS } from "./overview.js";
import { followLinks, route } from "./routes.js";
import { trajectory } from "./shelves.js";
import { revealStep, walkSteps } from "./step_keys.js";
import { themeButton } from "./theme.js";

const main = document.getElementById("main");
const report = h("div", { class: "report" });
const view = h("div", { class: "view-place" });
let asked = 0;
let left = { place: null, y: 0 };

function nav() {
  const links = Object.entries(SECTIONS).map(([id, name]) => h("a", { href: `#${id}` }, name));
  const brand = h("a", { class: "brand", href: "#top" }, "Wardian");
  return [brand, h("span", { class: "run" }, head.run), h("nav", { "aria-label": "Sections" }, links), themeButton()];
}

async function follow() {
  const { view: wanted, place, rest = [] } = route();
  const turn = (asked += 1);
  if (wanted === "overview") {
    showReport(place);
    return;
  }
  if (main.firstChild === report) left = { ...left, y: scrollY };
  const [keys, step] = wanted === "episode" ? [rest.slice(0, 1), rest[1]] : [rest.slice(0, 2)];
  if (view.dataset.shown !== keys.join(" ") || main.firstChild !== view) {
    const content = await drawn(keys);
    if (turn !== asked) return; // somebody went on meanwhile
    fill(view, content);
    view.dataset.shown = content.classList.contains("trouble") ? "" : keys.join(" ");
    show(view);
    scrollTo(0, 0);
    if (content.classList.contains("comparison")) revealParting(content);
  }
  if (step !== undefined) revealStep(step);
}

/* Who comes back to the place that they left finds it where it was. */
function showReport(place) {
  const back = main.firstChild === view && left.place === place;
  show(report);
  document.title = head.run;
  if (back) scrollTo(0, left.y);
  else document.getElementById(place)?.scrollIntoView();
  left = { place, y: scrollY };
}

async function drawn(keys) {
  try {
    const known = keys.map(found);
    document.title = `${episodes.text("task", known[0])} · ${head.run}`;
    const loaded = await Promise.all(known.map(trajectory));
    return known.length > 1 ? compareView(known, loaded) : episodeView(known[0], loaded[0]);
  } catch (error) {
    return h(
      "div",
      { class: "trouble", role: "alert" },
      h("h1", {}, "This cannot be shown"),
      h("p", {}, error.message),
      h("a", { href: "#episodes" }, "All episodes"),
    );
  }
}

function found(key) {
  const episode = episodes.find(key);
  if (episode === undefined) throw new Error(`There is no episode ${key} in this report.`);
  return episode;
}

function show(one) {
  if (main.firstChild !== one) fill(main, one);
}

/* The address says what is shown, so that it may not be the link's to change it. */
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
fill(document.getElementById("top"), nav());
fill(report, overview());
addEventListener("hashchange", follow);
followLinks();
walkSteps(view);
follow();
