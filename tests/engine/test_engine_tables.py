"""Tables come back as they were: definition, indexes, time to live; and what could not come back is refused."""

import time
from typing import Any

import pytest

from chalicelib.local.engine import EngineSettings
from tests.engine.engines import (
    COUNTERS,
    ORDERS,
    STREAM,
    client,
    eventually,
    everything,
    journaled,
    order,
    order_key,
    serving,
    stream_records,
)

PASSING = {"TableArn", "TableId", "CreationDateTime", "LatestStreamArn", "LatestStreamLabel"}


def described(db: Any, table: str) -> dict[str, Any]:
    """A table's description without what is new at each start or counts its items."""
    table = db.describe_table(TableName=table)["Table"]
    return {name: value for name, value in table.items() if name not in PASSING}


def test_definition_and_time_to_live_come_back(settings: EngineSettings) -> None:
    expiry = {"AttributeName": "ends", "Enabled": True}
    with serving(settings, ORDERS) as (engine, db):
        db.update_time_to_live(TableName="orders", TimeToLiveSpecification=expiry)
        before = described(db, "orders")
        engine.kill()
    with serving(settings) as (_, db):
        assert described(db, "orders") == before
        assert before["StreamSpecification"] == STREAM
        state = db.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
        assert state == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ends"}


def test_indexes_added_and_removed_come_back_so(settings: EngineSettings) -> None:
    index = {
        "IndexName": "by_place",
        "KeySchema": [{"AttributeName": "place", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    with serving(settings, ORDERS) as (engine, db):
        db.update_table(
            TableName="orders",
            AttributeDefinitions=[{"AttributeName": "place", "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
        db.update_table(TableName="orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_owner"}}])
        db.put_item(TableName="orders", Item=order("one", place="here"))
        engine.kill()
    with serving(settings) as (_, db):
        assert [index["IndexName"] for index in described(db, "orders")["GlobalSecondaryIndexes"]] == ["by_place"]
        found = db.query(
            TableName="orders",
            IndexName="by_place",
            KeyConditionExpression="place = :p",
            ExpressionAttributeValues={":p": {"S": "here"}},
        )
        assert found["Count"] == 1


def test_a_deleted_table_stays_deleted_and_a_new_one_of_its_name_is_empty(settings: EngineSettings) -> None:
    with serving(settings, ORDERS, COUNTERS) as (engine, db):
        db.put_item(TableName="orders", Item=order("one"))
        db.delete_table(TableName="orders")
        engine.kill()
    with serving(settings) as (engine, db):
        assert db.list_tables()["TableNames"] == ["counters"]
        db.create_table(**ORDERS)
        db.put_item(TableName="orders", Item=order("two"))
        engine.kill()
    with serving(settings) as (_, db):
        assert everything(db, "orders") == [order("two")]


def test_restored_items_are_not_stream_records(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (engine, db):
        for number in range(40):
            db.put_item(TableName="orders", Item=order(str(number)))
        assert len(stream_records(engine.endpoint, db, "orders")) == 40
        engine.kill()
    with serving(settings) as (engine, db):
        assert stream_records(engine.endpoint, db, "orders") == []
        db.put_item(TableName="orders", Item=order("0", owner="me"))
        (record,) = stream_records(engine.endpoint, db, "orders")
        assert record["eventName"] == "MODIFY"
        assert record["dynamodb"]["OldImage"] == order("0")


def test_expired_items_go_with_a_stream_record_and_stay_gone(settings: EngineSettings) -> None:
    assert settings.data is not None
    now = int(time.time())
    with serving(settings, ORDERS) as (engine, db):
        db.put_item(TableName="orders", Item=order("over") | {"ends": {"N": str(now - 10)}})
        db.put_item(TableName="orders", Item=order("later") | {"ends": {"N": str(now + 9999)}})
        db.put_item(TableName="orders", Item=order("never", ends=str(now - 10)))
        db.put_item(TableName="orders", Item=order("long ago") | {"ends": {"N": "1"}})
        expiry = {"AttributeName": "ends", "Enabled": True}
        db.update_time_to_live(TableName="orders", TimeToLiveSpecification=expiry)
        eventually(lambda: "Item" not in db.get_item(**order_key("over")))
        removed = [r for r in stream_records(engine.endpoint, db, "orders") if r["eventName"] == "REMOVE"]
        assert [record["dynamodb"]["Keys"] for record in removed] == [order("over")]
        assert len(journaled(settings.data, "orders")) == 3
        engine.kill()
    with serving(settings) as (_, db):
        assert {item["pk"]["S"] for item in everything(db, "orders")} == {"later", "never", "long ago"}


def test_one_key_written_in_two_ways_stays_one_item(settings: EngineSettings) -> None:
    with serving(settings, COUNTERS) as (engine, db):
        for number in ("1", "1.0", "10e-1"):
            db.put_item(TableName="counters", Item={"n": {"N": number}, "as": {"S": number}})
        before = everything(db, "counters")
        engine.kill()
    with serving(settings) as (_, db):
        assert everything(db, "counters") == before
        db.delete_item(TableName="counters", Key={"n": {"N": "1"}})
    with serving(settings) as (_, db):
        assert everything(db, "counters") == []


def test_every_string_dynamodb_takes_comes_back(settings: EngineSettings) -> None:
    item = order("ключ", "\u0000\n\"'", owner="😀") | {"b": {"B": b"\x00\xff"}, "l": {"L": [{"NULL": True}]}}
    with serving(settings, ORDERS) as (_, db):
        db.put_item(TableName="orders", Item=item)
    with serving(settings) as (_, db):
        assert everything(db, "orders") == [item]


def test_large_items_and_long_pages_are_journaled_whole(settings: EngineSettings) -> None:
    assert settings.data is not None
    with serving(settings, ORDERS) as (engine, db):
        puts = [{"PutRequest": {"Item": order(str(n), owner="x", text="y" * 300_000)}} for n in range(12)]
        db.batch_write_item(RequestItems={"orders": puts})
        engine.kill()
    assert len(journaled(settings.data, "orders")) == 12
    with serving(settings) as (_, db):
        assert len(everything(db, "orders")) == 12


@pytest.mark.parametrize(
    "stream",
    [None, {"StreamEnabled": False}, {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}],
    ids=["none", "disabled", "keys only"],
)
def test_a_table_that_could_not_be_journaled_is_refused(settings: EngineSettings, stream: Any) -> None:
    table = {name: value for name, value in ORDERS.items() if name != "StreamSpecification"}
    with serving(settings) as (_, db):
        with pytest.raises(db.exceptions.ClientError, match=r"ValidationException.*NEW_AND_OLD_IMAGES"):
            db.create_table(**table, **({"StreamSpecification": stream} if stream else {}))
        db.create_table(**ORDERS)
        with pytest.raises(db.exceptions.ClientError, match=r"ValidationException.*NEW_AND_OLD_IMAGES"):
            db.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})


def test_an_operation_whose_effect_would_be_lost_is_refused(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (_, db):
        arn = db.describe_table(TableName="orders")["Table"]["TableArn"]
        with pytest.raises(db.exceptions.ClientError, match="TagResource again after a restart"):
            db.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])


def test_partiql_may_read_but_not_write(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (_, db):
        db.put_item(TableName="orders", Item=order("one"))
        assert db.execute_statement(Statement='SELECT * FROM "orders"')["Items"] == [order("one")]
        insert = "INSERT INTO \"orders\" VALUE {'pk': 'two', 'sk': '0'}"
        for write in (
            lambda: db.execute_statement(Statement=insert),
            lambda: db.batch_execute_statement(Statements=[{"Statement": insert}]),
            lambda: db.execute_transaction(TransactStatements=[{"Statement": insert}]),
        ):
            with pytest.raises(db.exceptions.ClientError, match="cannot journal PartiQL"):
                write()
        assert everything(db, "orders") == [order("one")]


def test_every_region_means_the_same_tables(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (engine, _), client(engine.endpoint, region="eu-west-1") as elsewhere:
        elsewhere.put_item(TableName="orders", Item=order("one"))
        engine.kill()
    with serving(settings) as (_, db):
        assert everything(db, "orders") == [order("one")]
