/* A list of any length, of which only what one sees exists. */

import { fill, h } from "./dom.js";

const HEIGHT = 34;
const SPARE = 8;

/**
 * Shows items as rows of a grid.
 *
 * `cells(item)` makes the cells of a row and `open(item)` is called when one is chosen. The keys are those of any list:
 * arrows, page up and down, home, end, enter.
 */
export class Rows {
  constructor({ label, columns, cells, open }) {
    this.items = [];
    this.active = 0;
    this.top = 0;
    this.cells = cells;
    this.open = open;
    this.header = h("div", { role: "row", class: "row head", "aria-rowindex": 1 }, columns);
    this.body = h("div", { class: "body", role: "presentation" });
    this.space = h("div", { class: "space", role: "rowgroup" }, this.body);
    this.view = h(
      "div",
      { class: "view", role: "presentation" },
      h("div", { role: "rowgroup", class: "heads" }, this.header),
      this.space,
    );
    const attributes = { class: "rows", role: "grid", tabindex: 0, "aria-label": label, "aria-readonly": "true" };
    this.element = h("div", attributes, this.view);
    this.view.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.pressed(event));
    new ResizeObserver(() => this.resized()).observe(this.view);
  }

  /** Show these instead. */
  show(items) {
    this.items = items;
    this.active = 0;
    this.view.scrollTop = this.top = 0;
    this.space.style.height = `${items.length * HEIGHT}px`;
    this.element.setAttribute("aria-rowcount", items.length + 1);
    this.draw();
  }

  scrolled() {
    if (this.view.clientHeight > 0) this.top = this.view.scrollTop;
    this.draw();
  }

  /* What was away from the page comes back at its top. */
  resized() {
    if (this.view.clientHeight > 0) this.view.scrollTop = this.top;
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.view.scrollTop / HEIGHT) - SPARE);
    const last = Math.min(this.items.length, first + Math.ceil(this.view.clientHeight / HEIGHT) + 2 * SPARE);
    this.body.style.transform = `translateY(${first * HEIGHT}px)`;
    const shown = [];
    for (let place = first; place < last; place += 1) shown.push(this.row(place));
    fill(this.body, shown);
    const there = this.active >= first && this.active < last;
    if (there) this.element.setAttribute("aria-activedescendant", `row-${this.active}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  row(place) {
    const item = this.items[place];
    const attributes = {
      role: "row",
      id: `row-${place}`,
      class: place === this.active ? "row active" : "row",
      "aria-rowindex": place + 2,
      "aria-selected": place === this.active ? "true" : "false",
      on: { click: () => this.open(item) },
    };
    return h(
      "div",
      attributes,
      this.cells(item).map((cell) => h("span", { role: "gridcell" }, cell)),
    );
  }

  pressed(event) {
    if (event.target !== this.element) return;
    const page = Math.max(1, Math.floor(this.view.clientHeight / HEIGHT) - 1);
    const steps = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.items.length,
      End: this.items.length,
    };
    if (event.key === "Enter" && this.items.length > 0) this.open(this.items[this.active]);
    else if (event.key in steps) this.move(steps[event.key]);
    else return;
    event.preventDefault();
  }

  move(by) {
    this.active = Math.min(Math.max(this.active + by, 0), Math.max(this.items.length - 1, 0));
    const [top, bottom] = [this.active * HEIGHT, (this.active + 1) * HEIGHT];
    const { scrollTop, clientHeight } = this.view;
    if (top < scrollTop) this.view.scrollTop = top;
    else if (bottom > scrollTop + clientHeight - HEIGHT) this.view.scrollTop = bottom - clientHeight + HEIGHT;
    this.draw();
  }
}
