/*
 * Making elements. Whatever comes from a record becomes a text node or the value of a harmless attribute:
 * there is no other way to put anything into the page.
 */

const SVG = "http://www.w3.org/2000/svg";
const LINK = /^#/;

/** An element of HTML. Children are nodes, texts, numbers, lists of them; null and false are left out. */
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** An element of SVG. */
export function s(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Let `element` have these children and no others. */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) setOne(element, name, value);
  element.append(...flat(children));
  return element;
}

function setOne(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  else if (name.startsWith("on") || name === "src") throw new Error(`no ${name} here`);
  else if (name === "href" && !LINK.test(value)) throw new Error("links stay in this page");
  else element.setAttribute(name, value === true ? "" : String(value));
}

function flat(children) {
  const kept = children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false);
  return kept.map((child) => (child instanceof Node ? child : String(child)));
}
