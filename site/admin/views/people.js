// Who may sign in, and the keys of machines.

import { call } from "../api.js";
import { ask } from "../asking.js";
import { button, h, options, say } from "../dom.js";
import { paged, table } from "../lists.js";
import { when } from "../words.js";

const ROLES = [["staff", "Staff"], ["owner", "Owner"]];

export function people({ session, again }) {
  return {
    title: "Access",
    body: [
      h("h2", {}, "People"),
      h("p", {}, button("Add a person", () => addPerson(again))),
      paged("users", {}, (items) =>
        table(
          "People",
          [
            ["Name", (one) => one.name],
            ["Signs in by", (one) => [one.email, one.phone].filter(Boolean).join(", ")],
            ["Role", (one) => one.role],
            ["Actions", (one) => (session.user && session.user.id === one.id ? "you" : personActions(one, again))],
          ],
          items,
          "Nobody yet.",
        ),
      ),
      h("h2", {}, "Keys of machines"),
      h("p", {}, button("Make a key", () => addKey(again))),
      paged("keys", {}, (items) =>
        table(
          "Keys",
          [
            ["Key", (one) => one.kid],
            ["For", (one) => one.name],
            ["Role", (one) => one.role],
            ["Made", (one) => when(one.created_at)],
            ["Actions", (one) => (one.revoked_at ? `revoked ${when(one.revoked_at)}` : button("Revoke", () => revoke(one, again), { class: "quiet danger", "aria-label": `Revoke ${one.kid}` }))],
          ],
          items,
          "None yet.",
        ),
      ),
    ],
  };
}

function personActions(one, again) {
  const other = one.role === "owner" ? "staff" : "owner";
  return h(
    "div",
    { class: "actions" },
    button(one.disabled_at ? "Let in again" : "Shut out", () => changePerson(one, { disabled: !one.disabled_at }, again), { class: "quiet", "aria-label": `${one.disabled_at ? "Let in again" : "Shut out"}: ${one.name}` }),
    button(`Make ${other}`, () => changePerson(one, { role: other }, again), { class: "quiet", "aria-label": `Make ${one.name} ${other}` }),
  );
}

async function changePerson(one, change, again) {
  const answer = await ask({ title: `Change what ${one.name} may do?`, text: change.disabled ? "They are signed out everywhere, at once." : "It holds at once.", confirm: "Change" });
  if (!answer) return;
  await call("PATCH", `users/${one.id}`, change);
  say("Done.");
  again();
}

async function addPerson(again) {
  const name = h("input", { required: true, maxlength: "80", autocomplete: "off" });
  const email = h("input", { type: "email", autocomplete: "off" });
  const phone = h("input", { type: "tel", autocomplete: "off" });
  const role = h("select", {}, options(ROLES, "staff"));
  const answer = await ask({
    title: "Let somebody sign in",
    fields: [{ label: "Name", input: name }, { label: "E-mail", input: email }, { label: "Phone", input: phone }, { label: "Role", input: role }],
    confirm: "Add",
  });
  if (!answer) return;
  await call("POST", "users", { name: name.value, email: email.value || null, phone: phone.value || null, role: role.value });
  say(`${name.value} can sign in now.`);
  again();
}

async function addKey(again) {
  const name = h("input", { required: true, maxlength: "60", autocomplete: "off" });
  const role = h("select", {}, options(ROLES, "staff"));
  const answer = await ask({ title: "Make a key for a machine", fields: [{ label: "For which program", input: name }, { label: "Role", input: role }], confirm: "Make it" });
  if (!answer) return;
  const made = await call("POST", "keys", { name: name.value, role: role.value });
  await ask({ title: "The key, shown this once", text: [made.key, "Keep it where the program keeps its secrets."], confirm: "I have it" });
  again();
}

async function revoke(one, again) {
  const answer = await ask({ title: `Revoke the key ${one.kid}?`, text: `${one.name} is shut out at once. This cannot be undone.`, confirm: "Revoke" });
  if (!answer) return;
  await call("DELETE", `keys/${one.kid}`);
  say("Revoked.");
  again();
}
