// All settings: as forms what an owner changes, as JSON whatever there is; a refusal stands beside what was typed.

import { call, get } from "../api.js";
import { button, field, foldable, h, later, say } from "../dom.js";
import { sectionForm } from "../settings/form.js";
import { SECTIONS } from "../settings/schema.js";
import { wordsOfMessages } from "../settings/words.js";
import { sentence } from "../words.js";

export function settings({ again }) {
  return {
    title: "Settings",
    body: later(get("settings"), (all) => [
      h("p", {}, "Each part is saved by itself and checked as a whole; nothing takes effect unless all of it can."),
      SECTIONS.map(([title, specs]) => foldable(title, title, sectionForm(specs, all, saver(title, again), title))),
      h("h2", {}, "The words of messages"),
      wordsOfMessages(all, again),
      h("h2", {}, "For those who know JSON"),
      foldable(
        "as JSON",
        "Connections, the sequence of messages, hours by state, and all of the above",
        Object.entries(all).map(([name, value]) => asJson(name, value, again)),
      ),
    ]),
  };
}

function saver(title, again) {
  return async (part) => {
    if (!Object.keys(part).length) {
      say("Nothing was changed.");
      return;
    }
    await call("PUT", "settings", part);
    say(`${title}: saved.`);
    again();
  };
}

function asJson(name, value, again) {
  const text = JSON.stringify(value, null, 2);
  const label = `${sentence(name)} as JSON`;
  const input = h("textarea", { rows: String(Math.min(18, text.split("\n").length)), class: "code", spellcheck: "false", value: text });
  const wrong = h("p", { class: "problem", role: "alert" });
  const save = async () => {
    wrong.textContent = "";
    let read;
    try {
      read = JSON.parse(input.value);
    } catch (error) {
      wrong.textContent = `This is not JSON: ${error.message}`;
      return;
    }
    try {
      await call("PUT", "settings", { [name]: read });
    } catch (problem) {
      wrong.textContent = problem.message;
      return;
    }
    say(`${sentence(name)}: saved.`);
    again();
  };
  return foldable(label, sentence(name), field(label, input), wrong, button("Save", save, { "aria-label": `Save ${label}` }));
}
