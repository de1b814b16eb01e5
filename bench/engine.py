"""How fast the embedded engine is, whether it stays so as the table grows, and how long it takes to start.

Run with `.venv/bin/python -m bench.engine [--quick]`. A transaction is three items, one of them behind a condition,
made by boto3 in this process: its own work, about 2 ms each, is in every figure.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.local.engine import EngineSettings, running_engine

PYTHON = Path(__file__).parents[1] / ".venv-engine" / "bin" / "python"
TEXT = "x" * 300
TABLE: dict[str, Any] = {
    "TableName": "bench",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "owner")],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_owner",
            "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
_fresh = itertools.count()


def item(number: int) -> dict[str, Any]:
    """An item of about 400 bytes."""
    values = {"pk": f"item#{number}", "sk": "0", "owner": f"owner#{number % 1000}", "text": TEXT}
    return {name: {"S": value} for name, value in values.items()}


def transaction(thread: int) -> list[dict[str, Any]]:
    """A new item under a condition, its log entry, and a counter."""
    number = next(_fresh) + 10_000_000
    put = {"TableName": "bench", "Item": item(number), "ConditionExpression": "attribute_not_exists(pk)"}
    entry = {"TableName": "bench", "Item": item(number) | {"sk": {"S": "log"}}}
    count = {
        "TableName": "bench",
        "Key": {"pk": {"S": f"counter#{thread}"}, "sk": {"S": "0"}},
        "UpdateExpression": "ADD c :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    return [{"Put": put}, {"Put": entry}, {"Update": count}]


def rate(db: Any, threads: int, seconds: float) -> float:
    """Acknowledged transactions a second."""
    done = [0] * threads
    end = time.perf_counter() + seconds

    def work(thread: int) -> None:
        while time.perf_counter() < end:
            db.transact_write_items(TransactItems=transaction(thread))
            done[thread] += 1

    started = time.perf_counter()
    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / (time.perf_counter() - started)


def fill(db: Any, first: int, size: int) -> None:
    """Write the items from one number up to another."""
    for start in range(first, size, 25):
        puts = [{"PutRequest": {"Item": item(number)}} for number in range(start, min(start + 25, size))]
        db.batch_write_item(RequestItems={"bench": puts})


def database(endpoint: str) -> Any:
    """A client of the engine."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(max_pool_connections=16, retries={"total_max_attempts": 1}),
    )


@contextmanager
def front(data: Path, synchronous: str) -> Iterator[str]:
    """An engine's front with a setting of SQLite that the package itself does not offer."""
    command = [sys.executable, "-m", "chalicelib.local.engine.front", "--data", data, "--python", PYTHON]
    command += ["--synchronous", synchronous]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        facts = (json.loads(line) for line in process.stdout)
        yield next(fact["endpoint"] for fact in facts if "endpoint" in fact)
        process.stdin.close()


def measure(name: str, endpoint: str, sizes: list[int], seconds: float) -> None:
    """Print the rates at each size of the table, and what they are of those of the empty table."""
    db = database(endpoint)
    db.create_table(**TABLE)
    rate(db, 8, 1.0)  # connections are made, code is warm
    empty: dict[int, float] = {}
    for before, size in itertools.pairwise([0, 0, *sizes]):
        fill(db, before, size)
        for threads in (1, 8):
            found = rate(db, threads, seconds)
            ratio = found / empty.setdefault(threads, found)
            print(f"{name:9} {size:6} items  {threads} thread(s)  {found:6.0f} tx/s  x{ratio:.2f}", flush=True)
    db.close()


def start(settings: EngineSettings) -> float:
    """Seconds until an engine is ready."""
    started = time.perf_counter()
    with running_engine(settings):
        return time.perf_counter() - started


def loaded(data: Path, size: int) -> None:
    """Leave a folder that holds so many items."""
    with running_engine(EngineSettings(data, PYTHON)) as engine:
        db = database(engine.endpoint)
        db.create_table(**TABLE)
        fill(db, 0, size)
        db.close()


def main() -> None:
    """Print every figure of docs/engine.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small tables, short runs")
    quick = parser.parse_args().quick
    sizes, seconds = ([1_000], 1.0) if quick else ([1_000, 10_000, 50_000], 4.0)
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        for synchronous in ("FULL", "NORMAL"):
            with front(Path(folder) / synchronous, synchronous) as endpoint:
                measure(synchronous, endpoint, sizes, seconds)
        with running_engine(EngineSettings(None, PYTHON)) as engine:
            measure("no journal", engine.endpoint, sizes, seconds)
        data = Path(folder) / "start"
        for size in (0, *sizes):
            if size:
                loaded(data / str(size), size)
            best = min(start(EngineSettings(data / str(size), PYTHON)) for _ in range(3))
            print(f"start with {size:6} items: {best:.2f} s", flush=True)


if __name__ == "__main__":
    main()
