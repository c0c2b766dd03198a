/* Which view the address asks for: "#/episode/KEY", "#/compare/KEY/KEY"; everything else is a place in the overview. */

/** The address of one episode, at a step if there is one. */
export function episodeLink(key, step = null) {
  const place = step === null ? "" : `/${step}`;
  return `#/episode/${encodeURIComponent(key)}${place}`;
}

/** The address of two episodes side by side. */
export function compareLink(left, right) {
  return `#/compare/${encodeURIComponent(left)}/${encodeURIComponent(right)}`;
}

/** The view and its arguments. */
export function route() {
  const [view, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  if (!location.hash.startsWith("#/")) return { view: "overview", place: view };
  return { view, rest: rest.map(decoded) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
