// From views to closed jobs, month by month, and where it breaks.

import { get } from "../api.js";
import { h, later } from "../dom.js";
import { table } from "../lists.js";
import { money } from "../words.js";

const STEPS = [["visits", "Views"], ["leads", "Leads"], ["closed", "Closed"]];

export function numbers() {
  return {
    title: "Numbers",
    body: [
      later(get("overview"), (all) => [
        h("h2", {}, "The last twelve months"),
        funnel(all.twelve_months),
        h("h2", {}, "Month by month"),
        table(
          "Month by month",
          [
            ["Month", ([month]) => month],
            ["New participants", ([, counts]) => counts.participants],
            ["Asked", ([, counts]) => counts.invited],
            ...STEPS.map(([name, label]) => [label, ([, counts]) => counts[name]]),
            ["Given in rewards", ([, counts]) => money(counts.earned_cents)],
          ],
          Object.entries(all.months),
          "Nothing yet.",
        ),
      ]),
      h("h2", {}, "Who refers most"),
      later(get("leaderboard"), (board) => table("Who refers most", [["Rank", (one) => one.rank], ["Name", (one) => one.name], ["Closed", (one) => one.closed]], board.entries, "Nobody yet.")),
    ],
  };
}

function funnel(counts) {
  const most = Math.max(1, ...STEPS.map(([name]) => counts[name]));
  return h(
    "ol",
    { class: "funnel" },
    STEPS.map(([name, label], place) => {
      const before = place ? counts[STEPS[place - 1][0]] : null;
      const rate = before ? `, ${Math.round((100 * counts[name]) / before)} % of ${STEPS[place - 1][1].toLowerCase()}` : "";
      return h("li", {}, h("span", {}, `${label}: ${counts[name]}${rate}`), h("progress", { max: most, value: counts[name], "aria-label": label }));
    }),
  );
}
