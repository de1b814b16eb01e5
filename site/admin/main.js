// The console: who is signed in, and which view the address names.

import { call, onSignedOut } from "./api.js";
import { button, h, replace, say } from "./dom.js";
import { signIn, useLink } from "./sign-in.js";
import { useCurrency } from "./words.js";
import { audit } from "./views/audit.js";
import { messages } from "./views/messages.js";
import { numbers } from "./views/numbers.js";
import { participant, participants } from "./views/participants.js";
import { people } from "./views/people.js";
import { referral, referrals } from "./views/referrals.js";
import { rewards } from "./views/rewards.js";
import { settings } from "./views/settings.js";
import { today } from "./views/today.js";

const VIEWS = { today, participants, referrals, rewards, messages, numbers, settings, people, audit };
const ONE = { participants: participant, referrals: referral };
const main = document.getElementById("main");
const nav = document.getElementById("nav");
const foot = document.getElementById("leave");
const who = document.getElementById("who");
let session = null;

// `stay`: drawn anew after an action, with the place on the page kept while its parts come in.
function show(stay = false) {
  if (!session) return;
  main.style.minHeight = stay ? `${main.offsetHeight}px` : "";
  const [name, id] = location.hash.replace(/^#/, "").split("?")[0].split("/");
  const view = id && ONE[name] ? ONE[name] : VIEWS[name] || today;
  for (const link of nav.querySelectorAll("a")) {
    const current = link.hash === `#${VIEWS[name] ? name : "today"}`;
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const { title, body } = view({ session, id: id ? decodeURIComponent(id) : null, again: () => show(true) });
  document.title = `${title} - Goodword`;
  replace(main, h("h1", { tabindex: "-1" }, title), body);
  main.querySelector("h1").focus({ preventScroll: true });
  if (!stay) scrollTo(0, 0);
}

function enter(signedIn) {
  session = signedIn;
  useCurrency(session.currency);
  nav.hidden = false;
  who.hidden = false;
  foot.hidden = false;
  for (const link of nav.querySelectorAll("[data-role=owner]")) link.hidden = session.role !== "owner";
  replace(
    who,
    h("span", {}, `${session.name}, ${session.role} `),
    button("Sign out", () => leave(false), { class: "quiet small" }),
  );
  replace(foot, button("Sign out everywhere", () => leave(true), { class: "quiet small" }));
  show();
}

async function leave(everywhere) {
  await call("DELETE", `session?everywhere=${everywhere}`);
  out();
  say(everywhere ? "You are signed out everywhere." : "You are signed out.");
}

function out() {
  session = null;
  nav.hidden = true;
  who.hidden = true;
  foot.hidden = true;
  document.title = "Sign in - Goodword";
  replace(main, signIn(enter));
}

async function start() {
  const token = /^#sign-in=(.+)$/.exec(location.hash);
  if (token) {
    // The link is worth nothing once it is used; it need not stand in the address bar.
    history.replaceState(null, "", "#today");
    await useLink(token[1], enter, out);
    return;
  }
  try {
    enter(await call("GET", "session"));
  } catch (problem) {
    if (problem.status === 401) out();
    else replace(main, h("h1", {}, "Goodword"), h("p", { class: "problem", role: "alert" }, problem.message), button("Try again", start));
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  // The address names the view, so the skip link must not change it.
  event.preventDefault();
  main.focus();
});

onSignedOut(() => {
  if (!session) return;
  out();
  say("Your session has ended. Please sign in again.", true);
});
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#sign-in=")) start();
  else show();
});
start();
