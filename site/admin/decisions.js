// What people decide about referrals and invoices, each with its question where it cannot be undone.

import { call, get, query } from "./api.js";
import { ask } from "./asking.js";
import { h, replace, say } from "./dom.js";
import { money, reward, stage as stageWord } from "./words.js";

// What a stage sets going, where it cannot simply be taken back.
const FOLLOWS = {
  invoiced: "A reward may be given, and messages are sent that nobody can call back.",
  paid: "A reward may be given, and messages are sent that nobody can call back.",
  lost: "It leaves the list of whom to call.",
  disqualified: "It earns nothing, whatever comes.",
};

// `day` is the appointment's, which the referrer reads on their page.
export async function setStage(referral, stage, again, day = "") {
  const before = referral.stage;
  if (stage !== before && FOLLOWS[stage]) {
    const agreed = await ask({ title: `${referral.prospect.name}: ${stageWord(stage)}?`, text: FOLLOWS[stage], confirm: "Set it" });
    if (!agreed) return;
  }
  const now = await call("PATCH", `referrals/${referral.id}`, stage === "appointment" && day ? { stage, appointment_on: day } : { stage });
  say(now.stage === stage ? `${referral.prospect.name}: ${stageWord(before)} is now ${stageWord(stage)}.` : `An invoice says ${stageWord(now.stage)}; that stays.`);
  again();
}

export async function decideReview(referral, review, again) {
  const answer = await ask({
    title: review === "approved" ? "Approve this referral?" : "Decline this referral?",
    text: [`${referral.prospect.name}: ${referral.flags.map((flag) => flag.why).join("; ")}`, review === "approved" ? "Its reward is given as usual." : "It earns nothing."],
    confirm: review === "approved" ? "Approve" : "Decline",
    note: { required: true },
  });
  if (!answer) return;
  await call("PATCH", `referrals/${referral.id}`, { review, note: answer.note });
  say(review === "approved" ? "Approved." : "Declined.");
  again();
}

// Choose a participant: a search as one types, and a list to choose from.
export function chooser(candidates = []) {
  const search = h("input", { type: "search", autocomplete: "off" });
  const found = h("select", { size: "6", required: true });
  const fill = (people) => replace(found, people.map((one) => h("option", { value: one.id }, [`${one.name} (${one.code})`, one.why].filter(Boolean).join(": "))));
  let newest = 0;
  search.addEventListener("input", async () => {
    const mine = ++newest;
    const page = await get(query("participants", { search: search.value.trim(), limit: 20 })).catch(() => ({ items: [] }));
    if (mine === newest) fill(page.items);
  });
  fill(candidates);
  return { search, found };
}

export async function confirmMention(referral, again) {
  const { search, found } = chooser(referral.candidates.map((one) => ({ id: one.participant_id, code: one.participant_id, name: one.name, why: one.why })));
  const answer = await ask({
    title: `Who referred ${referral.prospect.name}?`,
    text: [
      `They answered: “${referral.referred_by || ""}”. Choose nobody you are not sure of; a call tells.`,
      ...(referral.more_candidates ? ["This fits others too."] : []),
    ],
    fields: [{ label: "Search by the beginning of the name", input: search }, { label: "It was", input: found }],
    confirm: "This is who referred them",
    note: {},
  });
  if (!answer) return;
  await call("POST", `mentions/${referral.id}`, { participant_id: found.value, note: answer.note });
  say("Attributed.");
  again();
}

export async function giveUpMention(referral, again) {
  const answer = await ask({
    title: `Does nobody know who referred ${referral.prospect.name}?`,
    text: `They answered: “${referral.referred_by || ""}”. They stay a lead, without a referrer.`,
    confirm: "Nobody we know",
    note: { required: true },
  });
  if (!answer) return;
  await call("POST", `mentions/${referral.id}`, { participant_id: null, note: answer.note });
  say("Noted.");
  again();
}

export async function moveReferral(referral, again) {
  const { search, found } = chooser();
  const answer = await ask({
    title: `Who really referred ${referral.prospect.name}?`,
    text: "The reward is reversed where it was, and earned where it belongs.",
    fields: [{ label: "Search by the beginning of the name", input: search }, { label: "It was", input: found }],
    confirm: "Move it",
    note: { required: true },
  });
  if (!answer) return;
  await call("PATCH", `referrals/${referral.id}`, { participant_id: found.value, note: answer.note });
  say("Moved.");
  again();
}

export async function removeReferral(referral) {
  const living = (referral.rewards || []).filter((one) => ["pending", "issued", "redeemed"].includes(one.status));
  const consequence = living.map((one) =>
    one.status === "redeemed" ? `${reward(one)} was redeemed: it becomes “to be taken back”, for you to decide.` : `${reward(one)} is reversed.`,
  );
  const answer = await ask({
    title: `Remove the attribution of ${referral.prospect.name}?`,
    text: [...(consequence.length ? consequence : ["No reward hangs on it."]), "This cannot be undone. The person may be attributed to somebody else afterwards."],
    confirm: "Remove it",
    note: { required: true },
  });
  if (!answer) return;
  await call("DELETE", query(`referrals/${referral.id}`, { note: answer.note }));
  say("Removed.");
  location.hash = "#referrals";
}

export async function decideInvoice(invoice, again) {
  const choice = h(
    "select",
    {},
    invoice.candidates.map((one) => h("option", { value: one.referral_id }, `${one.prospect}, ${stageWord(one.stage)} (by ${one.by.join(" and ")})`)),
  );
  choice.append(h("option", { value: "" }, "None of these"));
  const answer = await ask({
    title: `Whose invoice is ${invoice.number || invoice.id}?`,
    text: [
      [invoice.customer.name, invoice.customer.phone, invoice.customer.email].filter(Boolean).join(", "),
      invoice.amount_cents === null ? "Its amount is not known yet." : `It is about ${money(invoice.amount_cents, invoice.currency || "USD")}.`,
    ],
    fields: [{ label: "It belongs to", input: choice }],
    confirm: "Decide",
    note: { required: true },
  });
  if (!answer) return;
  await call("POST", `invoices/${encodeURIComponent(invoice.id)}`, { referral_id: choice.value || null, note: answer.note });
  say("Decided.");
  again();
}

