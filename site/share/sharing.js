// The link, and every way it can travel. Each way has its own mark in the link, so that the office sees which one works.

import { button, h, say } from "/modules/dom.js";

export function sharing(page, business) {
  const link = h("a", { href: page.link, class: "link", target: "_blank", rel: "noopener" }, page.link);
  return h(
    "section",
    { class: "card", "aria-labelledby": "sharing-title" },
    h("h2", { id: "sharing-title" }, "Your link"),
    h("p", {}, "It is yours for ever. Open it to see what your friends will see."),
    link,
    h("p", { class: "actions" }, nativeShare(page, business), button("Copy the link", () => copy(page.links.copy, "The link is copied."))),
    h("h3", {}, "Send it with a message"),
    h("ul", { class: "ways" }, ways(page).map(([label, href, outside]) => h("li", {}, way(label, href, outside)))),
    h("p", { class: "hint", id: "words-title" }, "This is the message. You can change it before you send it:"),
    h("blockquote", { class: "words", "aria-labelledby": "words-title" }, page.words.copy.split("\n").map((line) => h("p", {}, line))),
    h("p", { class: "actions" }, button("Copy the message", () => copy(page.words.copy, "The message is copied."), { class: "quiet" })),
  );
}

function ways(page) {
  const { words, links } = page;
  const text = encodeURIComponent;
  return [
    ["Text message", `sms:?&body=${text(words.sms)}`],
    ["WhatsApp", `https://wa.me/?text=${text(words.whatsapp)}`, true],
    ["E-mail", `mailto:?subject=${text(words.subject)}&body=${text(words.email)}`],
    ["Facebook", `https://www.facebook.com/sharer/sharer.php?u=${text(links.facebook)}`, true],
  ];
}

function way(label, href, outside) {
  return h("a", { class: "button quiet", href, ...(outside && { target: "_blank", rel: "noopener noreferrer" }) }, label);
}

// The phone's own list of ways, where it has one.
function nativeShare(page, business) {
  if (!navigator.share) return null;
  return button("Share", async () => {
    try {
      await navigator.share({ title: business.name, text: page.words.link });
    } catch (problem) {
      if (problem.name !== "AbortError") throw new Error("Your device could not share it. Please copy the link instead.");
    }
  });
}

export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    throw new Error("Your browser does not let us copy. Please press and hold the text to copy it.");
  }
}
