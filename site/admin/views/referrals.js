// Referrals by stage, and one with its history and its why.

import { call, get } from "../api.js";
import { ask } from "../asking.js";
import { board } from "../board.js";
import { both, phoneLink } from "../contacts.js";
import { chooser, moveReferral, removeReferral, setStage } from "../decisions.js";
import { button, h, later, options, replace, say } from "../dom.js";
import { saveButton } from "../files.js";
import { paged, table } from "../lists.js";
import { money, reward, rewardStatus, sentence, stage, stages, when } from "../words.js";

let asBoard = false;
let filter = "";

export function referrals({ again }) {
  const turn = (on) => {
    asBoard = on;
    again();
  };
  const views = h(
    "div",
    { class: "actions", role: "group", "aria-label": "How they are shown" },
    [["List", false], ["Board", true]].map(([label, on]) => button(label, () => turn(on), { class: "quiet small", "aria-pressed": String(asBoard === on) })),
  );
  const byHand = button("Attribute by hand", () => attribute(again));
  if (asBoard) return { title: "Referrals", body: [h("div", { class: "filters" }, views, byHand), board(again)] };
  const chosen = h("select", {}, options([["", "All stages"], ...stages], filter));
  const list = h("div");
  const load = () =>
    replace(
      list,
      paged("referrals", { stage: chosen.value }, (items) =>
        table(
          "Referrals",
          [
            ["Friend", (one) => h("a", { href: `#referrals/${one.id}` }, one.prospect.name)],
            ["Phone", (one) => phoneLink(one.prospect.phone)],
            ["Stage", (one) => h("span", { class: `tag ${one.stage}` }, stage(one.stage))],
            ["Referred by", (one) => (one.participant_id ? h("a", { href: `#participants/${one.participant_id}` }, one.participant_id) : one.referred_by)],
            ["How", (one) => [one.source, one.channel].filter(Boolean).join(", ")],
            ["Since", (one) => when(one.created_at)],
          ],
          items,
          "There are no such referrals.",
        ),
      ),
    );
  chosen.addEventListener("change", () => {
    filter = chosen.value;
    load();
  });
  load();
  return {
    title: "Referrals",
    body: [h("div", { class: "filters" }, views, h("label", {}, "Show ", chosen), byHand, saveButton("referrals", () => ({ stage: chosen.value }))), list],
  };
}

async function attribute(again) {
  const { search, found } = chooser();
  const name = h("input", { required: true, maxlength: "80", autocomplete: "off" });
  const phone = h("input", { type: "tel", autocomplete: "off" });
  const email = h("input", { type: "email", autocomplete: "off" });
  const answer = await ask({
    title: "Somebody named who referred them",
    fields: [
      { label: "The friend's name", input: name },
      { label: "Phone", input: phone },
      { label: "E-mail", input: email },
      { label: "Search who referred them", input: search },
      { label: "It was", input: found },
    ],
    confirm: "Attribute",
    note: {},
  });
  if (!answer) return;
  const prospect = { name: name.value, phone: phone.value || null, email: email.value || null };
  await call("POST", "referrals", { participant_id: found.value, prospect, note: answer.note });
  say("Attributed.");
  again();
}

export function referral({ session, id, again }) {
  return {
    title: "Referral",
    body: later(get(`referrals/${encodeURIComponent(id)}`), (one) => [
      h("h2", {}, one.prospect.name, " ", h("span", { class: `tag ${one.stage}` }, stage(one.stage))),
      h("p", {}, both(one.prospect)),
      one.deleted_at && h("p", { class: "problem" }, `This attribution was removed ${when(one.deleted_at)}.`),
      one.message && h("blockquote", {}, one.message),
      h("p", { class: "why" }, h("strong", {}, "Why: "), one.why || "nothing has been decided yet"),
      one.deleted_at ? null : move(one, session, again),
      h(
        "dl",
        { class: "facts" },
        [
          ["Referred by", one.participant_id ? h("a", { href: `#participants/${one.participant_id}` }, one.participant_id) : one.referred_by || "nobody yet"],
          ["Came by", [one.source, one.channel].filter(Boolean).join(", ")],
          ["Wants", one.service || "not said"],
          ["Call", one.callback_window || "any time"],
          ["Since", when(one.created_at)],
          ["Consent to texts", one.consent ? when(one.consent.at) : "none"],
        ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      ),
      h("h2", {}, "History"),
      h("ol", {}, one.history.map((change) => h("li", {}, `${stage(change.stage)}, ${when(change.at)}, by ${change.by}`))),
      h("h2", {}, "Invoices"),
      table("Invoices", [["Invoice", (i) => i.number || i.id], ["State", (i) => sentence(i.state || "unknown")], ["Amount", (i) => (i.amount_cents === null ? "" : money(i.amount_cents, i.currency || "USD"))]], one.invoices, "None yet."),
      h("h2", {}, "Rewards"),
      table("Rewards", [["Reward", (r) => reward(r)], ["Status", (r) => rewardStatus(r.status)], ["Why", (r) => r.why]], one.rewards, "None yet."),
    ]),
  };
}

function move(one, session, again) {
  const chosen = h("select", {}, options(stages, one.stage));
  const day = h("input", { type: "date", value: one.appointment_on || "" });
  const when = h("label", {}, "Appointment on ", day);
  const fit = () => {
    when.hidden = chosen.value !== "appointment";
  };
  chosen.addEventListener("change", fit);
  fit();
  return h(
    "div",
    { class: "actions" },
    h("label", {}, "Stage ", chosen),
    when,
    button("Set", () => setStage(one, chosen.value, again, day.value)),
    session.role === "owner" && one.participant_id && button("Move to another referrer", () => moveReferral(one, again), { class: "quiet" }),
    session.role === "owner" && button("Remove the attribution", () => removeReferral(one), { class: "quiet danger" }),
  );
}
