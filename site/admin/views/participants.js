// People who may refer: find them, see how they do, ask them, let them be.

import { call, get } from "../api.js";
import { ask } from "../asking.js";
import { both, phoneLink } from "../contacts.js";
import { button, field, foldable, h, later, options, replace, say } from "../dom.js";
import { saveButton } from "../files.js";
import { importPeople } from "../importing.js";
import { paged, table } from "../lists.js";
import { promiseRow, recordPromise } from "../promises.js";
import { sectionForm } from "../settings/form.js";
import { plan } from "../settings/schema.js";
import { money, reward, rewardStatus, sentence, stage, when } from "../words.js";

export function participants({ again }) {
  const search = h("input", { type: "search", autocomplete: "off" });
  const list = h("div");
  const load = () =>
    replace(
      list,
      paged("participants", { search: search.value.trim() }, (items) =>
        table(
          "Participants",
          [
            ["Name", (one) => h("a", { href: `#participants/${one.code}` }, one.name)],
            ["Phone", (one) => phoneLink(one.phone)],
            ["Sent", (one) => one.totals.sent],
            ["Closed", (one) => one.totals.closed],
            ["Earned", (one) => money(one.totals.earned_cents)],
            ["Asked", (one) => one.invitation.status],
          ],
          items,
          "Nobody is called so.",
        ),
      ),
    );
  let waiting;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(load, 200);
  });
  load();
  return {
    title: "Participants",
    body: [
      h("div", { class: "filters" }, field("Search by the beginning of the name", search, "Or by a whole phone number, e-mail or code."), button("Add somebody", () => add(again)), button("Add from a spreadsheet", () => importPeople(again), { class: "quiet" }), saveButton("participants", () => ({ search: search.value.trim() }))),
      list,
      h("h2", {}, "Promised introductions"),
      saveButton("commitments"),
      paged("commitments", {}, (items) => (items.length ? h("ul", { class: "rows" }, items.map((one) => h("li", {}, promiseRow(one, again)))) : h("p", { class: "soft" }, "Nobody has promised any that are still to come."))),
    ],
  };
}

async function add(again) {
  const name = h("input", { required: true, maxlength: "80", autocomplete: "off" });
  const phone = h("input", { type: "tel", autocomplete: "off" });
  const email = h("input", { type: "email", autocomplete: "off" });
  const segment = h("select", {}, options([["customer", "Customer"], ["partner", "Partner"]], "customer"));
  const answer = await ask({
    title: "Add somebody who may refer",
    fields: [{ label: "Name", input: name }, { label: "Phone", input: phone }, { label: "E-mail", input: email }, { label: "They are a", input: segment }],
    confirm: "Add",
  });
  if (!answer) return;
  const made = await call("POST", "participants", { name: name.value, phone: phone.value || null, email: email.value || null, segment: segment.value });
  say(`${made.name} has the link ${made.link}`);
  again();
}

export function participant({ session, id, again }) {
  return {
    title: "Participant",
    body: later(get(`participants/${encodeURIComponent(id)}`), (one) => [
      h("h2", {}, one.name),
      h("p", {}, both(one)),
      link(one),
      h(
        "div",
        { class: "actions" },
        button("Text the link now", () => invite(one, again)),
        button("Record a promise", () => recordPromise(one, again), { class: "quiet" }),
        button(one.paused ? "Ask again when it fits" : "Do not ask for now", () => change(one, { paused: !one.paused }, again), { class: "quiet" }),
        button("New link to their own page", () => newShareLink(one, again), { class: "quiet" }),
        button(one.opted_out ? "Wants messages again" : "Wants no messages", () => optOut(one, again), { class: "quiet" }),
        button("Rename", () => rename(one, again), { class: "quiet" }),
        button("Add a link", () => addAlias(one, again), { class: "quiet" }),
        session.role === "owner" && button(one.trusted ? "Do not trust blindly" : "Trust: no second looks", () => change(one, { trusted: !one.trusted }, again), { class: "quiet" }),
      ),
      h(
        "dl",
        { class: "facts" },
        [
          ["Views", one.totals.visits],
          ["Sent", one.totals.sent],
          ["Closed", one.totals.closed],
          ["Earned", money(one.totals.earned_cents)],
          ["Credit left", money(one.credit_cents)],
          ["Asked", [one.invitation.status, ...one.invitation.reasons].join("; ")],
          ["Score", one.satisfaction.score === null ? "none yet" : one.satisfaction.score],
          ["Since", when(one.created_at)],
        ].map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      ),
      session.role === "owner" && exception(one, again),
      h("h2", {}, "What followed the ask"),
      one.sequence.steps.length
        ? h("ul", {}, one.sequence.steps.map((step) => h("li", {}, `${sentence(step.step)}: ${step.outcome}, ${when(step.at)}`)))
        : h("p", { class: "soft" }, "Nothing yet."),
      one.sequence.ended_at && h("p", { class: "soft" }, `Ended ${when(one.sequence.ended_at)}: ${one.sequence.why_ended}`),
      h("h2", {}, "Referrals"),
      paged("referrals", { participant_id: one.code }, (items) =>
        table("Referrals", [["Friend", (r) => h("a", { href: `#referrals/${r.id}` }, r.prospect.name)], ["Stage", (r) => stage(r.stage)], ["Since", (r) => when(r.created_at)]], items, "None yet."),
      ),
      h("h2", {}, "Rewards"),
      paged("rewards", { participant_id: one.code }, (items) =>
        table("Rewards", [["Reward", (r) => reward(r)], ["Status", (r) => rewardStatus(r.status)], ["Why", (r) => r.why]], items, "None yet."),
      ),
    ]),
  };
}

function link(one) {
  const input = h("input", { type: "text", readonly: true, value: one.link, "aria-label": "Their link" });
  return h(
    "p",
    { class: "filters" },
    input,
    button("Copy", async () => {
      await navigator.clipboard.writeText(one.link);
      say("Copied.");
    }, { class: "quiet" }),
    h("a", { href: one.link, target: "_blank", rel: "noopener" }, "Open their page"),
  );
}

const USUAL = { kind: "service_credit", tiers: [{ at: 1, amount_cents: 2500 }], tier_mode: "step", percent: null, text: null };

// What this one participant gets, other than all the others.
function exception(one, again) {
  const before = { reward_plan: one.reward_plan || USUAL };
  const save = async (part) => {
    const reward_plan = { ...before.reward_plan, ...part.reward_plan };
    await call("PATCH", `participants/${one.code}`, { reward_plan });
    say("The exception holds from now on.");
    again();
  };
  return foldable(
    `exception of ${one.code}`,
    one.reward_plan ? "An exception to the rewards holds" : "Make an exception to the rewards",
    sectionForm(plan("reward_plan", "By exception"), before, save, "the exception"),
    one.reward_plan && button("Take the exception away", () => change(one, { reward_plan: null }, again), { class: "quiet danger" }),
  );
}

async function rename(one, again) {
  const name = h("input", { required: true, maxlength: "80", autocomplete: "off", value: one.name });
  const answer = await ask({ title: "What is their name?", fields: [{ label: "Name", input: name }], confirm: "Rename", note: {} });
  if (answer) await change(one, { name: name.value, note: answer.note }, again);
}

async function addAlias(one, again) {
  const alias = h("input", { required: true, maxlength: "40", autocomplete: "off" });
  const hint = "Letters, digits and hyphens, such as sam-lee. It works for ever and cannot be taken back.";
  const answer = await ask({ title: "One more link to their page", fields: [{ label: "Name in the link", input: alias, hint }], confirm: "Add it" });
  if (answer) await change(one, { add_alias: alias.value }, again);
}

async function change(one, body, again) {
  await call("PATCH", `participants/${one.code}`, body);
  say("Done.");
  again();
}

async function newShareLink(one, again) {
  const answer = await ask({
    title: `Give ${one.name} a new link to their own page?`,
    text: "For when somebody else has it. The old one opens nothing any more; they get the new one where they open the page. Their link for friends stays the same.",
    confirm: "Give a new one",
    note: {},
  });
  if (answer) await change(one, { new_share_link: true, note: answer.note }, again);
}

async function optOut(one, again) {
  const answer = await ask({
    title: one.opted_out ? `Does ${one.name} want messages again?` : `Send ${one.name} no more messages?`,
    text: one.opted_out ? "Only if they said so themselves." : "Also what is on its way is not sent.",
    confirm: one.opted_out ? "They said so" : "No more messages",
    note: { required: one.opted_out },
  });
  if (answer) await change(one, { opted_out: !one.opted_out, note: answer.note }, again);
}

async function invite(one, again) {
  try {
    await call("POST", `participants/${one.code}/invite`, {});
  } catch (problem) {
    if (problem.status !== 409) throw problem;
    const answer = await ask({ title: "Text the link all the same?", text: problem.message, confirm: "Text it", note: { required: true } });
    if (!answer) return;
    await call("POST", `participants/${one.code}/invite`, { override: true, note: answer.note });
  }
  say("The link is on its way.");
  again();
}
