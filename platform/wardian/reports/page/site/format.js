/* Numbers for people. */

const THOUSANDS = 10000;
/* Decimals of a mean, two for all other units: as in the terminal. */
const DIGITS = { tokens: 0, turns: 1, USD: 4 };
const DASH = "–";

/** 0.838 is "83.8". */
export function points(share, digits = 1) {
  return fixed(100 * share, digits);
}

/* As Python rounds, so that no number is another one in the terminal: what lies exactly between two goes to the even one. */
function fixed(number, digits) {
  return nearest(number, digits).toFixed(digits);
}

/* Zero has no sign. */
function nearest(number, digits) {
  const between = Math.abs(number * 2 ** (digits + 1)) % 2 === 1;
  if (!between) return Number(number.toFixed(digits)) + 0;
  const below = Math.floor(number * 10 ** digits);
  return (below + Math.abs(below % 2)) / 10 ** digits + 0;
}

/** "[75.2, 90.0]", of an estimate of a share. */
export function interval(estimate) {
  if (estimate.low === null || estimate.high === null) return estimate.tasks === 1 ? "one task" : "all alike";
  return `[${points(estimate.low)}, ${points(estimate.high)}]`;
}

/** US dollars; unknown is not free. */
export function dollars(amount) {
  if (amount === null || amount === undefined) return "unknown";
  if (amount === 0 || amount >= 1) return `$${grouped(amount, 2)}`;
  return `$${fixed(amount, amount < 0.001 ? 6 : 4)}`;
}

/** A whole number with its thousands apart. */
export function count(number) {
  return grouped(number, 0);
}

/** A span of time. */
export function seconds(span) {
  if (span < 1) return `${Math.round(1000 * span)} ms`;
  if (span < 120) return `${span.toFixed(1)} s`;
  const whole = Math.round(span);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A span of the world's own time, in seconds. */
export function span(length) {
  const minutes = Math.round(length / 60);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  return [days && `${days} d`, hours && `${hours} h`, `${minutes % 60} min`].filter(Boolean).join(" ");
}

/** Seconds since the epoch as a moment. */
export function moment(epoch) {
  return `${new Date(1000 * epoch).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The value of a metric in its unit. */
export function metricValue(value, unit) {
  if (value === null || value === undefined) return DASH;
  if (unit === "USD") return dollars(value);
  if (Math.abs(value) >= THOUSANDS) return `${grouped(value / 1000, 1)}k`;
  return grouped(value, Number.isInteger(value) ? 0 : 2);
}

/** The mean of a metric, and half of its interval with as many digits. */
export function mean({ value, low, high }, unit) {
  const told = `${unit === "USD" ? "$" : ""}${rounded(value, unit, value)}`;
  if (low === null || high === null || low === high) return told;
  return `${told} ±${rounded(Math.max(high - value, value - low), unit, value)}`;
}

/** Three digits of a chance are enough. */
export function chance(p) {
  return p < 0.001 ? "< 0.001" : fixed(p, 3);
}

/** "1 task", "2 tasks". */
export function several(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/* In thousands when `like` is that large. */
function rounded(value, unit, like) {
  if (Math.abs(like) >= THOUSANDS) return `${grouped(value / 1000, 1)}k`;
  return grouped(value, DIGITS[unit] ?? 2);
}

function grouped(number, digits) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return nearest(number, digits).toLocaleString("en-US", options);
}
