// Introductions that clients promised, and the reviews after which they are asked for some.

import { call } from "./api.js";
import { ask } from "./asking.js";
import { button, h, options, say } from "./dom.js";
import { when } from "./words.js";

export function promiseRow(one, again) {
  return [
    h(
      "p",
      {},
      h("a", { class: "strong", href: `#participants/${one.participant_id}` }, one.participant_id),
      ` promised ${one.promised} until ${one.due_on}; ${one.counted} came.`,
    ),
    one.note && h("p", { class: "soft" }, one.note),
    one.letters.length > 0 && h("p", { class: "soft" }, one.letters.map((letter) => `Letter ${letter.by === "print" ? "to print" : "by e-mail"}, ${when(letter.at)}`).join("; ")),
    one.state === "open" &&
      h(
        "div",
        { class: "actions" },
        h("a", { class: "button", href: one.letter_page, target: "_blank", rel: "noopener" }, "Letter to print"),
        button("Change", () => changePromise(one, again), { class: "quiet", "aria-label": `Change the promise of ${one.participant_id}` }),
        button("Withdraw", () => withdraw(one, again), { class: "quiet", "aria-label": `Withdraw the promise of ${one.participant_id}` }),
      ),
  ];
}

export function reviewRow(one, again) {
  return [
    h("p", {}, h("a", { class: "strong", href: `#participants/${one.code}` }, one.name), one.satisfaction.job_at ? `, job done ${when(one.satisfaction.job_at)}` : ""),
    h("div", { class: "actions" }, button("How did it turn out?", () => holdReview(one, again), { "aria-label": `Results review with ${one.name}` })),
  ];
}

export async function holdReview(one, again) {
  const outcome = h("select", {}, options([["good", "Good"], ["poor", "Not good"]], "good"));
  const promised = numberOf("");
  const due = day("");
  const answer = await ask({
    title: `Results review with ${one.name}`,
    text: "After a good one we ask for three introductions by SMS, unless some were promised on the spot.",
    fields: [
      { label: "It turned out", input: outcome },
      { label: "Introductions promised", input: promised, hint: "Leave it empty where none were." },
      { label: "Until", input: due },
    ],
    confirm: "Keep it",
    note: {},
  });
  if (!answer) return;
  await call("POST", `participants/${one.code}/results-review`, {
    outcome: outcome.value,
    promised: promised.value ? Number(promised.value) : null,
    due_on: due.value || null,
    note: answer.note,
  });
  say("Kept.");
  again();
}

export async function recordPromise(participant, again) {
  const promised = numberOf("3");
  const due = day("");
  promised.required = true;
  due.required = true;
  const answer = await ask({
    title: `${participant.name} promised introductions`,
    text: "When the day has passed and fewer came, a gentle letter goes out.",
    fields: [{ label: "How many", input: promised }, { label: "Until", input: due }],
    confirm: "Record it",
    note: {},
  });
  if (!answer) return;
  await call("POST", "commitments", { participant_id: participant.code, promised: Number(promised.value), due_on: due.value, note: answer.note });
  say("Recorded.");
  again();
}

async function changePromise(one, again) {
  const promised = numberOf(String(one.promised));
  const due = day(one.due_on);
  const answer = await ask({
    title: "Change the promise",
    fields: [{ label: "How many", input: promised }, { label: "Until", input: due }],
    confirm: "Change",
    note: {},
  });
  if (!answer) return;
  const change = { promised: Number(promised.value), note: answer.note };
  await call("PATCH", `commitments/${one.id}`, due.value === one.due_on ? change : { ...change, due_on: due.value });
  say("Changed.");
  again();
}

async function withdraw(one, again) {
  const answer = await ask({ title: "Withdraw the promise?", text: "No letter reminds of it any more. It can be taken up again by the API.", confirm: "Withdraw", note: {} });
  if (!answer) return;
  await call("PATCH", `commitments/${one.id}`, { withdrawn: true, note: answer.note });
  say("Withdrawn.");
  again();
}

const numberOf = (value) => h("input", { type: "number", min: "1", max: "50", value });
const day = (value) => h("input", { type: "date", value });
