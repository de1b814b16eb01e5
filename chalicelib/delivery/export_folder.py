"""An export as a folder: `items.jsonl`, four tables for a spreadsheet, and `manifest.json`, which comes last."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from chalicelib.domain.errors import Conflict
from chalicelib.domain.exports import Manifest, read_manifest
from chalicelib.services.sheets import SHEETS

_ITEMS = "items.jsonl"
_MANIFEST = "manifest.json"


class ExportWriter:
    """A folder that nothing is in yet, for its owner's eyes only: it holds everybody's phone and e-mail."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """Make the folder; raises Conflict where it holds anything. Files are closed with the stack."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Conflict(f"{folder} is not empty: name a folder that is new")
        self._folder = folder
        self._items: IO[str] = stack.enter_context(_made(folder / _ITEMS))
        self._sheets = {sheet: stack.enter_context(_made(folder / f"{sheet}.csv")) for sheet in SHEETS}

    def begin(self) -> None:
        for file in (self._items, *self._sheets.values()):
            file.seek(0)
            file.truncate()

    def item(self, line: str) -> None:
        self._items.write(f"{line}\n")

    def sheet(self, name: str, text: str) -> None:
        self._sheets[name].write(text)

    def finish(self, manifest: Manifest) -> None:
        for file in (self._items, *self._sheets.values()):
            file.flush()
            os.fsync(file.fileno())
        with _made(self._folder / _MANIFEST) as file:
            json.dump(manifest.as_json(), file, indent=2)
            file.write("\n")


class ExportReader:
    """A folder that an export was written into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def manifest(self) -> Manifest:
        """Raises Conflict where there is none: the export was not finished, or this is another folder."""
        path = self._folder / _MANIFEST
        if not path.is_file():
            raise Conflict(f"{self._folder} holds no {_MANIFEST}: it is no export, or one that was not finished")
        try:
            return read_manifest(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise Conflict(f"{path} is damaged: {error}") from error

    def lines(self) -> Iterator[str]:
        """One item a line, without the line's end."""
        path = self._folder / _ITEMS
        try:
            with path.open(encoding="utf-8", newline="\n") as file:
                for line in file:
                    yield line.removesuffix("\n")
        except UnicodeDecodeError as error:
            raise Conflict(f"{path} is damaged: {error}") from error


def _made(path: Path) -> IO[str]:
    """Open a new file that only its owner reads; lines end as they are given."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")
