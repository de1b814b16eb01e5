"""Carry the table's stream to its handler, as Lambda's event source does on AWS."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError
from botocore.session import get_session

from chalicelib.config import Config
from chalicelib.domain.errors import Unavailable
from chalicelib.handlers import handle_records, handle_schedule
from chalicelib.wiring import Program

_log = logging.getLogger(__name__)
#: How long an idle stream rests before it is read again; pages follow a change well within a second.
_IDLE_SECONDS = 0.05
_TICK_SECONDS = 5.0
_AFTER_FAILURE_SECONDS = 1.0
_REPEATS = 3
_MOST_RECORDS = 100


class StreamsClient(Protocol):
    """The part of botocore's DynamoDB Streams client that we use."""

    def describe_stream(self, **parameters: Any) -> dict[str, Any]: ...
    def get_shard_iterator(self, **parameters: Any) -> dict[str, Any]: ...
    def get_records(self, **parameters: Any) -> dict[str, Any]: ...


class Pump:
    """Reads the stream from where it stood when the pump was made; what came before is the schedule's to find."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._client, self._arn = _client_and_stream(program.config)
        self._iterators: dict[str, str | None] = {}
        self._open_shards("LATEST")

    def drain(self) -> int:
        """Handle all that is in the stream now; returns how many records that were."""
        total = 0
        while handled := self._step():
            total += handled
        return total

    def _step(self) -> int:
        handled = 0
        for shard, iterator in list(self._iterators.items()):
            if iterator is None:
                continue
            answer = self._client.get_records(ShardIterator=iterator, Limit=_MOST_RECORDS)
            self._handle(answer["Records"])
            handled += len(answer["Records"])
            self._iterators[shard] = answer.get("NextShardIterator")
        if not handled and not any(self._iterators.values()):
            self._open_shards("TRIM_HORIZON")
        return handled

    def _handle(self, records: list[Mapping[str, Any]]) -> None:
        for _ in range(_REPEATS):
            failed = set(handle_records(self._program, records))
            if not failed:
                return
            records = [record for record in records if record["dynamodb"]["SequenceNumber"] in failed]
        _log.error("gave up on %d stream records; the schedule takes up what is due", len(records))

    def _open_shards(self, kind: str) -> None:
        shards = self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        for shard in (entry["ShardId"] for entry in shards):
            if shard not in self._iterators:
                answer = self._client.get_shard_iterator(StreamArn=self._arn, ShardId=shard, ShardIteratorType=kind)
                self._iterators[shard] = answer["ShardIterator"]


class Background:
    """Runs a step again and again in a thread of its own until it is told to stop.

    A step that fails is logged once, however often it fails in the same way until it works again.
    """

    def __init__(self, name: str, step: Callable[[], object], pause: float) -> None:
        self._step, self._pause = step, pause
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> "Background":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        failure: type[Exception] | None = None
        while not self._stopping.is_set():
            pause = self._pause
            try:
                self._step()
                failure = None
            except Exception as error:  # noqa: BLE001 - the outermost boundary of a background thread
                pause = max(pause, _AFTER_FAILURE_SECONDS)
                if type(error) is not failure and not self._stopping.is_set():
                    # Of a table that is away, where and why says nothing more.
                    trace = None if isinstance(error, Unavailable | BotoCoreError) else error
                    _log.error("%s failed (%s); it goes on", self._thread.name, error, exc_info=trace)
                failure = type(error)
            self._stopping.wait(pause)


def pumping(pump: Pump) -> Background:
    """The stream, in the background."""
    return Background("stream", pump.drain, _IDLE_SECONDS)


def ticking(program: Program) -> Background:
    """The schedule, in the background."""
    return Background("schedule", lambda: handle_schedule(program), _TICK_SECONDS)


def _client_and_stream(config: Config) -> tuple[StreamsClient, str]:
    table = config.table
    session = get_session()
    parameters = {
        "region_name": table.region,
        "endpoint_url": table.endpoint,
        "aws_access_key_id": table.access_key,
        "aws_secret_access_key": table.secret_key,
    }
    description = session.create_client("dynamodb", **parameters).describe_table(TableName=table.name)["Table"]
    return session.create_client("dynamodbstreams", **parameters), description["LatestStreamArn"]
