// Referrals in the columns of their stages; a card moves one stage on with a button, or to any stage with a choice.

import { get } from "./api.js";
import { setStage } from "./decisions.js";
import { button, h, later, options } from "./dom.js";
import { ago, stage as stageWord, stages } from "./words.js";

const SHOWN = 20;

export function board(again) {
  return h("div", { class: "board", role: "group", "aria-label": "Referrals by stage", tabindex: "0" }, stages.map(([name, label], place) => column(name, label, stages[place + 1], again)));
}

function column(name, label, next, again) {
  const cards = (page) => [
    page.items.length ? h("ul", { class: "rows" }, page.items.map((one) => h("li", {}, card(one, next, again)))) : h("p", { class: "soft" }, "None."),
    page.next && h("p", { class: "soft" }, `The newest ${SHOWN}; the list has all.`),
  ];
  return h("section", {}, h("h2", {}, label), later(get(`referrals?stage=${name}&limit=${SHOWN}`), cards));
}

function card(one, next, again) {
  const name = one.prospect.name;
  const other = h("select", { "aria-label": `Stage of ${name}` }, options(stages, one.stage));
  const onward = next && !["paid", "lost", "disqualified"].includes(one.stage);
  return [
    h("p", {}, h("a", { class: "strong", href: `#referrals/${one.id}` }, name)),
    h("p", { class: "soft" }, [ago(one.created_at), one.service, one.referred_by && !one.participant_id && `“${one.referred_by}”`].filter(Boolean).join(", ")),
    h("div", { class: "actions" }, onward && button(stageWord(next[0]), () => setStage(one, next[0], again), { class: "small", "aria-label": `${name}: ${next[1]}` }), other, button("Set", () => setStage(one, other.value, again), { class: "quiet small", "aria-label": `Set the stage of ${name}` })),
  ];
}
