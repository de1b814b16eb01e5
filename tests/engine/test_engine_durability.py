"""What was acknowledged is there after SIGKILL, and what was not is there whole or not at all."""

import random
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.local.engine import Engine, EngineSettings
from tests.engine.engines import COUNTERS, ORDERS, everything, journaled, order, same, serving

WRITERS = 6


class Writer(threading.Thread):
    """Writes one transaction over two tables after the other, and keeps what was acknowledged."""

    def __init__(self, db: Any, name: str, enough: threading.Semaphore) -> None:
        super().__init__(name=name)
        self.db = db
        self.number = str(int(name.rpartition("-")[2]))
        self.enough = enough
        self.acknowledged = 0
        self.deleted: set[int] = set()

    def run(self) -> None:
        try:
            while True:
                self.db.transact_write_items(TransactItems=self._transaction(self.acknowledged))
                self.acknowledged += 1
                if self.acknowledged % 5 == 0:
                    self.db.delete_item(TableName="orders", Key=order(self._pk(self.acknowledged - 2), "a"))
                    self.deleted.add(self.acknowledged - 2)
                self.enough.release()
        except (BotoCoreError, ClientError):
            self.enough.release()  # the engine was killed

    def _pk(self, count: int) -> str:
        return f"{self.name}#{count}"

    def _transaction(self, count: int) -> list[dict[str, Any]]:
        puts = [{"Put": {"TableName": "orders", "Item": order(self._pk(count), sk, owner=self.name)}} for sk in "ab"]
        add = {
            "TableName": "counters",
            "Key": {"n": {"N": self.number}},
            "UpdateExpression": "ADD c :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        return [*puts, {"Update": add}]


def write_until_killed(engine: Engine, db: Any, run: str, transactions: int) -> list[Writer]:
    """Let several threads write, and kill the engine in the middle of it."""
    enough = threading.Semaphore(0)
    writers = [Writer(db, f"{run}-{number}", enough) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in range(transactions):
        enough.acquire()
    engine.kill()
    for writer in writers:
        writer.join()
    return writers


def check(db: Any, data: Path, writers: list[Writer]) -> None:
    """Hold the restored tables against what the writers know and what the journal says."""
    orders, counters = everything(db, "orders"), everything(db, "counters")
    assert same(orders, journaled(data, "orders"))
    assert same(counters, journaled(data, "counters"))
    present = {(item["pk"]["S"], item["sk"]["S"]) for item in orders}
    for writer in writers:
        for count in range(writer.acknowledged):
            assert (f"{writer.name}#{count}", "b") in present
            unsure = count == writer.acknowledged - 2  # its deletion may be the request the kill met
            assert count in writer.deleted or unsure or (f"{writer.name}#{count}", "a") in present
        assert not {(f"{writer.name}#{count}", "a") for count in writer.deleted} & present
        last = f"{writer.name}#{writer.acknowledged}"
        assert ((last, "a") in present) == ((last, "b") in present)
        owned = db.query(
            TableName="orders",
            IndexName="by_owner",
            KeyConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues={":owner": {"S": writer.name}},
        )
        assert owned["Count"] == sum(pk.startswith(f"{writer.name}#") for pk, _ in present)


def transactions_in(orders: list[dict[str, Any]]) -> int:
    """How many transactions' items are there: each leaves one item `b`."""
    return sum(item["sk"]["S"] == "b" for item in orders)


def test_every_acknowledged_write_survives_sigkill(settings: EngineSettings) -> None:
    assert settings.data is not None
    with serving(settings, ORDERS, COUNTERS) as (engine, db):
        writers = write_until_killed(engine, db, "first", 150)
    assert sum(writer.acknowledged for writer in writers) >= 140
    with serving(settings) as (_, db):
        check(db, settings.data, writers)


def test_repeated_kills_lose_nothing_and_tear_no_transaction(settings: EngineSettings) -> None:
    assert settings.data is not None
    writers: list[Writer] = []
    with serving(settings, ORDERS, COUNTERS):
        pass
    for cycle in range(5):
        with serving(settings) as (engine, db):
            check(db, settings.data, writers)
            counted = sum(int(item["c"]["N"]) for item in everything(db, "counters"))
            assert counted == transactions_in(everything(db, "orders"))
            writers += write_until_killed(engine, db, f"cycle{cycle}", random.randint(1, 40))
    with serving(settings) as (_, db):
        check(db, settings.data, writers)


def test_what_a_clean_stop_leaves_is_what_was_there(settings: EngineSettings) -> None:
    assert settings.data is not None
    with serving(settings, ORDERS) as (_, db):
        for number in range(30):
            db.put_item(TableName="orders", Item=order(str(number), owner="one"))
        before = everything(db, "orders")
        assert same(before, journaled(settings.data, "orders"))
    assert not (settings.data / "engine.json").exists()
    with serving(settings) as (_, db):
        assert same(before, everything(db, "orders"))


@pytest.mark.parametrize(
    "write",
    [
        lambda db: db.put_item(TableName="orders", Item=order("new")),
        lambda db: db.batch_write_item(RequestItems={"orders": [{"PutRequest": {"Item": order("new")}}]}),
        lambda db: db.update_item(TableName="orders", Key=order("new")),
        lambda db: db.transact_write_items(TransactItems=[{"Put": {"TableName": "orders", "Item": order("new")}}]),
    ],
    ids=["put", "batch", "update", "transaction"],
)
def test_each_kind_of_write_is_in_the_journal_when_it_is_answered(settings: EngineSettings, write: Any) -> None:
    assert settings.data is not None
    with serving(settings, ORDERS) as (engine, db):
        write(db)
        engine.kill()
    assert journaled(settings.data, "orders") == [order("new")]
