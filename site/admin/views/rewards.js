// Rewards by status: approve, mark as used, take back.

import { call } from "../api.js";
import { ask } from "../asking.js";
import { button, h, options, replace, say } from "../dom.js";
import { saveButton } from "../files.js";
import { paged, table } from "../lists.js";
import { kind, reward, rewardStatus, rewardStatuses, when } from "../words.js";

let filter = "";

export function rewards({ session, again }) {
  const status = h("select", { "aria-label": "Status" }, options([["", "All"], ...rewardStatuses], filter));
  const list = h("div");
  const load = () =>
    replace(
      list,
      paged("rewards", { status: status.value }, (items) =>
        table(
          "Rewards",
          [
            ["For", (one) => h("a", { href: `#participants/${one.participant_id}` }, one.participant_id)],
            ["Reward", (one) => [reward(one), h("br"), h("span", { class: "soft" }, kind(one.kind))]],
            ["Status", (one) => h("span", { class: `tag ${one.status}` }, rewardStatus(one.status))],
            ["Why", (one) => one.why],
            ["Since", (one) => when(one.issued_at || one.created_at)],
            ["Actions", (one) => actions(one, session, again)],
          ],
          items,
          "There are no such rewards.",
        ),
      ),
    );
  status.addEventListener("change", () => {
    filter = status.value;
    load();
  });
  load();
  return { title: "Rewards", body: [h("div", { class: "filters" }, h("label", {}, "Show ", status), saveButton("rewards", () => ({ status: status.value }))), list] };
}

export function rewardRow(one, session, again) {
  return [
    h(
      "p",
      {},
      h("span", { class: "strong" }, reward(one)),
      ` ${kind(one.kind)} for `,
      h("a", { href: `#participants/${one.participant_id}` }, one.participant_id),
      ", from ",
      h("a", { href: `#referrals/${one.referral_id}` }, "this referral"),
    ),
    h("p", { class: "soft" }, one.why),
    actions(one, session, again),
  ];
}

const STEPS = {
  pending: [["issued", "Issue", "Issue it now?", "It is given at once, and the participant is told."]],
  issued: [["redeemed", "Used", "Mark as used?", "All of it counts as used. This cannot be undone."]],
  reversal_due: [["reversed", "Taken back", "Was it taken back?", "It counts as taken back from then on."]],
};
const BACK = ["reversed", "Take back", "Take it back?", "What is not used is taken off; the participant is told."];

function actions(one, session, again) {
  const steps = [...(STEPS[one.status] || [])];
  if (session.role === "owner" && ["pending", "issued"].includes(one.status)) steps.push(BACK);
  if (one.status === "reversal_due" && session.role !== "owner") return null;
  return h(
    "div",
    { class: "actions" },
    steps.map(([status, label, title, text], place) =>
      button(label, () => decide(one, status, title, text, label, again), { class: place ? "quiet" : null, "aria-label": `${label}: ${reward(one)} for ${one.participant_id}` }),
    ),
  );
}

async function decide(one, status, title, text, label, again) {
  const answer = await ask({ title: `${title}`, text: [`${reward(one)}, ${kind(one.kind)}. ${text}`], confirm: label, note: { required: true } });
  if (!answer) return;
  const now = await call("PATCH", `rewards/${one.id}`, { status, note: answer.note });
  say(`The reward is now: ${rewardStatus(now.status)}.`);
  again();
}
