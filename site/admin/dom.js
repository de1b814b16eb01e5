// The console makes its elements as every page does, and folds what is long.

import { h } from "/modules/dom.js";

export * from "/modules/dom.js";

const unfolded = new Set();

// A part that stays open, or closed, when the view is drawn anew.
export function foldable(key, summary, ...children) {
  const made = h("details", { class: "card", open: unfolded.has(key) }, h("summary", {}, summary), ...children);
  made.addEventListener("toggle", () => (made.open ? unfolded.add(key) : unfolded.delete(key)));
  return made;
}
