/* Descriptions with code between backticks. */

import { h } from "./dom.js";

/** `text` as nodes. */
export function prose(text) {
  return text.split("`").map((part, place) => (place % 2 === 1 ? h("code", {}, part) : part));
}
