"""Import participants from a CSV file: the good rows enrolled, the bad ones reported, nobody doubled (P1, P25)."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TextIO

from chalicelib.domain.enrolment import FIELDS, Enrolment, parse_enrolment
from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.services.enrol import Outcome, enrol, foresee
from chalicelib.services.ports import Ports

_DELIMITERS = ",;\t"  # the first of those that stand most often in the header


@dataclass(frozen=True)
class BadRow:
    """A row that was not imported: its line in the file, and why."""

    line: int
    reason: str


@dataclass
class ImportReport:
    """What became of the rows; `ignored` are the columns whose names say nothing to us."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)
    ignored: tuple[str, ...] = ()


def import_people(
    ports: Ports, file: TextIO, progress: Callable[[int], None], *, dry_run: bool = False, by: str | None = None
) -> ImportReport:
    """Enrol everybody in a CSV file with a header; `progress` gets the number of rows done since it was last called.

    A `dry_run` says what would become of the rows, and changes nothing. `by` is for the audit, as in `enrol`.
    Raises InvalidInput where the header does not say which column is which; then nothing was imported.
    """
    region = ports.store.settings.get().business.country
    report = ImportReport()
    take = _rehearsal(ports) if dry_run else lambda enrolment: enrol(ports, enrolment, by=by).outcome
    reader = _reader(file)
    report.ignored = tuple(dict.fromkeys(name for name in reader.fieldnames or () if name and name not in FIELDS))
    for line, row in _rows(reader, report):
        try:
            outcome = take(parse_enrolment(row, region))
        except (InvalidInput, Conflict) as error:
            report.bad.append(BadRow(line, str(error)))
        else:
            setattr(report, outcome, getattr(report, outcome) + 1)
        progress(1)
    report.bad.sort(key=lambda bad: bad.line)
    return report


def _rehearsal(ports: Ports) -> Callable[[Enrolment], Outcome]:
    """Foresees each row as if those before it had been enrolled; somebody's second row counts as a change."""
    new: set[str] = set()

    def rehearse(enrolment: Enrolment) -> Outcome:
        outcome = foresee(ports, enrolment)
        contact = enrolment.contact
        deciding = replace(contact, email=None) if contact.phone else contact
        known = not new.isdisjoint(ports.pseudonyms.of(deciding))
        new.update(ports.pseudonyms.of(contact))
        return "changed" if outcome == "created" and known else outcome

    return rehearse


def _reader(file: TextIO) -> "csv.DictReader[str]":
    first = file.readline()
    file.seek(0)
    # Excel writes semicolons where the comma separates decimals, and tabs where it is told to write text.
    reader = csv.DictReader(file, strict=True, delimiter=max(_DELIMITERS, key=first.count))
    try:
        header = [name.strip().lower() for name in reader.fieldnames or []]
    except csv.Error as error:
        raise InvalidInput.of("file", f"is not CSV: {error}") from error
    named = [name for name in header if name in FIELDS]
    if "name" not in header or not {"phone", "email"} & set(header):
        raise InvalidInput.of("header", "needs the columns name and phone or email; external_id and segment may follow")
    if len(set(named)) != len(named):
        raise InvalidInput.of("header", "names a column twice")
    reader.fieldnames = header
    return reader


def _rows(reader: "csv.DictReader[str]", report: ImportReport) -> Iterator[tuple[int, dict[str, str]]]:
    names, lines = list(reader.fieldnames or ()), reader.reader
    while True:
        # A quoted cell may hold line breaks: a row is named by the line it begins on.
        line = lines.line_num + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            report.bad.append(BadRow(line, f"is not CSV: {error}"))
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            report.bad.append(BadRow(line, "has more or fewer cells than the header"))
            continue
        yield line, {name: cell for name, cell in zip(names, cells, strict=True) if name in FIELDS and cell.strip()}
