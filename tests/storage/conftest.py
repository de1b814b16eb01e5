"""A store over a table of its own, without the rest of the program."""

import uuid
from collections.abc import Callable

import pytest

from chalicelib.storage.store import Store
from chalicelib.storage.table import Item, TableSettings, create_table
from chalicelib.storage.transaction import Transaction


@pytest.fixture(scope="module")
def opened(engine: str) -> Store:
    """A store over a table of the module's own: making a client takes longer than most of these tests."""
    made = Store.open(
        TableSettings(f"t-{uuid.uuid4().hex[:12]}", "us-east-1", engine, "local", "local", read_timeout=20)
    )
    create_table()
    return made


@pytest.fixture
def store(opened: Store) -> Store:
    """Every repository over an empty table; a module that uses it may not use `world`, which binds another table."""
    with Item.batch_write() as batch:
        for item in Item.scan():
            batch.delete(item)
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
