"""A store over a table of its own, without the rest of the program."""

import uuid
from collections.abc import Callable

import pytest

from chalicelib.storage.store import Store
from chalicelib.storage.table import TableSettings, create_table
from chalicelib.storage.transaction import Transaction


@pytest.fixture
def store(engine: str) -> Store:
    """Every repository over an empty table."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    opened = Store.open(TableSettings(name, "us-east-1", engine, "local", "local", read_timeout=20))
    create_table()
    return opened


@pytest.fixture
def commit(store: Store) -> "Commit":
    """Make a transaction, let a function fill it, and commit it."""

    def committed(fill: Callable[[Transaction], object]) -> None:
        transaction = store.transaction()
        fill(transaction)
        transaction.commit()

    return committed


Commit = Callable[[Callable[[Transaction], object]], None]
