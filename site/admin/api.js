// The API as the console calls it: one origin, the session's cookie, and a header that no other site's page can send.

import { Problem, request } from "/modules/http.js";

export { Problem };

let whenSignedOut = () => {};

export function onSignedOut(then) {
  whenSignedOut = then;
}

export const signedOut = () => whenSignedOut();

export async function call(method, path, body) {
  try {
    return await request(method, `/v1/admin/${path}`, { headers: { "X-Requested-With": "goodword" }, body });
  } catch (problem) {
    if (problem.status === 401 && path !== "session") whenSignedOut();
    throw problem;
  }
}

export const get = (path) => call("GET", path);

// A list's address: parameters without a value are left out.
export function query(path, parameters) {
  const chosen = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return chosen.length ? `${path}?${new URLSearchParams(chosen)}` : path;
}
