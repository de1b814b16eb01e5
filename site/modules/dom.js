// Elements from data. Text becomes text nodes and nothing is ever parsed as HTML, so a name cannot become a script.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

export function replace(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

let hiding;

// Say what happened, to eyes and to screen readers.
export function say(words, bad = false) {
  const box = document.getElementById("said");
  box.textContent = words;
  box.classList.toggle("bad", bad);
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    box.textContent = "";
  }, bad ? 15000 : 6000);
}

// A button that cannot be pressed twice, and that says what went wrong.
export function button(label, action, attributes = {}) {
  const made = h("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await action();
    } catch (problem) {
      say(problem.message, true);
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

// Show what comes, as soon as it comes; what does not come says so in its place.
export function later(promise, show) {
  const place = h("div", {}, h("p", { class: "soft" }, "Loading…"));
  promise.then(
    (data) => replace(place, show(data)),
    (problem) => replace(place, h("p", { class: "problem" }, problem.message)),
  );
  return place;
}

export function field(label, input, hint) {
  const id = input.id || `f-${Math.random().toString(36).slice(2)}`;
  input.id = id;
  const described = hint ? `${id}-hint` : null;
  if (described) input.setAttribute("aria-describedby", described);
  return h("div", { class: "field" }, h("label", { for: id }, label), input, hint && h("p", { class: "hint", id: described }, hint));
}

export function options(choices, chosen) {
  return choices.map(([value, label]) => h("option", { value, selected: value === chosen }, label));
}
