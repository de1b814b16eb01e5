// All settings as the API has them; the words of a refusal stand beside what was typed.

import { call, get } from "../api.js";
import { button, field, h, later, say } from "../dom.js";
import { sentence } from "../words.js";

export function settings({ again }) {
  return {
    title: "Settings",
    body: later(get("settings"), (all) => [
      h("p", {}, "Each part is saved by itself and checked as a whole; nothing takes effect unless all of it can."),
      Object.entries(all).map(([name, value]) => part(name, value, again)),
    ]),
  };
}

function part(name, value, again) {
  const whole = value !== null && typeof value === "object";
  const text = whole ? JSON.stringify(value, null, 2) : String(value ?? "");
  const input = whole ? h("textarea", { rows: String(Math.min(18, text.split("\n").length)), class: "code", spellcheck: "false", value: text }) : h("input", { type: "text", value: text });
  const wrong = h("p", { class: "problem", role: "alert" });
  const save = async () => {
    wrong.textContent = "";
    let read;
    try {
      read = whole ? JSON.parse(input.value) : scalar(input.value, value);
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
  return h("details", { class: "card" }, h("summary", {}, sentence(name)), field(sentence(name), input), wrong, button("Save", save, { "aria-label": `Save ${sentence(name)}` }));
}

function scalar(typed, before) {
  if (typeof before === "boolean") return typed.trim() === "true" ? true : typed.trim() === "false" ? false : typed;
  if (typeof before === "number") return typed.trim() === "" || Number.isNaN(Number(typed)) ? typed : Number(typed);
  return typed;
}
