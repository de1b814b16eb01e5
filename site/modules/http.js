// Requests to our own API, and what went wrong in words that a person may read.

export class Problem extends Error {
  constructor(status, body) {
    const fields = (body.errors || []).map((error) => `${error.field} ${error.message}`);
    super(fields.length ? fields.join("; ") : body.detail || "That did not work.");
    this.status = status;
    this.errors = body.errors || [];
  }
}

// The answer as an object, null where there is none; a Problem of status 0 where nobody answers.
export async function request(method, path, { headers = {}, body, ...options } = {}) {
  const sent = body === undefined ? headers : { ...headers, "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: sent,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      ...options,
    });
  } catch {
    const unknown = "The program cannot be reached, so we do not know whether it arrived. Look at it again before you repeat it.";
    throw new Problem(0, { detail: method === "GET" ? "The program cannot be reached. Nothing was changed; please try again." : unknown });
  }
  if (answer.status === 204) return null;
  const read = await answer.json().catch(() => ({}));
  if (answer.ok) return read;
  throw new Problem(answer.status, read);
}
