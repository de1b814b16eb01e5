// A question before what cannot be undone, and the note that goes with a decision.

import { field, h, replace } from "./dom.js";

// Resolves to {note, ...} when confirmed, to null when not.
export function ask({ title, text = [], confirm, note = null, fields = [] }) {
  const dialog = document.getElementById("ask");
  return new Promise((done) => {
    let answer = null;
    const noteInput = note && h("textarea", { rows: "2", maxlength: "500", required: note.required === true });
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "ask-title" }, title),
      [text].flat().map((line) => h("p", {}, line)),
      fields.map(({ label, input, hint }) => field(label, input, hint)),
      noteInput && field(note.required ? "Why" : "Why (optional)", noteInput, "Kept in the audit."),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "submit" }, confirm),
        h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel"),
      ),
    );
    form.addEventListener("submit", () => {
      answer = { note: noteInput ? noteInput.value.trim() || null : null };
    });
    dialog.addEventListener("close", () => done(answer), { once: true });
    replace(dialog, form);
    dialog.showModal();
  });
}
