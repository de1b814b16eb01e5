// On paper: a card to hand over, and a sheet of coupons to cut. US Letter; other paper scales it.

import { button, h, later, replace } from "/modules/dom.js";

import { qrCode, save } from "./qr.js";

const ON_A_SHEET = 8;
const main = document.getElementById("share");

export function toPrint(page, business, back) {
  const paper = (name, many) => button(name, async () => preview(page, business, many, await qrCode("print"), back), { class: "quiet" });
  return h(
    "section",
    { class: "card", "aria-labelledby": "print-title" },
    h("h2", { id: "print-title" }, "To show and to print"),
    h("p", {}, "A phone's camera opens your link from this picture."),
    later(qrCode("qr"), (drawing) => [drawing, h("p", { class: "actions" }, button("Save the picture", () => save(drawing), { class: "quiet" }), paper("Print a card", 1), paper("Print coupons", ON_A_SHEET))]),
  );
}

function preview(page, business, many, drawing, back) {
  const title = h("h1", { tabindex: "-1" }, many === 1 ? "A card" : `A sheet of ${many} coupons`);
  const pieces = Array.from({ length: many }, () => piece(page, business, drawing.cloneNode(true)));
  replace(
    main,
    h("div", { class: "not-printed" }, title, h("p", { class: "actions" }, button("Print", () => print()), button("Back to my page", back, { class: "quiet" }))),
    h("div", { class: many === 1 ? "paper" : "paper sheet" }, pieces),
  );
  title.focus();
  scrollTo(0, 0);
}

function piece(page, business, drawing) {
  const { offer } = page;
  const link = (page.aliases.at(-1)?.link || page.link).replace(/^https?:\/\//, "").replace(/\/$/, "");
  return h(
    "article",
    { class: "piece" },
    h(
      "div",
      {},
      h("p", { class: "kicker" }, h("bdi", {}, page.first_name), " recommends"),
      h("h2", {}, business.name),
      offer && h("p", { class: "gift" }, h("strong", {}, offer.headline), h("br"), offer.friend_text),
      business.phoneText && h("p", {}, business.phoneText),
    ),
    drawing,
    h("p", { class: "address" }, link),
    h("p", { class: "hint" }, h("bdi", {}, page.first_name), " gets a reward if you become our customer."),
  );
}
