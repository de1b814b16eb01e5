"""Nothing is answered, and nothing is seen, before the journal has it."""

import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.local.engine import EngineSettings, find_engine
from tests.engine.engines import (
    ORDERS,
    client,
    eventually,
    everything,
    journal_blocked,
    order,
    order_key,
    serving,
    stream_records,
)

LONG_ENOUGH = 0.4  # seconds in which an answer that does not wait would have arrived many times over

READS: dict[str, Callable[[str, Any], Any]] = {
    "get": lambda _, db: db.get_item(**order_key("one")).get("Item"),
    "scan": lambda _, db: db.scan(TableName="orders")["Items"],
    "batch get": lambda _, db: db.batch_get_item(RequestItems={"orders": {"Keys": [order("one")]}})["Responses"],
    "transact get": lambda _, db: db.transact_get_items(TransactItems=[{"Get": order_key("one")}])["Responses"],
    "stream": lambda endpoint, db: stream_records(endpoint, db, "orders"),
    "refused write": lambda _, db: put_if_absent(db),
    "refused transaction": lambda _, db: put_if_absent_in_transaction(db),
}


def put_if_absent(db: Any) -> bool:
    """Return whether the condition failed, which tells that the item is there."""
    try:
        db.put_item(TableName="orders", Item=order("one"), ConditionExpression="attribute_not_exists(pk)")
    except db.exceptions.ConditionalCheckFailedException:
        return True
    return False


def put_if_absent_in_transaction(db: Any) -> bool:
    """The same in a transaction."""
    put = {"TableName": "orders", "Item": order("one"), "ConditionExpression": "attribute_not_exists(pk)"}
    try:
        db.transact_write_items(TransactItems=[{"Put": put}])
    except db.exceptions.TransactionCanceledException:
        return True
    return False


def test_a_write_is_not_answered_before_it_is_journaled(settings: EngineSettings) -> None:
    assert settings.data is not None
    with serving(settings, ORDERS) as (engine, db), ThreadPoolExecutor(1) as pool:
        with journal_blocked(settings.data):
            write = pool.submit(db.put_item, TableName="orders", Item=order("one"))
            with pytest.raises(NotYetError):
                write.result(LONG_ENOUGH)
            engine.kill()
        with pytest.raises(BotoCoreError):
            write.result()
    with serving(settings) as (_, db):
        assert everything(db, "orders") == []


@pytest.mark.parametrize("kind", READS)
def test_nobody_sees_what_the_journal_does_not_have(settings: EngineSettings, kind: str) -> None:
    assert settings.data is not None
    with serving(settings, ORDERS) as (engine, db), ThreadPoolExecutor(2) as pool:
        with journal_blocked(settings.data):
            write = pool.submit(db.put_item, TableName="orders", Item=order("one"))
            with pytest.raises(NotYetError):
                write.result(LONG_ENOUGH)
            read = pool.submit(READS[kind], engine.endpoint, db)
            with pytest.raises(NotYetError):
                read.result(LONG_ENOUGH)
        write.result()
        assert read.result()


def test_what_a_reader_saw_survives_a_kill_right_after(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (engine, db), ThreadPoolExecutor(1) as pool:
        write = pool.submit(db.put_item, TableName="orders", Item=order("one"))
        eventually(lambda: db.get_item(**order_key("one")).get("Item"))
        engine.kill()
        write.exception()
    with serving(settings) as (_, db):
        assert db.get_item(**order_key("one"))["Item"] == order("one")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="another process's limits can be set on Linux only")
def test_the_engine_stops_when_the_journal_cannot_be_written(settings: EngineSettings) -> None:
    assert settings.data is not None
    with serving(settings, ORDERS) as (engine, db):
        db.put_item(TableName="orders", Item=order("before"))
        resource.prlimit(engine.pids[0], resource.RLIMIT_FSIZE, (0, 0))
        with pytest.raises(ClientError) as refusal:
            db.put_item(TableName="orders", Item=order("one"))
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
        with pytest.raises((BotoCoreError, ClientError)), client(engine.endpoint) as other:
            other.get_item(**order_key("one"))
        eventually(lambda: find_engine(settings.data) is None)
        with pytest.raises(BotoCoreError):
            eventually(lambda: not db.list_tables())
    with serving(settings) as (_, db):
        assert everything(db, "orders") == [order("before")]
