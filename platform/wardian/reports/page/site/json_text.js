/* JSON as people read it. Only its layout changes: numbers keep all their digits, for they are never numbers here. */

const DEEPEST = 40;

const SHORT = 72;

/** `text` with a line for every member; as it is when it is short, or no JSON object or list. */
export function indented(text) {
  const start = text.trimStart()[0];
  if (text.length <= SHORT || (start !== "{" && start !== "[") || !valid(text)) return text;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let depth = 0;
  return tokens
    .map((token, place) => {
      const [before, after] = [tokens[place - 1], tokens[place + 1]];
      if (isOpen(token)) {
        depth += 1;
        return isClose(after) ? token : token + line(depth);
      }
      if (isClose(token)) {
        depth -= 1;
        return isOpen(before) ? token : line(depth) + token;
      }
      if (token === ",") return token + line(depth);
      return token === ":" ? ": " : token;
    })
    .join("");
}

/** The same for all spellings of one value, as far as JavaScript can tell them apart. */
export function canonical(text) {
  try {
    return JSON.stringify(JSON.parse(text), (_, value) =>
      isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
    );
  } catch {
    return text;
  }
}

function valid(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isOpen(token) {
  return token === "{" || token === "[";
}

function isClose(token) {
  return token === "}" || token === "]";
}

function line(depth) {
  return `\n${"  ".repeat(Math.min(depth, DEEPEST))}`;
}
