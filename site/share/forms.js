// Forms that say what is wrong beside the field, and keep what was typed.

import { h } from "/modules/dom.js";

export function labelled(label, input, hint) {
  const id = input.id;
  const described = [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  input.setAttribute("aria-describedby", described);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
    h("p", { class: "error", id: `${id}-error`, hidden: true }),
  );
}

export function form(attributes, label, send, ...parts) {
  const submit = h("button", { type: "submit" }, label);
  const wrong = h("p", { class: "error", role: "alert", hidden: true });
  const made = h("form", attributes, parts, wrong, submit);
  made.noValidate = true;
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.getAttribute("aria-disabled") === "true") return;
    clear(made);
    const missing = [...made.querySelectorAll("[required]")].filter((input) => !input.value.trim());
    if (missing.length) {
      tell(made, wrong, { errors: missing.map((input) => ({ field: input.name, message: "is required" })) });
      return;
    }
    submit.setAttribute("aria-disabled", "true");
    try {
      await send(Object.fromEntries(new FormData(made)));
    } catch (problem) {
      tell(made, wrong, problem);
    } finally {
      submit.removeAttribute("aria-disabled");
    }
  });
  return made;
}

function clear(made) {
  for (const place of made.querySelectorAll(".error")) place.hidden = true;
  for (const input of made.elements) input.removeAttribute("aria-invalid");
}

function tell(made, wrong, problem) {
  const errors = problem.errors || [];
  const homeless = errors.filter(({ field, message }) => !beside(made, field, message)).map(({ field, message }) => `${field} ${message}`);
  if (!errors.length || homeless.length) {
    wrong.textContent = homeless.length ? homeless.join("; ") : problem.message;
    wrong.hidden = false;
  }
  made.querySelector("[aria-invalid]")?.focus();
}

function beside(made, name, message) {
  const input = made.elements[name];
  const place = input instanceof HTMLElement ? made.querySelector(`#${CSS.escape(input.id)}-error`) : null;
  if (!place) return false;
  const label = made.querySelector(`label[for="${CSS.escape(input.id)}"]`).firstChild.textContent.trim().replace(/\?$/, "");
  place.textContent = `${label} ${message}.`;
  place.hidden = false;
  input.setAttribute("aria-invalid", "true");
  return true;
}
