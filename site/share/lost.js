// No link, or an old one: it is sent again to the phone or the mailbox that we know.

import { h, replace } from "/modules/dom.js";

import { askForLink } from "./api.js";
import { form, labelled } from "./forms.js";

export function lostLink(business, why) {
  const place = h("section", { class: "card" });
  const contact = h("input", { id: "contact", name: "contact", type: "text", required: true, maxlength: 254, autocomplete: "username", autocapitalize: "none", spellcheck: "false" });
  replace(
    place,
    h("h1", {}, "Your own page"),
    why && h("p", { class: "notice" }, why),
    h("p", {}, "It shows your link for friends, what became of them, and your rewards. You open it with a link that is only yours. Have you lost it? We send it to you again."),
    form(
      {},
      "Send me my link",
      async ({ contact: typed }) => sent(place, business, (await askForLink(typed.trim())).detail),
      labelled("Your phone number or e-mail", contact, "The one you gave us."),
    ),
    call(business),
  );
  return place;
}

function sent(place, business, detail) {
  const title = h("h1", { tabindex: "-1" }, "Look for our message");
  replace(place, title, h("p", {}, detail), h("p", {}, "Nothing there after a few minutes? We may know you by another number or address, or you asked us to send you no messages."), call(business));
  title.focus();
}

const call = (business) => business.phone && h("p", { class: "hint" }, "Or call us: ", h("a", { href: business.phone }, business.phoneText));
