// The settings as forms: what each field is called, what kind it is, and what it means. The API checks them.

import { stage } from "../words.js";

const KINDS = [["service_credit", "Service credit"], ["discount_code", "Discount code"], ["gift_card", "Gift card"], ["custom", "Something of your own"]];
const SEGMENTS = [["customer", "Customers"], ["partner", "Partners"]];

const text = (path, label, hint) => ({ path, label, hint, type: "text" });
const long = (path, label, hint) => ({ path, label, hint, type: "long" });
const lines = (path, label, hint) => ({ path, label, hint: hint || "One on each line.", type: "lines" });
const number = (path, label, hint) => ({ path, label, hint, type: "number" });
const money = (path, label, hint) => ({ path, label, hint, type: "money" });
const yes = (path, label, hint) => ({ path, label, hint, type: "yes" });
const choice = (path, label, choices, hint) => ({ path, label, hint, type: "choice", choices });
const rows = (path, label, columns, blank, hint) => ({ path, label, hint, type: "rows", columns, blank });

// What a participant gets: of a segment, or of one by exception. `path` is where the plan stands.
export const plan = (path, who) => [
  choice(`${path}.kind`, `${who}: what they get`, KINDS),
  rows(`${path}.tiers`, `${who}: how much`, [number("at", "From this many closed"), money("amount_cents", "Each is worth")], { at: 1, amount_cents: 2500 }),
  choice(`${path}.tier_mode`, `${who}: a tier is`, [["step", "for each closed referral from that count on"], ["milestone", "only for the one that reaches that count"]]),
  number(`${path}.percent`, `${who}: percent off`, "For a discount code that takes off a share instead of an amount."),
  text(`${path}.text`, `${who}: in words`, "What a reward of your own is; the office hands it over."),
];

export const SECTIONS = [
  ["Business", [
    text("business.name", "Name"),
    text("business.phone", "Phone", "On every page, to call."),
    text("business.website", "Website"),
    text("business.address", "Postal address", "Below every e-mail, as the law wants it."),
    text("business.tagline", "Tagline"),
    text("business.credentials", "Credentials", "License, years, insurance: why to trust you."),
    text("business.proof_url", "Link to your work", "Photos or reviews; goes with the message that people forward."),
    lines("business.services", "Services"),
    text("business.owner_phone", "Your phone", "New leads are told here."),
    text("business.owner_email", "Your e-mail"),
    text("business.country", "Country", "Two letters, such as US."),
    text("business.timezone", "Time zone", "Such as America/New_York."),
    text("currency", "Currency", "Three letters, such as USD."),
  ]],
  ["Rewards", [
    ...plan("rewards.customer", "Customers"),
    ...plan("rewards.partner", "Partners"),
    choice("trigger", "A reward is due when the job is", ["invoiced", "paid"].map((one) => [one, stage(one)])),
    number("hold_days", "Days to wait before it is given"),
    yes("eligibility.first_time_only", "Only for friends who are not customers yet"),
    money("eligibility.min_job_cents", "Only for jobs worth at least"),
    money("eligibility.month_cap_cents", "At most this much for one participant in a month", "Empty: no limit."),
    money("eligibility.total_cap_cents", "At most this much for one participant in all", "Empty: no limit."),
  ]],
  ["Offers", [
    rows("offers", "Offers", [
      text("id", "Short name"),
      choice("segment", "For the friends of", SEGMENTS),
      text("headline", "Headline on the page"),
      long("friend_text", "What the friend gets"),
      text("referrer_text", "What the referrer gets"),
      text("starts_at", "From", "Such as 2026-05-04T00:00:00Z; empty: always."),
      text("ends_at", "Until"),
    ], { id: "", segment: "customer", headline: "", friend_text: "", referrer_text: "", starts_at: null, ends_at: null, friend_discount: null }, "The one that began last is on the pages."),
  ]],
  ["Look and proof", [
    text("theme.color", "Colour", "As # and six digits, such as #12564a. One that cannot be read is refused, with one near it that can."),
    text("theme.accent", "Second colour"),
    choice("theme.font", "Letters", [["system", "As on the device"], ["humanist", "Humanist"], ["serif", "Serif"], ["rounded", "Rounded"], ["slab", "Slab"]]),
    text("theme.logo", "Logo", "The name of a picture, as goodword picture add prints it."),
    text("theme.preview", "Picture of a shared link", "1200 by 630 is best."),
    number("proof.rating", "Rating", "Such as 4.8, with the number of reviews."),
    number("proof.reviews", "Number of reviews"),
    text("proof.reviews_on", "Where they are"),
    number("proof.since", "In business since"),
    text("proof.license", "License"),
    text("proof.guarantee", "Guarantee"),
    rows("proof.photos", "Photos of your work", [text("picture", "Picture"), text("alt", "What is on it")], { picture: "", alt: "" }),
  ]],
  ["Pages", [
    yes("show_referrer_name", "The referrer's first name is on their page"),
    yes("leaderboard_public", "The leaderboard is public"),
    choice("leaderboard_period", "It counts", [["month", "this month"], ["year", "this year"], ["all", "from the beginning"]]),
    yes("thanks_public", "A page thanks those who refer, without numbers"),
    number("leaderboard_size", "People on the leaderboard"),
    number("submissions_per_hour", "Requests an hour from one network address"),
  ]],
  ["Asking", [
    number("score_threshold", "Ask from this review score on"),
    number("ask_again_after_days", "Days before somebody is asked again"),
    number("results_review_days", "Days after a job until its results are looked at together"),
    number("commitments.letters", "Letters about a promise that is overdue, at most"),
    number("commitments.every_days", "Days between these letters"),
    text("quiet_hours.start", "Messages go out from", "By the clock where they arrive."),
    text("quiet_hours.end", "and until"),
    lines("forbidden_phrases", "Phrases that no message may have", "One on each line, besides those that are never allowed."),
  ]],
  ["What is looked at before a reward", [
    yes("flags.similar_name", "Friend and referrer have a similar name"),
    yes("flags.same_address", "They live at one address"),
    number("flags.per_network", "More than this many from one network address"),
    number("flags.per_week", "More than this many of one participant in a week"),
    yes("flags.disposable_email", "The e-mail is a throw-away one"),
  ]],
];
