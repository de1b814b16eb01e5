// People from a spreadsheet: what would become of each row first, then the import, part by part.

import { call } from "./api.js";
import { ask } from "./asking.js";
import { h, say } from "./dom.js";

const MOST_ROWS = 250;
const MOST_CHARACTERS = 60000;
const MOST_SHOWN = 20;

export async function importPeople(again) {
  const file = h("input", { type: "file", accept: ".csv,text/csv", required: true });
  const hint = "Columns name, phone, email, external_id, segment, address, in any order. Nothing is changed yet.";
  const chosen = await ask({
    title: "Add people from a spreadsheet",
    text: "Save it as CSV first.",
    fields: [{ label: "CSV file", input: file, hint }],
    confirm: "Look at it first",
  });
  if (!chosen) return;
  const parts = inParts(decoded(await file.files[0].arrayBuffer()));
  const foreseen = await send(parts, true);
  if (!(foreseen.created + foreseen.changed)) {
    say([inWords(foreseen, "would be"), ...problems(foreseen)].join(" "), foreseen.bad.length > 0);
    return;
  }
  const agreed = await ask({
    title: "Add these people?",
    text: [inWords(foreseen, "would be"), ...problems(foreseen)],
    confirm: "Add them",
  });
  if (!agreed) return;
  try {
    say(inWords(await send(parts, false), "were"));
  } finally {
    again();
  }
}

// Excel's plain "CSV" is in the letters of Windows, not UTF-8.
function decoded(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

async function send(parts, dryRun) {
  const sum = { created: 0, changed: 0, unchanged: 0, bad: [], ignored: [] };
  for (const [place, part] of parts.entries()) {
    say(`${dryRun ? "Looking at" : "Adding"} part ${place + 1} of ${parts.length}…`);
    const report = await call("POST", "imports", { csv: part.text, dry_run: dryRun }).catch((problem) => {
      if (dryRun || !place) throw problem;
      throw new Error(`${inWords(sum, "were")} The rest was not: ${problem.message} The same file again doubles nobody.`);
    });
    for (const name of ["created", "changed", "unchanged"]) sum[name] += report[name];
    sum.bad.push(...report.bad.map((bad) => ({ ...bad, line: bad.line + part.before })));
    sum.ignored = report.ignored;
  }
  return sum;
}

// Each part has the header; a row may have line breaks within quotes. `before`: lines that the part leaves out.
function inParts(text) {
  const [header, ...rows] = records(text.replace(/^\ufeff/, ""));
  const parts = [];
  let line = 0;
  let part = null;
  for (const row of rows) {
    if (!part || part.rows === MOST_ROWS || part.text.length + row.length > MOST_CHARACTERS) {
      part = { text: header, rows: 0, before: line };
      parts.push(part);
    }
    part.text += row;
    part.rows += 1;
    line += row.split("\n").length - 1 || 1;
  }
  return parts.length ? parts : [{ text: header || "", before: 0 }];
}

function records(text) {
  const found = [];
  let current = "";
  for (const line of text.split(/(?<=\n)/)) {
    current += line;
    // An even number of quotes: no cell is open.
    if (current.split('"').length % 2) {
      found.push(current);
      current = "";
    }
  }
  return current ? [...found, current] : found;
}

function inWords(report, verb) {
  return `${report.created} ${verb} added, ${report.changed} changed, ${report.unchanged} left as they are, ${report.bad.length} refused.`;
}

function problems(report) {
  const lines = report.bad.slice(0, MOST_SHOWN).map((bad) => `Line ${bad.line}: ${bad.reason}`);
  if (report.bad.length > MOST_SHOWN) lines.push(`And ${report.bad.length - MOST_SHOWN} more.`);
  if (report.ignored.length) lines.push(`Columns that are not known here: ${report.ignored.join(", ")}.`);
  return lines;
}
