// Tables that become cards on a phone, and pages that follow pages.

import { get, query } from "./api.js";
import { button, h, replace } from "./dom.js";

// columns: [heading, cell(item)]
export function table(caption, columns, items, empty) {
  if (!items.length) return h("p", { class: "soft" }, empty);
  return h(
    "table",
    { class: "list" },
    h("caption", { class: "hidden" }, caption),
    h("thead", {}, h("tr", {}, columns.map(([heading]) => h("th", { scope: "col" }, heading)))),
    h("tbody", {}, items.map((item) => h("tr", {}, columns.map(([heading, cell]) => h("td", { "data-label": heading }, cell(item)))))),
  );
}

// A list of the API, page after page, as long as there is more.
export function paged(path, parameters, show) {
  const place = h("div", {}, h("p", { class: "soft" }, "Loading…"));
  let items = [];
  const load = async (cursor) => {
    try {
      const page = await get(query(path, { limit: 50, ...parameters, cursor }));
      items = items.concat(page.items);
      replace(place, show(items), page.next && h("p", {}, button("Show more", () => load(page.next), { class: "quiet" })));
    } catch (problem) {
      replace(place, h("p", { class: "problem" }, problem.message));
    }
  };
  load(null);
  return place;
}
