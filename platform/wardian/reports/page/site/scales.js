/* From values to places in a drawing. */

/** Maps `domain` to `range`. */
export function linear([low, high], [from, to]) {
  const width = high - low || 1;
  return (value) => from + ((value - low) / width) * (to - from);
}

/** Round values in a domain, about `wanted` of them. */
export function ticks([low, high], wanted = 5) {
  const width = high - low;
  if (!(width > 0)) return [low];
  const rough = width / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const found = [];
  for (let each = first; each * step <= high + step * 1e-9; each += 1)
    found.push(Number((each * step).toPrecision(12)));
  return found;
}

/** A domain around `values` with some air, not beyond `bounds`. */
export function around(values, [least, most], air = 0.08) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const space = air * (high - low || Math.abs(high) || 1);
  return [Math.max(low - space, least), Math.min(high + space, most)];
}
