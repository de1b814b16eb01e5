// What was sent, what waits, what failed; what people wrote back; how every message reads.

import { get } from "../api.js";
import { phoneLink } from "../contacts.js";
import { h, later, options, replace } from "../dom.js";
import { saveButton } from "../files.js";
import { paged, table } from "../lists.js";
import { phone, sentence, when } from "../words.js";

const STATUSES = ["queued", "sent", "delivered", "failed", "undelivered", "unknown", "skipped"];

export function messages() {
  const status = h("select", {}, options([["", "All"], ...STATUSES.map((one) => [one, sentence(one)])], ""));
  const list = h("div");
  const load = () =>
    replace(
      list,
      paged("messages", { status: status.value }, (items) =>
        table(
          "Messages",
          [
            ["To", (one) => [phone(one.to) || one.recipient, h("br"), h("span", { class: "soft" }, `${sentence(one.template)}, ${one.channel}`)]],
            ["Words", (one) => [one.subject && h("strong", {}, one.subject, h("br")), one.text]],
            ["Status", (one) => [h("span", { class: `tag ${one.status}` }, sentence(one.status)), one.reason && h("p", { class: "soft" }, one.reason)]],
            ["When", (one) => when(one.sent_at || one.created_at)],
          ],
          items,
          "There are no such messages.",
        ),
      ),
    );
  status.addEventListener("change", load);
  load();
  return {
    title: "Messages",
    body: [
      h("h2", {}, "What people wrote back"),
      paged("replies", {}, (items) => table("Replies", [["From", (one) => phoneLink(one.phone)], ["Words", (one) => one.text], ["Meaning", (one) => sentence(one.meaning)], ["When", (one) => when(one.at)]], items, "Nobody has written back.")),
      saveButton("replies"),
      h("h2", {}, "Sent and waiting"),
      h("div", { class: "filters" }, h("label", {}, "Show ", status), saveButton("messages", () => ({ status: status.value }))),
      list,
      h("details", {}, h("summary", {}, "How every message reads"), later(get("previews"), (page) => page.items.map(preview))),
    ],
  };
}

function preview(one) {
  const length = one.length ? `, ${one.length.segments} SMS segments` : "";
  return h(
    "article",
    { class: "card" },
    h("h3", {}, sentence(one.template)),
    h("p", { class: "soft" }, `${one.channel}${length}${one.own ? ", your own words" : ""}`),
    one.subject && h("p", {}, h("strong", {}, one.subject)),
    one.text.split("\n\n").map((part) => h("p", {}, part)),
    one.findings.length > 0 && h("ul", { class: "problem" }, one.findings.map((finding) => h("li", {}, finding))),
  );
}
