// What wants a person today.

import { get } from "../api.js";
import { both } from "../contacts.js";
import { button, h, later } from "../dom.js";
import { ago, money, sentence } from "../words.js";
import { confirmMention, decideInvoice, decideReview, giveUpMention, setStage } from "../decisions.js";
import { promiseRow, reviewRow } from "../promises.js";
import { rewardRow } from "./rewards.js";

const MOST_COUNTED = 100;

export function today({ session, again }) {
  const numbers = get("overview");
  return {
    title: "Today",
    body: [
      glance(numbers),
      section("New leads to call", get("referrals?stage=new&limit=20"), "Nobody is waiting for a call.", (one) => lead(one, again)),
      section("Who referred them?", get("mentions?limit=20"), "Every answer has its referrer.", (one) => mention(one, again)),
      section("To look at before a reward is given", get("reviews?limit=20"), "Nothing looks odd.", (one) => review(one, again)),
      section("Rewards to approve", get("rewards?status=pending&limit=20"), "No reward is waiting.", (one) => rewardRow(one, session, again)),
      section("Rewards to take back", get("rewards?status=reversal_due&limit=20"), "Nothing is to be taken back.", (one) => rewardRow(one, session, again)),
      section("Invoices that fit several referrals", get("invoices?limit=20"), "Every invoice has found its referral.", (one) => invoice(one, again)),
      section("Promised introductions that are overdue", get("commitments?state=overdue&limit=20"), "No promise is overdue.", (one) => promiseRow(one, again)),
      section("Results reviews to hold", get("results-reviews?limit=20"), "No review is due.", (one) => reviewRow(one, again)),
      stuck(numbers),
    ],
  };
}

function section(title, promise, empty, row) {
  return h(
    "section",
    {},
    h("h2", {}, title),
    later(promise, (page) => (page.items.length ? h("ul", { class: "rows" }, page.items.map((one) => h("li", {}, row(one)))) : h("p", { class: "soft" }, empty))),
  );
}

function person(one) {
  return [h("a", { class: "strong", href: `#referrals/${one.id}` }, one.prospect.name), " ", both(one.prospect)];
}

function lead(one, again) {
  return [
    h("p", {}, person(one)),
    h("p", { class: "soft" }, [ago(one.created_at), one.service, one.callback_window && `call in the ${one.callback_window}`].filter(Boolean).join(", ")),
    one.message && h("p", {}, one.message),
    h(
      "div",
      { class: "actions" },
      button("Called", () => setStage(one, "contacted", again), { "aria-label": `Called ${one.prospect.name}` }),
      button("Appointment", () => setStage(one, "appointment", again), { class: "quiet", "aria-label": `Appointment with ${one.prospect.name}` }),
      button("Lost", () => setStage(one, "lost", again), { class: "quiet", "aria-label": `${one.prospect.name} is lost` }),
    ),
  ];
}

function mention(one, again) {
  return [
    h("p", {}, person(one), ` says: “${one.referred_by || ""}”`),
    h(
      "div",
      { class: "actions" },
      button("Find the referrer", () => confirmMention(one, again), { "aria-label": `Find who referred ${one.prospect.name}` }),
      button("Nobody we know", () => giveUpMention(one, again), { class: "quiet", "aria-label": `Nobody knows who referred ${one.prospect.name}` }),
    ),
  ];
}

function review(one, again) {
  return [
    h("p", {}, person(one)),
    h("ul", {}, one.flags.map((flag) => h("li", {}, sentence(flag.why)))),
    h(
      "div",
      { class: "actions" },
      button("Approve", () => decideReview(one, "approved", again), { "aria-label": `Approve ${one.prospect.name}` }),
      button("Decline", () => decideReview(one, "declined", again), { class: "quiet", "aria-label": `Decline ${one.prospect.name}` }),
    ),
  ];
}

function invoice(one, again) {
  return [
    h("p", {}, h("span", { class: "strong" }, one.number || one.id), one.amount_cents === null ? "" : `, ${money(one.amount_cents, one.currency || "USD")}`),
    h("div", { class: "actions" }, button("Decide whose it is", () => decideInvoice(one, again), { "aria-label": `Decide whose invoice ${one.id} is` })),
  ];
}

// How much waits for somebody, and since when: the lists below show the first of each.
function glance(numbers) {
  return later(numbers, ({ backlog }) => {
    const parts = backlog.map((one) => `${sentence(one.kind)}: ${one.count}${one.count >= MOST_COUNTED ? " or more" : ""}${one.since ? `, the oldest from ${ago(one.since)}` : ""}`);
    return parts.length ? h("ul", { class: "glance" }, parts.map((part) => h("li", {}, part))) : h("p", { class: "soft" }, "Nothing is left from before.");
  });
}

function stuck(all) {
  return h(
    "section",
    {},
    h("h2", {}, "Stuck"),
    later(all, (numbers) => {
      const rows = Object.entries(numbers.stuck).flatMap(([kind, entries]) => entries.map((entry) => [kind, entry]));
      if (!rows.length) return h("p", { class: "soft" }, "Nothing is stuck.");
      return h("ul", { class: "rows" }, rows.map(([kind, entry]) => h("li", {}, h("p", {}, h("span", { class: "strong" }, sentence(kind)), `: ${entry.reason || ""} `, h("span", { class: "soft" }, entry.id)))));
    }),
  );
}
