// A list as a file: its parts are fetched one after another, and saved as one.

import { Problem, query, signedOut } from "./api.js";
import { button, say } from "./dom.js";

const NEXT = /<\/v1\/admin\/([^>]+)>; rel="next"/;

export function saveButton(kind, filters = () => ({})) {
  return button("Save as a file", () => save(kind, filters()), { class: "quiet" });
}

async function save(kind, filters) {
  const parts = [];
  let path = query(`exports/${kind}.csv`, filters);
  while (path) {
    const answer = await fetch(`/v1/admin/${path}`, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 401) signedOut();
    if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
    parts.push(await answer.blob());
    path = NEXT.exec(answer.headers.get("Link") || "")?.[1];
    if (path) say(`${parts.length} parts so far…`);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: "text/csv" }));
  link.download = `${kind}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  say(`${link.download} is saved.`);
}
