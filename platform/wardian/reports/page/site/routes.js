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

/**
 * Go there. A page within another one, as MLflow shows it, may not follow its own links: it says itself that it is
 * elsewhere.
 */
export function go(address) {
  if (location.protocol !== "blob:") {
    location.hash = address;
    return;
  }
  history.pushState(null, "", address);
  dispatchEvent(new Event("hashchange"));
}

/** Have links of the page be followed where the browser does not. */
export function followLinks() {
  if (location.protocol !== "blob:") return;
  document.addEventListener("click", (event) => {
    const address = event.target.closest?.("a")?.getAttribute("href");
    if (event.defaultPrevented || !address?.startsWith("#")) return;
    event.preventDefault();
    go(address);
  });
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
