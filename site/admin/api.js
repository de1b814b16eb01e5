// The API as the console calls it: one origin, the session's cookie, and a header that no other site's page can send.

export class Problem extends Error {
  constructor(status, body) {
    const fields = (body.errors || []).map((error) => `${error.field} ${error.message}`);
    super(fields.length ? fields.join("; ") : body.detail || "That did not work.");
    this.status = status;
    this.errors = body.errors || [];
  }
}

let whenSignedOut = () => {};

export function onSignedOut(then) {
  whenSignedOut = then;
}

export async function call(method, path, body) {
  const headers = { "X-Requested-With": "goodword" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`/v1/admin/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new Problem(0, { detail: "The program cannot be reached. Nothing was changed; please try again." });
  }
  if (answer.status === 204) return null;
  const read = await answer.json().catch(() => ({}));
  if (answer.ok) return read;
  if (answer.status === 401 && path !== "session") whenSignedOut();
  throw new Problem(answer.status, read);
}

export const get = (path) => call("GET", path);

// A list's address: parameters without a value are left out.
export function query(path, parameters) {
  const chosen = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return chosen.length ? `${path}?${new URLSearchParams(chosen)}` : path;
}
