// Ask for a link and a code, and use one of them.

import { call } from "./api.js";
import { field, h, replace, say } from "./dom.js";

export async function useLink(token, enter, out) {
  try {
    enter(await call("POST", "session", { token }));
  } catch (problem) {
    out();
    say(problem.message, true);
  }
}

export function signIn(enter) {
  const place = h("section", { class: "card narrow" });
  askWhere(place, enter);
  return place;
}

function form(place, title, parts, label, send) {
  const submit = h("button", { type: "submit" }, label);
  const wrong = h("p", { class: "problem", role: "alert" });
  const made = h("form", {}, h("h1", { tabindex: "-1" }, title), parts, wrong, submit);
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    wrong.textContent = "";
    try {
      await send();
    } catch (problem) {
      wrong.textContent = problem.message;
    } finally {
      submit.disabled = false;
    }
  });
  replace(place, made);
  return made;
}

function askWhere(place, enter) {
  const contact = h("input", { type: "text", autocomplete: "username", required: true, autocapitalize: "none", spellcheck: "false" });
  form(
    place,
    "Sign in",
    [h("p", {}, "We send you a link and a code. There is no password."), field("Your e-mail or phone number", contact)],
    "Send them",
    async () => {
      const typed = contact.value.trim();
      const asked = await call("POST", "sign-in", typed.includes("@") ? { email: typed } : { phone: typed });
      askCode(place, enter, asked.sign_in, typed);
    },
  );
}

function askCode(place, enter, signInId, contact) {
  const code = h("input", { type: "text", inputmode: "numeric", autocomplete: "one-time-code", required: true, maxlength: "9" });
  const made = form(
    place,
    "Look for our message",
    [
      h("p", {}, `If ${contact} may sign in here, a link and a six-digit code are on their way. Open the link, or type the code. Both are good for ten minutes.`),
      field("Code", code),
    ],
    "Sign in",
    async () => enter(await call("POST", "session", { sign_in: signInId, code: code.value })),
  );
  made.append(h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => askWhere(place, enter) }, "Use another e-mail or number")));
  code.focus();
}
