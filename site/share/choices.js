// What is the participant's to decide: how they stand on the leaderboard, and a link under a name of their own.

import { h, say } from "/modules/dom.js";

import { call } from "./api.js";
import { form, labelled } from "./forms.js";

const NAMES = [
  ["initial", "My first name and initial"],
  ["first", "My first name only"],
  ["hidden", "No name: show me as Anonymous"],
];

export function choices(page, show) {
  const change = async (wish, done) => {
    show(await call("PATCH", "", wish));
    say(done);
  };
  return h(
    "section",
    { class: "card", "aria-labelledby": "choices-title" },
    h("h2", { id: "choices-title" }, "Your name"),
    leaderboardName(page.leaderboard, change),
    h("h3", {}, "A link that can be said aloud"),
    page.aliases.length > 0 && h("ul", { class: "aliases" }, page.aliases.map(({ link }) => h("li", {}, h("a", { href: link }, link)))),
    page.aliases_left > 0 ? aliasForm(page, change) : h("p", { class: "hint" }, "These are all the links there can be. Each of them works for ever."),
  );
}

function leaderboardName({ name, shown_as: shown, public: open }, change) {
  const chosen = async (value, input) => {
    try {
      await change({ leaderboard_name: value }, "Your name is changed.");
    } catch (problem) {
      input.checked = false;
      say(problem.message, true);
    }
  };
  const radio = ([value, label]) => {
    const input = h("input", { type: "radio", name: "leaderboard_name", value, checked: value === name });
    input.addEventListener("change", () => chosen(value, input));
    return h("label", { class: "choice" }, input, h("span", {}, label));
  };
  return h(
    "fieldset",
    {},
    h("legend", {}, open ? "On our list of who recommends us most" : "On the list of who recommends us most (only our team sees it)"),
    h("div", { class: "stack" }, NAMES.map(radio)),
    h("p", { class: "hint" }, "You stand there as: ", h("bdi", {}, shown)),
  );
}

function aliasForm(page, change) {
  const base = page.link.replace(/[^/]+\/$/, "");
  const input = h("input", { id: "alias", name: "alias", type: "text", required: true, maxlength: 60, autocapitalize: "none", autocomplete: "off", spellcheck: "false" });
  return form(
    { id: "alias-form" },
    "Make this link",
    async ({ alias }) => change({ alias }, "Your new link works in a moment."),
    labelled("A name for your link", input, `Such as sam-lee: it becomes ${base}sam-lee/. It is for ever and everybody can read it; you can have ${page.aliases_left} more.`),
  );
}
