"""What the application relies on in MiniStack itself, seen through the front: a new release that differs is noticed."""

from typing import Any

import pytest

from chalicelib.local.engine import EngineSettings
from tests.engine.engines import COUNTERS, ORDERS, everything, order, serving

ORDER_TABLE = {"TableName": "orders"}


def count(amount: str) -> list[dict[str, Any]]:
    """A transaction that adds to a counter."""
    update = {
        "TableName": "counters",
        "Key": {"n": {"N": "1"}},
        "UpdateExpression": "ADD c :amount",
        "ExpressionAttributeValues": {":amount": {"N": amount}},
    }
    return [{"Update": update}]


def test_a_transaction_repeated_with_its_token_happens_once(settings: EngineSettings) -> None:
    with serving(settings, COUNTERS) as (_, db):
        for _ in range(2):
            db.transact_write_items(TransactItems=count("1"), ClientRequestToken="once")
        with pytest.raises(db.exceptions.IdempotentParameterMismatchException):
            db.transact_write_items(TransactItems=count("2"), ClientRequestToken="once")
        assert everything(db, "counters") == [{"n": {"N": "1"}, "c": {"N": "1"}}]


def test_a_cancelled_transaction_tells_each_reason_and_the_item_that_stood_in_the_way(settings: EngineSettings) -> None:
    absent = {"ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    with serving(settings, ORDERS) as (_, db):
        db.put_item(**ORDER_TABLE, Item=order("one", owner="me"))
        puts = [ORDER_TABLE | {"Item": order("two")}, ORDER_TABLE | {"Item": order("one")} | absent]
        with pytest.raises(db.exceptions.TransactionCanceledException) as cancelled:
            db.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        nothing, failed = cancelled.value.response["CancellationReasons"]
        assert nothing["Code"] == "None"
        assert (failed["Code"], failed["Item"]) == ("ConditionalCheckFailed", order("one", owner="me"))
        assert len(everything(db, "orders")) == 1


def test_consumed_capacity_counts_the_transaction_and_its_index(settings: EngineSettings) -> None:
    puts = [ORDER_TABLE | {"Item": order(str(n), owner="me", text="x" * 1500)} for n in range(2)]
    with serving(settings, ORDERS) as (_, db):
        answer = db.transact_write_items(TransactItems=[{"Put": put} for put in puts], ReturnConsumedCapacity="INDEXES")
        (consumed,) = answer["ConsumedCapacity"]
        assert consumed["WriteCapacityUnits"] == 8  # two items of 2 units, doubled in a transaction
        assert consumed["GlobalSecondaryIndexes"]["by_owner"]["CapacityUnits"] == 4
