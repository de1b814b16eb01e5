"""The pretended gift-card provider's books: orders in SQLite, so that a name is unique and a restart loses none."""

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.domain.identifiers import CROCKFORD

_SCHEMA = """
create table if not exists orders (
    id text primary key, external_id text unique, request text not null, created_at text not null,
    status text not null, card_id text not null unique, delivery text not null, token text unique
)
"""
_COLUMNS = "id, external_id, request, created_at, status, card_id, delivery, token"


@dataclass(frozen=True)
class Order:
    """One order with its one reward; `token` opens the card's page, and is told once."""

    id: str
    external_id: str | None
    request: Mapping[str, Any]
    created_at: str
    status: str
    card_id: str
    delivery: str
    token: str | None


class CardOrders:
    """Every order; `path` is None for books that last as long as the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._books = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._books.execute(_SCHEMA)

    def add(self, request: Mapping[str, Any], status: str, now: datetime) -> tuple[Order, bool]:
        """The order of this name, and whether it is new."""
        external_id = request.get("external_id")
        row = (
            _identifier(),
            external_id,
            json.dumps(request, sort_keys=True),
            now.isoformat(),
            status,
            _identifier(),
            _delivery(status),
            secrets.token_hex(20),
        )
        with self._lock:
            added = self._books.execute(f"insert or ignore into orders ({_COLUMNS}) values (?,?,?,?,?,?,?,?)", row)  # noqa: S608 - our own names
            new = added.rowcount == 1
        found = self.find(row[0] if new else str(external_id))
        if found is None:
            raise LookupError(external_id)
        return found, new

    def find(self, name: str) -> Order | None:
        """By its own id, by the customer's name for it, by its reward's id, or by the token of its link."""
        return self._one("id = ?1 or external_id = ?1 or card_id = ?1 or token = ?1", name)

    def all(self) -> list[Order]:
        with self._lock:
            rows = self._books.execute(f"select {_COLUMNS} from orders order by created_at, id").fetchall()  # noqa: S608 - our own names
        return [_order(row) for row in rows]

    def become(self, order_id: str, status: str) -> None:
        """Set an order's status; an executed one has its card delivered."""
        self._change("update orders set status = ?, delivery = ? where id = ?", status, _delivery(status), order_id)

    def renew_link(self, order_id: str) -> str:
        token = secrets.token_hex(20)
        self._change("update orders set token = ? where id = ?", token, order_id)
        return token

    def remembered(self, make: Callable[[], int]) -> int:
        """The port of an earlier start, so that links stay good; `make` says the first one."""
        with self._lock:
            self._books.execute("create table if not exists port (number integer)")
            row = self._books.execute("select number from port").fetchone()
            if row is not None:
                return int(row[0])
            number = make()
            self._books.execute("insert into port values (?)", (number,))
            return number

    def close(self) -> None:
        with self._lock:
            self._books.close()

    def _one(self, condition: str, value: str) -> Order | None:
        with self._lock:
            row = self._books.execute(f"select {_COLUMNS} from orders where {condition}", (value,)).fetchone()  # noqa: S608 - our own names
        return _order(row) if row else None

    def _change(self, statement: str, *values: str) -> None:
        with self._lock:
            self._books.execute(statement, values)


def _order(row: tuple[Any, ...]) -> Order:
    identifier, external_id, request, created_at, status, card_id, delivery, token = row
    return Order(identifier, external_id, json.loads(request), created_at, status, card_id, delivery, token)


def _delivery(status: str) -> str:
    return "SUCCEEDED" if status == "EXECUTED" else "PENDING"


def _identifier() -> str:
    return "".join(CROCKFORD[byte % 32] for byte in secrets.token_bytes(12))
