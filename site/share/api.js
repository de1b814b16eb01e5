// The API as a participant's own page calls it. The token is known to the address bar and to this module alone.

import { request } from "/modules/http.js";

const TOKEN = /^#([0-9a-f]{64})$/i;
const ANSWER_WITHIN_MS = 15_000;

let token = null;

// Take the token from the address; says whether there is one.
export function takeToken() {
  const found = TOKEN.exec(location.hash);
  if (found) token = found[1].toLowerCase();
  return found !== null;
}

export const currentToken = () => token;

export function call(method, path, body, headers = {}) {
  const signal = AbortSignal.timeout?.(ANSWER_WITHIN_MS);
  const authorization = { Authorization: `Share ${token}` };
  return request(method, `/v1/share${path}`, { headers: { ...authorization, ...headers }, body, signal });
}

// For who has no token, or one that is not good any more.
export const askForLink = (contact) => request("POST", "/v1/share/links", { body: { contact } });
