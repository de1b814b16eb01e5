// The referrer's own form: a friend's name for the office, and words that the referrer sends to the friend.

import { button, h, options, replace } from "/modules/dom.js";

import { call } from "./api.js";
import { form, labelled } from "./forms.js";
import { copy } from "./sharing.js";

export function introduce(page, business) {
  const place = h("div", {});
  ask(place, business);
  return h(
    "section",
    { class: "card", "aria-labelledby": "introduce-title" },
    h("h2", { id: "introduce-title" }, "Introduce a friend"),
    h("p", { class: "lead" }, `Tell us who it is. You get a message to send them. ${business.name} does not write to them unasked.`),
    place,
  );
}

function ask(place, business) {
  let last = {};
  const input = (name, attributes) => h("input", { id: `friend-${name}`, name, ...attributes });
  const services = business.services.length > 0 && h("select", { id: "friend-service", name: "service" }, options([["", "Please choose"], ...business.services.map((one) => [one, one])], ""));
  const send = async ({ agreed_to_call: agreed, ...friend }) => {
    const body = { ...friend, agreed_to_call: agreed === "yes" };
    const words = JSON.stringify(body);
    // A second try after the line broke is the same introduction; other words are another one.
    if (last.words !== words) last = { words, key: newKey() };
    told(place, business, friend.name, await call("POST", "/referrals", body, { "Idempotency-Key": last.key }));
  };
  replace(
    place,
    form(
      { id: "introduce" },
      "Introduce them",
      send,
      labelled("Your friend's name", input("name", { type: "text", maxlength: 80, required: true, autocomplete: "off" })),
      labelled("Their phone number", input("phone", { type: "tel", maxlength: 40, autocomplete: "off" }), "Or their e-mail below. One of them is enough."),
      labelled("Their e-mail", input("email", { type: "email", maxlength: 254, autocomplete: "off" })),
      services && labelled("What they need", services),
      labelled("What should we know?", h("textarea", { id: "friend-message", name: "message", rows: 2, maxlength: 1000 })),
      h(
        "fieldset",
        {},
        h("legend", {}, "Does your friend know that we will call?"),
        h(
          "div",
          { class: "choices" },
          [["yes", "Yes, they agreed"], ["no", "No, not yet"]].map(([value, label]) =>
            h("label", { class: "choice" }, h("input", { type: "radio", name: "agreed_to_call", value, checked: value === "no" }), h("span", {}, label)),
          ),
        ),
      ),
    ),
  );
}

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function told(place, business, name, { text, texted }) {
  const title = h("h3", { tabindex: "-1" }, "Thank you: we have it");
  replace(
    place,
    title,
    h("p", {}, "Now send ", h("bdi", {}, name), " a few words, so that they know about us. ", texted && "The message is on its way to your own phone too."),
    h("blockquote", { class: "words" }, text.split("\n").map((line) => h("p", {}, line))),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", href: `sms:?&body=${encodeURIComponent(text)}` }, "Send as a text"),
      button("Copy the message", () => copy(text, "The message is copied."), { class: "quiet" }),
      button("Introduce somebody else", () => ask(place, business), { class: "quiet" }),
    ),
  );
  title.focus();
}
