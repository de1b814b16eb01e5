// A participant's own page: whose it is, what there is to show, and what is said when there is nothing.

import { button, h, replace } from "/modules/dom.js";

import { call, takeToken } from "./api.js";
import { choices } from "./choices.js";
import { friends, rewards } from "./friends.js";
import { introduce } from "./introduce.js";
import { lostLink } from "./lost.js";
import { toPrint } from "./printing.js";
import { remember, remembered } from "./remembered.js";
import { sharing } from "./sharing.js";

const AGAIN_AFTER_MS = 20_000;
const main = document.getElementById("share");
const business = {
  name: main.dataset.business,
  phone: main.dataset.phone,
  phoneText: main.dataset.phoneText,
  services: JSON.parse(main.dataset.services),
};
let waiting = 0;

function show(page) {
  shareThisInstead(page.link);
  document.title = `Your page - ${business.name}`;
  replace(
    main,
    greeting(page),
    page.opted_out && h("p", { class: "notice" }, "You asked us not to send you messages. This page works all the same."),
    sharing(page, business),
    friends(page),
    rewards(page),
    introduce(page, business),
    toPrint(page, business, () => show(page)),
    choices(page, show),
    h("p", { class: "hint" }, "This page is only for you: you can bookmark it. To share, use the link or the buttons above, not the address of this page."),
  );
}

function greeting(page) {
  return h(
    "div",
    { class: "hero" },
    h("h1", {}, "Hello ", h("bdi", {}, page.first_name)),
    h("p", { class: "tagline" }, `Do you know somebody who needs ${business.name}? Send them your link. You get ${page.what_you_get}.`),
  );
}

// Who shares the page by the browser's own menu shares the public link: this page's address is a key.
function shareThisInstead(link) {
  const known = document.querySelector("link[rel=canonical]");
  const canonical = known || document.head.appendChild(h("link", { rel: "canonical" }));
  canonical.setAttribute("href", link);
}

function away(kept) {
  const again = button("Try again", start, { class: "quiet" });
  const call = business.phone && h("p", {}, "Or call us: ", h("a", { href: business.phone }, business.phoneText));
  const words = kept
    ? "We cannot reach our server just now. Your link works all the same. Your friends and rewards are shown here again as soon as we can."
    : "We cannot show your page just now: our server does not answer. Nothing is lost. We try again by ourselves.";
  const notice = h("div", { class: "notice", role: "status" }, h("p", {}, words), call, again);
  if (kept) {
    shareThisInstead(kept.link);
    replace(main, greeting(kept), notice, sharing(kept, business));
  } else {
    replace(main, h("h1", {}, "Your own page"), notice);
  }
  waiting = setTimeout(start, AGAIN_AFTER_MS);
}

async function start() {
  clearTimeout(waiting);
  waiting = 0;
  if (!takeToken()) {
    replace(main, lostLink(business));
    return;
  }
  try {
    const page = await call("GET", "");
    show(page);
    remember(page);
  } catch (problem) {
    if (problem.status === 401) replace(main, lostLink(business, "This link is not valid any more."));
    else away(await remembered());
  }
}

addEventListener("hashchange", (event) => {
  const token = new URL(event.oldURL).hash;
  // The link that skips to the content must not cost the page its key.
  if (location.hash === "#main") history.replaceState(null, "", token);
  else start();
});
// Whoever types just then keeps what is typed.
addEventListener("online", () => waiting && start());
start();
