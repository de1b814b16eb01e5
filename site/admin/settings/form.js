// One section of the settings as a form: read what is there, show a refusal beside its field, send what changed.

import { button, field, h, options, replace } from "../dom.js";

export function inputFor(spec, value) {
  return MAKERS[spec.type](spec, value);
}

// A form over `all`, the settings. `save` takes the changed part, and returns a promise.
export function sectionForm(specs, all, save, label) {
  const fields = specs.map((spec) => ({ spec, before: at(all, spec.path), made: inputFor(spec, at(all, spec.path)) }));
  const general = h("p", { class: "problem", role: "alert" });
  const submit = async () => {
    show([], fields, general);
    const unread = fields.filter(({ made }) => [...made.element.querySelectorAll("input")].some((input) => input.validity.badInput));
    for (const { made } of unread) made.refuse("", "is not a number");
    if (unread.length) return;
    const part = {};
    for (const { spec, before, made } of fields) {
      const now = made.read();
      if (JSON.stringify(now) !== JSON.stringify(before)) put(part, spec.path, now);
    }
    try {
      await save(part);
    } catch (problem) {
      show(problem.errors?.length ? problem.errors : [{ field: "", message: problem.message }], fields, general);
    }
  };
  return h("form", { onsubmit: (event) => event.preventDefault() }, fields.map(({ made }) => made.element), general, button("Save", submit, { "aria-label": `Save ${label}` }));
}

// Each refusal stands beside the field it is about, and what belongs to none of them above the button.
function show(errors, fields, general) {
  const left = errors.filter((error) => !fields.some(({ spec, made }) => owns(spec.path, error.field) && (made.refuse(error.field.slice(spec.path.length), error.message), true)));
  if (!errors.length) for (const { made } of fields) made.refuse(null);
  replace(general, left.map((error) => h("span", {}, `${error.field} ${error.message} `)));
  fields.find(({ made }) => made.element.querySelector("[aria-invalid]"))?.made.element.querySelector("[aria-invalid]").focus();
}

const owns = (path, named) => named === path || named.startsWith(`${path}.`) || named.startsWith(`${path}[`);

function at(all, path) {
  return path.split(".").reduce((value, name) => value?.[name], all) ?? null;
}

function put(part, path, value) {
  const names = path.split(".");
  const last = names.pop();
  const inner = names.reduce((object, name) => (object[name] ??= {}), part);
  inner[last] = value;
}

function simple(spec, input, read) {
  const said = h("p", { class: "problem" });
  const refuse = (_, message) => {
    said.textContent = message ? `${message}.` : "";
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const labelled = field(spec.label, input, spec.hint);
  said.id = `${input.id}-wrong`;
  input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby"), said.id].filter(Boolean).join(" "));
  labelled.append(said);
  return { element: labelled, read, refuse };
}

const wholeNumber = (typed) => (typed.trim() === "" ? null : Number(typed));

const MAKERS = {
  text(spec, value) {
    const input = h("input", { type: "text", value: value ?? "" });
    return simple(spec, input, () => input.value.trim() || null);
  },
  long(spec, value) {
    const input = h("textarea", { rows: "3", value: value ?? "" });
    return simple(spec, input, () => input.value.trim() || null);
  },
  lines(spec, value) {
    const input = h("textarea", { rows: String(Math.max(3, (value || []).length + 1)), value: (value || []).join("\n") });
    return simple(spec, input, () => input.value.split("\n").map((line) => line.trim()).filter(Boolean));
  },
  number(spec, value) {
    const input = h("input", { type: "number", step: "any", value: value === null || value === false ? "" : String(value) });
    return simple(spec, input, () => wholeNumber(input.value));
  },
  money(given, value) {
    const spec = { ...given, hint: given.hint || "Such as 25 or 25.50." };
    const input = h("input", { type: "number", step: "0.01", min: "0", value: value === null ? "" : String(value / 100) });
    return simple(spec, input, () => (input.value.trim() === "" ? null : Math.round(Number(input.value) * 100)));
  },
  yes(spec, value) {
    const input = h("input", { type: "checkbox" });
    input.checked = value === true;
    const made = simple(spec, input, () => input.checked);
    made.element.classList.add("tick");
    return made;
  },
  choice(spec, value) {
    const input = h("select", {}, options(spec.choices, value));
    return simple(spec, input, () => input.value);
  },
  rows(spec, value) {
    let rows = (value || []).map((one) => rowOf(spec, one));
    const list = h("div");
    const draw = () =>
      replace(
        list,
        rows.map((row, place) =>
          h(
            "fieldset",
            { class: "row" },
            h("legend", {}, `${spec.label}, ${place + 1}`),
            row.columns.map(({ made }) => made.element),
            button("Remove", () => {
              rows = rows.filter((other) => other !== row);
              draw();
            }, { class: "quiet small", "aria-label": `Remove ${spec.label}, ${place + 1}` }),
          ),
        ),
        button("Add one", () => {
          rows = [...rows, rowOf(spec, spec.blank)];
          draw();
        }, { class: "quiet small", "aria-label": `Add one: ${spec.label}` }),
      );
    const said = h("p", { class: "problem", role: "alert" });
    const refuse = (rest, message) => {
      if (!message) {
        said.textContent = "";
        for (const row of rows) for (const { made } of row.columns) made.refuse("", "");
        return;
      }
      const [, place, name] = /^\[(\d+)\]\.?(\w*)/.exec(rest) || [];
      const found = rows[place]?.columns.find(({ column }) => column.path === name);
      if (found) found.made.refuse("", message);
      else said.textContent = `${message}.`;
    };
    draw();
    const element = h("div", { class: "field" }, h("p", { class: "strong" }, spec.label), spec.hint && h("p", { class: "hint" }, spec.hint), list, said);
    return { element, read: () => rows.map(({ one, columns }) => ({ ...one, ...Object.fromEntries(columns.map(({ column, made }) => [column.path, made.read()])) })), refuse };
  },
};

function rowOf(spec, one) {
  return { one, columns: spec.columns.map((column) => ({ column, made: inputFor(column, one[column.path] ?? null) })) };
}
