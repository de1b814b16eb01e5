// The words of each message: the business's own or the program's, as they read, with what the linter says beside them.

import { call, get } from "../api.js";
import { button, foldable, h, later, say } from "../dom.js";
import { sentence } from "../words.js";
import { sectionForm } from "./form.js";

const HINT = "Empty: the program's own words. Names in double braces, such as {{ link }}, are filled in.";

export function wordsOfMessages(all, again) {
  return later(get("previews"), (page) => [...byTemplate(page.items)].map(([template, previews]) => message(template, previews, all, again)));
}

function byTemplate(previews) {
  const found = new Map();
  for (const preview of previews) found.set(preview.template, [...(found.get(preview.template) || []), preview]);
  return found;
}

function message(template, previews, all, again) {
  const specs = previews.flatMap(({ channel }) =>
    (channel === "email" ? ["subject", "email"] : [channel]).map((part) => ({ path: `messages.${template}.${part}`, label: sentence(part === "sms" ? "SMS" : part), hint: HINT, type: part === "subject" ? "text" : "long" })),
  );
  const save = async (part) => {
    await call("PUT", "settings", part);
    say(`${sentence(template)}: saved.`);
    again();
  };
  const form = sectionForm(specs, all, save, sentence(template));
  const own = previews.some((preview) => preview.own);
  return foldable(
    `words of ${template}`,
    `${sentence(template)}${own ? ", your own words" : ""}`,
    previews.map(preview),
    form,
    !own && button("Start from the words in force", () => startFrom(previews, specs, form), { class: "quiet", "aria-label": `Start from the words in force: ${sentence(template)}` }),
  );
}

function startFrom(previews, specs, form) {
  const words = Object.assign({}, ...previews.map((one) => one.words));
  form.querySelectorAll("input, textarea").forEach((input, place) => {
    input.value ||= words[specs[place].path.split(".").pop()] || "";
  });
}

function preview(one) {
  const length = one.length ? `, ${one.length.segments} SMS ${one.length.segments === 1 ? "segment" : "segments"}` : "";
  return h(
    "blockquote",
    {},
    h("p", { class: "soft" }, `As it reads now, by ${one.channel}${length}`),
    one.subject && h("p", {}, h("strong", {}, one.subject)),
    one.text.split("\n\n").map((part) => h("p", {}, part)),
    one.findings.length > 0 && h("ul", { class: "problem" }, one.findings.map((finding) => h("li", {}, finding))),
  );
}
