"""The durable copy of every table: one SQLite file, moved from one whole state to the next by single transactions."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.local.engine.changes import Change, Image, canonical
from chalicelib.local.engine.errors import EngineError

_VERSION = 1
_FORGIVEN_SECONDS = 5 * 365 * 86400
_SCHEMA = """
CREATE TABLE tables (name TEXT PRIMARY KEY, definition TEXT NOT NULL, expiry_attribute TEXT) WITHOUT ROWID;
CREATE TABLE items (
    tbl TEXT NOT NULL, key TEXT NOT NULL, image TEXT NOT NULL, expires REAL, PRIMARY KEY (tbl, key)
) WITHOUT ROWID;
CREATE INDEX items_by_expiry ON items (expires) WHERE expires IS NOT NULL;
"""


@dataclass(frozen=True)
class Table:
    """A table as it must be made again; `expiry_attribute` is None where no time to live is set."""

    name: str
    definition: dict[str, Any]
    expiry_attribute: str | None


class Journal:
    """The file. Every method raises EngineError when the file cannot be read or written."""

    def __init__(self, path: Path, synchronous: str = "FULL") -> None:
        with _explained(path):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._path = path
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute(f"PRAGMA synchronous = {synchronous}")
            self._prepare()
            self._expiry_attributes = {table.name: table.expiry_attribute for table in self.tables()}

    def _prepare(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        elif version != _VERSION:
            raise EngineError(f"{self._path} is of version {version}, and this program reads {_VERSION}")

    def tables(self) -> list[Table]:
        """Return every table."""
        with _explained(self._path):
            rows = self._db.execute("SELECT name, definition, expiry_attribute FROM tables ORDER BY name").fetchall()
        return [Table(name, json.loads(definition), attribute) for name, definition, attribute in rows]

    def items(self, table: str) -> Iterator[str]:
        """Yield every item of a table as DynamoDB's JSON."""
        with _explained(self._path):
            for (image,) in self._db.execute("SELECT image FROM items WHERE tbl = ?", (table,)):
                yield image

    def expired(self, now: float, limit: int) -> list[tuple[str, Image, str]]:
        """Return (table, key, expiry attribute) of items whose time is over; `now` in seconds since 1970.

        DynamoDB leaves what ended more than five years ago alone, taking it for a mistake.
        """
        with _explained(self._path):
            rows = self._db.execute(
                "SELECT tbl, key, expiry_attribute FROM items JOIN tables ON tbl = name"
                " WHERE expires > ? AND expires <= ? LIMIT ?",
                (now - _FORGIVEN_SECONDS, now, limit),
            ).fetchall()
        return [(table, json.loads(key), attribute) for table, key, attribute in rows]

    def apply(self, changes: list[Change]) -> None:
        """Make the changes durable, all or none."""
        with self._transaction() as db:
            for change in changes:
                if change.image is None:
                    db.execute("DELETE FROM items WHERE tbl = ? AND key = ?", (change.table, change.key))
                else:
                    row = (change.table, change.key, canonical(change.image), self._expires(change.table, change.image))
                    db.execute("INSERT OR REPLACE INTO items (tbl, key, image, expires) VALUES (?, ?, ?, ?)", row)

    def save_table(self, definition: dict[str, Any]) -> None:
        """Remember a table, or what it has become."""
        name = definition["TableName"]
        with self._transaction() as db:
            db.execute(
                "INSERT INTO tables (name, definition) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
                (name, canonical(definition)),
            )
        self._expiry_attributes.setdefault(name, None)

    def drop_table(self, name: str) -> None:
        """Forget a table and its items."""
        with self._transaction() as db:
            db.execute("DELETE FROM items WHERE tbl = ?", (name,))
            db.execute("DELETE FROM tables WHERE name = ?", (name,))
        self._expiry_attributes.pop(name, None)

    def expiry_attribute(self, table: str) -> str | None:
        """Return the attribute that holds an item's end; raises KeyError for a table that is not there."""
        return self._expiry_attributes[table]

    def set_expiry_attribute(self, table: str, attribute: str | None) -> None:
        """Let items end at the time the attribute holds, or never."""
        self._expiry_attributes[table] = attribute
        with self._transaction() as db:
            db.execute("UPDATE tables SET expiry_attribute = ? WHERE name = ?", (attribute, table))
            rows = db.execute("SELECT key, image FROM items WHERE tbl = ?", (table,)).fetchall()
            db.executemany(
                "UPDATE items SET expires = ? WHERE tbl = ? AND key = ?",
                [(self._expires(table, json.loads(image)), table, key) for key, image in rows],
            )

    def close(self) -> None:
        """Close the file."""
        with _explained(self._path):
            self._db.close()

    def _expires(self, table: str, image: Image) -> float | None:
        attribute = self._expiry_attributes.get(table)
        number = image.get(attribute, {}).get("N") if attribute else None
        return float(number) if number is not None else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _explained(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise EngineError(f"the journal {path} cannot be used: {error}") from error
