// From views to closed jobs: month by month, by channel, offer and source, and where it breaks.

import { get } from "../api.js";
import { bars } from "../charts.js";
import { h, later } from "../dom.js";
import { table } from "../lists.js";
import { channel, money, sentence, when } from "../words.js";

const STEPS = [["views", "Views"], ["leads", "Leads"], ["appointments", "Appointments"], ["closed", "Closed"]];
const FROM_LEADS = STEPS.slice(1);
const SERIES = [["Leads", "first", (counts) => counts.leads], ["Closed", "second", (counts) => counts.closed]];

export function numbers() {
  return {
    title: "Numbers",
    body: [
      later(get("numbers"), (all) => [
        h("h2", {}, "How far referrals get"),
        h("p", { class: "soft" }, scope(all)),
        funnel(all.whole),
        h("p", {}, weakest(all.whole)),
        h("p", {}, deal(all.whole, all.currency)),
        h("h2", {}, "By channel"),
        breakdown("By channel", "Channel", all.by_channel, STEPS, all.currency, channel),
        h("h2", {}, "By offer"),
        breakdown("By offer", "Offer", all.by_offer, FROM_LEADS, all.currency),
        h("h2", {}, "By source"),
        breakdown("By source", "Source", all.by_source, FROM_LEADS, all.currency),
      ]),
      later(get("overview"), (all) => {
        const months = Object.entries(all.months);
        return [h("h2", {}, "Month by month"), legend(), bars("Month by month", [...months].reverse(), SERIES), monthly(months)];
      }),
      h("h2", {}, "Who refers most"),
      later(get("leaderboard"), (board) => table("Who refers most", [["Rank", (one) => one.rank], ["Name", (one) => h("a", { href: `#participants/${one.participant_id}` }, one.name)], ["Closed", (one) => one.closed]], board.entries, "Nobody yet.")),
    ],
  };
}

function scope(all) {
  const which = all.all_of_a_year ? `All ${all.referrals} referrals` : `The newest ${all.referrals} referrals`;
  return `${which} since ${when(all.since)}; views since the first of that month.`;
}

function funnel(counts) {
  const most = Math.max(1, ...STEPS.map(([name]) => counts[name]));
  return h(
    "ol",
    { class: "funnel" },
    STEPS.map(([name, label], place) => {
      const of = place ? `${rate(counts, STEPS, place)} of ${STEPS[place - 1][1].toLowerCase()}` : "";
      return h("li", {}, h("span", {}, `${label}: ${counts[name]}`, of && h("span", { class: "soft" }, `, ${of}`)), h("progress", { max: most, value: counts[name], "aria-label": label }));
    }),
  );
}

function rate(counts, steps, place) {
  const [before, now] = [counts[steps[place - 1][0]], counts[steps[place][0]]];
  // Who came in by phone, or without JavaScript, was seen by no page.
  return before && now <= before ? `${Math.round((100 * now) / before)} %` : "-";
}

// The step at which most of those who came so far are lost, once there are enough to say.
function weakest(counts) {
  const enough = 20;
  const steps = STEPS.slice(1)
    .map(([name, label], place) => ({ before: counts[STEPS[place][0]], now: counts[name], from: STEPS[place][1], to: label }))
    .filter((step) => step.before >= enough);
  if (!steps.length) return "There are too few yet to say where it breaks.";
  const worst = steps.reduce((one, other) => (other.now / other.before < one.now / one.before ? other : one));
  return `It breaks most between ${worst.from.toLowerCase()} and ${worst.to.toLowerCase()}: ${worst.before - worst.now} of ${worst.before} went no further.`;
}

function deal(counts, currency) {
  const { median, sum, known } = counts.job_cents;
  if (!known) return "No invoice has said yet what a referred job is worth.";
  return `A referred job is worth ${money(median, currency)} (the middle of ${known}), all of them ${money(sum, currency)}.`;
}

function breakdown(caption, heading, rows, steps, currency, word = sentence) {
  return table(
    caption,
    [
      [heading, ([name]) => word(name)],
      ...steps.map(([key, label], place) => [label, ([, counts]) => (place ? `${counts[key]} (${rate(counts, steps, place)})` : counts[key])]),
      ["A job is worth", ([, counts]) => (counts.job_cents.known ? money(counts.job_cents.median, currency) : "-")],
    ],
    Object.entries(rows),
    "Nothing yet.",
  );
}

function legend() {
  return h("p", { class: "legend" }, SERIES.map(([name, style]) => h("span", { class: style }, name)));
}

function monthly(months) {
  return table(
    "Month by month",
    [
      ["Month", ([month]) => month],
      ["New participants", ([, counts]) => counts.participants],
      ["Asked", ([, counts]) => counts.invited],
      ["Views", ([, counts]) => counts.visits],
      ["Leads", ([, counts]) => counts.leads],
      ["Closed", ([, counts]) => counts.closed],
      ["Given in rewards", ([, counts]) => money(counts.earned_cents)],
    ],
    months,
    "Nothing yet.",
  );
}
