// Who changed what, month by month.

import { h, replace } from "../dom.js";
import { saveButton } from "../files.js";
import { paged, table } from "../lists.js";
import { when } from "../words.js";

export function audit() {
  const now = new Date().toISOString().slice(0, 7);
  const month = h("input", { type: "month", value: now, max: now });
  const list = h("div");
  const load = () =>
    replace(
      list,
      paged("audit", { month: month.value }, (items) =>
        table("Audit", [["When", (one) => when(one.at)], ["Who", (one) => one.actor], ["Did", (one) => one.action], ["To", (one) => one.subject], ["Why", (one) => one.note]], items, "Nothing in this month."),
      ),
    );
  month.addEventListener("change", load);
  load();
  return { title: "Audit", body: [h("div", { class: "filters" }, h("label", {}, "Month ", month), saveButton("audit", () => ({ month: month.value }))), list] };
}
