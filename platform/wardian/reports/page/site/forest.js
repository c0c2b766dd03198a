/* Intervals under each other on one axis. */

import { s } from "./dom.js";
import { marker } from "./arms.js";
import { linear, ticks } from "./scales.js";

const HEIGHT = 26;
const EDGE = 12;

/** Draws rows on the axis `domain`, in shares; `middle` is a value that deserves a line, `width` is in pixels. */
export class Forest {
  constructor(domain, { middle = null, width = 300 } = {}) {
    this.domain = domain;
    this.middle = middle;
    this.width = width;
    this.x = linear(domain, [EDGE, width - EDGE]);
  }

  /** The interval of one arm. */
  row(arm, estimate) {
    const lines = this.ticks().map((tick) => this.line(tick, "grid"));
    if (this.middle !== null) lines.push(this.line(this.middle, "middle"));
    return this.drawing(HEIGHT, [...lines, ...this.span(estimate), marker(arm, this.x(estimate.value), HEIGHT / 2)]);
  }

  /** The numbers below them. */
  axis() {
    const texts = this.ticks().map((tick) => {
      const text = `${Math.round(100 * tick)}`;
      return s("text", { x: this.x(tick), y: 12, "text-anchor": "middle", class: "tick" }, text);
    });
    return this.drawing(16, texts);
  }

  drawing(height, children) {
    const style = { width: `${this.width}px` };
    return s(
      "svg",
      { class: "forest", viewBox: `0 0 ${this.width} ${height}`, style, "aria-hidden": "true" },
      children,
    );
  }

  ticks() {
    return ticks(this.domain, this.width / 60);
  }

  line(value, kind) {
    return s("line", { class: kind, x1: this.x(value), x2: this.x(value), y1: 0, y2: HEIGHT });
  }

  span({ low, high }) {
    if (low === null || high === null) return [];
    const [y, cap] = [HEIGHT / 2, 4];
    const [from, to] = [this.x(low), this.x(high)];
    const path = `M${from} ${y - cap}v${2 * cap}M${from} ${y}H${to}M${to} ${y - cap}v${2 * cap}`;
    return [s("path", { class: "whisker", d: path })];
  }
}

/** The bounds of all `estimates`, rounded to tens of points. */
export function bounds(estimates, least = 0, most = 1) {
  const all = estimates.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const low = Math.max(Math.floor(10 * Math.min(...all) - 0.2) / 10, least);
  const high = Math.min(Math.ceil(10 * Math.max(...all) + 0.2) / 10, most);
  return [low, high];
}
