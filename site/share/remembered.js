// What is on the landing page anyway is kept on this device, so that a link can be shared while our server is away.
// Friends and rewards are not kept, nor the token: what is kept is found by its hash.

import { currentToken } from "./api.js";

const PUBLIC = ["first_name", "link", "links", "aliases", "words", "offer", "what_you_get", "disclosure"];

async function place() {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(currentToken()));
  return `goodword.share.${Array.from(new Uint8Array(digest).slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export async function remember(page) {
  try {
    const kept = Object.fromEntries(PUBLIC.map((name) => [name, page[name]]));
    localStorage.setItem(await place(), JSON.stringify(kept));
  } catch {
    // Storage may be switched off or full; then there is nothing to fall back on.
  }
}

export async function remembered() {
  try {
    return JSON.parse(localStorage.getItem(await place()));
  } catch {
    return null;
  }
}
