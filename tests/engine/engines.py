"""Real engines on folders of their own, and clients that never retry: a retry would hide what happened."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.local.engine import Engine, EngineSettings, running_engine

PYTHON = Path(__file__).parents[2] / ".venv-engine" / "bin" / "python"
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}

ORDERS: dict[str, Any] = {
    "TableName": "orders",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "pk", "AttributeType": "S"},
        {"AttributeName": "sk", "AttributeType": "S"},
        {"AttributeName": "owner", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_owner",
            "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "StreamSpecification": STREAM,
}
COUNTERS: dict[str, Any] = {
    "TableName": "counters",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "n", "AttributeType": "N"}],
    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
    "StreamSpecification": STREAM,
}


@contextmanager
def client(endpoint: str, service: str = "dynamodb", region: str = "us-east-1") -> Iterator[Any]:
    """A boto3 client without retries, whose connections are closed at the end."""
    made = boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32, connect_timeout=5, read_timeout=30),
    )
    with closing(made):
        yield made


@contextmanager
def serving(settings: EngineSettings, *tables: dict[str, Any]) -> Iterator[tuple[Engine, Any]]:
    """A running engine with these tables and a client of it."""
    with running_engine(settings) as engine, client(engine.endpoint) as db:
        for table in tables:
            db.create_table(**table)
        yield engine, db


def order(pk: str, sk: str = "0", **attributes: str) -> dict[str, Any]:
    """An item of ORDERS with string attributes."""
    return {name: {"S": value} for name, value in ({"pk": pk, "sk": sk} | attributes).items()}


def order_key(pk: str, sk: str = "0") -> dict[str, Any]:
    """The request parameters that name an item of ORDERS."""
    return {"TableName": "orders", "Key": order(pk, sk)}


def everything(db: Any, table: str) -> list[dict[str, Any]]:
    """Every item of a table, in a fixed order."""
    pages = db.get_paginator("scan").paginate(TableName=table)
    return sorted((item for page in pages for item in page["Items"]), key=repr)


def journaled(data: Path, table: str) -> list[dict[str, Any]]:
    """Every item the journal file holds of a table, read beside whoever else uses the file."""
    with closing(sqlite3.connect(data / "journal.sqlite3")) as journal:
        rows = journal.execute("SELECT image FROM items WHERE tbl = ?", (table,)).fetchall()
    return sorted((json.loads(image) for (image,) in rows), key=repr)


def same(left: list[dict[str, Any]], right: list[dict[str, Any]]) -> bool:
    """Whether two lists hold the same items, whatever the order of their attributes."""
    return sorted(json.dumps(i, sort_keys=True) for i in left) == sorted(json.dumps(i, sort_keys=True) for i in right)


@contextmanager
def journal_blocked(data: Path) -> Iterator[None]:
    """Nothing can be committed to the journal inside the block."""
    with closing(sqlite3.connect(data / "journal.sqlite3", isolation_level=None)) as journal:
        journal.execute("BEGIN IMMEDIATE")
        yield
        journal.execute("ROLLBACK")


def eventually(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Return the first true value of the condition; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)
    return value


def stream_records(endpoint: str, db: Any, table: str) -> list[dict[str, Any]]:
    """Every record a table's current stream holds."""
    arn = db.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    with client(endpoint, "dynamodbstreams") as streams:
        shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        start = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        return list(streams.get_records(ShardIterator=start["ShardIterator"])["Records"])
