"""Export everything, so that the business can leave: every item as it stands, and tables for a spreadsheet."""

from collections import Counter
from collections.abc import Callable
from typing import Protocol

from chalicelib.domain.errors import Conflict
from chalicelib.domain.exports import Fold, Manifest, expired, kind_of_item, line_of_item
from chalicelib.domain.spreadsheets import body_lines, header_line
from chalicelib.services.ports import Ports
from chalicelib.services.sheets import COLUMNS, SHEETS, sheet_of

_ROUNDS = 3


class ExportFiles(Protocol):
    """Where an export is written."""

    def begin(self) -> None:
        """Start anew, with nothing written."""

    def item(self, line: str) -> None:
        """Add an item's line, given without its end."""

    def sheet(self, name: str, text: str) -> None:
        """Add lines to a file for a spreadsheet, given with their ends."""

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest: without it there is no export."""


def export_everything(ports: Ports, files: ExportFiles, progress: Callable[[int], None]) -> Manifest:
    """Write the table as it stood at one moment; `progress` gets items read.

    It is read twice: if both readings are the same, nothing changed between them and what was written is whole.
    Raises Conflict where the table changed in each of three readings, or a restore into it is not finished.
    """
    if ports.store.whole.state() is not None:
        raise Conflict("a restore into this table is not finished: finish it first, with the same command again")
    at = ports.now()
    for _ in range(_ROUNDS):
        manifest = _written(ports, files, progress, at.timestamp())
        if manifest.checksum == _checksum(ports, progress, at.timestamp()):
            files.finish(manifest)
            return manifest
    raise Conflict("the table keeps changing while it is read: stop the program (or its traffic) and export again")


def _written(ports: Ports, files: ExportFiles, progress: Callable[[int], None], at: float) -> Manifest:
    columns = {name: COLUMNS[name].split() for name in SHEETS}
    files.begin()
    for name in SHEETS:
        files.sheet(name, header_line(columns[name]))
    fold, counts = Fold(), Counter[str]()
    for row in ports.store.whole.rows():
        progress(1)
        if expired(row, at):
            continue
        line = line_of_item(row)
        fold.add(line)
        counts[kind_of_item(row)] += 1
        files.item(line)
        record = ports.store.whole.record(row)
        if record is not None:
            name, shape = sheet_of(ports, record)
            files.sheet(name, body_lines(columns[name], [shape]))
    return Manifest(
        made_at=ports.now(),
        identity_key=ports.pseudonyms.fingerprint(),
        items=fold.count,
        checksum=fold.checksum,
        counts=dict(sorted(counts.items())),
    )


def _checksum(ports: Ports, progress: Callable[[int], None], at: float) -> str:
    fold = Fold()
    for row in ports.store.whole.rows():
        progress(1)
        if not expired(row, at):
            fold.add(line_of_item(row))
    return fold.checksum
