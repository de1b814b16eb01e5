// What became of each friend, and what it brings.

import { h } from "/modules/dom.js";

export function friends(page) {
  return h(
    "section",
    { class: "card", "aria-labelledby": "friends-title" },
    h("h2", { id: "friends-title" }, "Your friends"),
    page.referrals.length
      ? h("ul", { class: "rows" }, page.referrals.map((friend) => row(friend.first_name, friend.state, friend.since)))
      : h("p", {}, "Nobody has come with your link yet. Here you will see how it goes with each of them."),
  );
}

export function rewards(page) {
  return h(
    "section",
    { class: "card", "aria-labelledby": "rewards-title" },
    h("h2", { id: "rewards-title" }, "Your rewards"),
    page.credit_cents > 0 && h("p", { class: "balance" }, h("strong", {}, money(page.credit_cents, page.currency)), " service credit for your next invoice"),
    h("p", {}, earned(page), page.next_tier && [" ", ahead(page.next_tier)]),
    page.rewards.length > 0 && h("ul", { class: "rows" }, page.rewards.map(reward)),
  );
}

function earned({ totals, currency }) {
  if (!totals.closed) return "You get a reward for each friend whose job we complete.";
  const people = totals.closed === 1 ? "1 friend has" : `${totals.closed} friends have`;
  return `${people} become our customer${totals.closed === 1 ? "" : "s"}${totals.earned_cents ? `: you earned ${money(totals.earned_cents, currency)}` : ""}.`;
}

function ahead({ more, text }) {
  return `The next step: ${text}, with ${more} more ${more === 1 ? "friend" : "friends"}.`;
}

function reward(one) {
  const extra = [
    one.discount_code && h("p", { class: "coupon" }, "Your code: ", h("strong", { class: "code" }, one.discount_code)),
    // Another program's word: only what is surely a web page becomes a link.
    /^https?:\/\//.test(one.card_link || "") &&
      h("p", {}, h("a", { class: "button", href: one.card_link, target: "_blank", rel: "noopener noreferrer" }, "Open your gift card")),
  ];
  return row(sentence(one.text), one.state, one.since, one.for && h("p", { class: "hint" }, "For ", h("bdi", {}, one.for)), extra);
}

function row(title, state, since, ...more) {
  const day = new Date(since).toLocaleDateString("en-US", { month: "long", day: "numeric", year: "numeric" });
  return h("li", {}, h("p", { class: "title" }, h("bdi", {}, title), " ", h("span", { class: "state" }, state)), more, h("p", { class: "hint" }, h("time", { datetime: since }, `Since ${day}`)));
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function money(cents, currency) {
  const digits = cents % 100 ? 2 : 0;
  return new Intl.NumberFormat("en-US", { style: "currency", currency, minimumFractionDigits: digits }).format(cents / 100);
}
