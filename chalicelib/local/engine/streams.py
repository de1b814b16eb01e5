"""The tables' change streams, read from where the last reading ended."""

from collections.abc import Awaitable
from typing import Any, Protocol

from chalicelib.local.engine.changes import Change, change_of
from chalicelib.local.engine.upstream import STREAMS, RefusedError

_SHARD = "shardId-00000000000000000000-00000000"  # MiniStack's streams have this one shard


class Call(Protocol):
    """An operation of the API, as `Upstream.call` offers it."""

    def __call__(self, operation: str, content: dict[str, Any], service: str = ...) -> Awaitable[dict[str, Any]]:
        """Return the operation's answer; raises RefusedError."""


class _Position:
    """How far one stream was read: an iterator, which lives 15 minutes, and a sequence number, which lives 24 hours."""

    def __init__(self, arn: str) -> None:
        self.arn = arn
        self.iterator: str | None = None
        self.last: str | None = None


class Streams:
    """Every followed table's stream."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._positions: dict[str, _Position] = {}

    def follow(self, table: str, arn: str) -> None:
        """Read the table's stream from its beginning, unless this very stream is followed already."""
        if table not in self._positions or self._positions[table].arn != arn:
            self._positions[table] = _Position(arn)

    def forget(self, table: str) -> None:
        """Follow the table no more."""
        self._positions.pop(table, None)

    async def read(self) -> list[Change]:
        """Return what changed since the last call; complete only while nobody writes."""
        changes: list[Change] = []
        for table, position in self._positions.items():
            # A page may end early for its size in bytes, so only an empty one is the end.
            while records := await self._page(position):
                position.last = records[-1]["dynamodb"]["SequenceNumber"]
                changes += [change_of(table, record) for record in records]
        return changes

    async def _page(self, position: _Position) -> list[dict[str, Any]]:
        try:
            return await self._records(position)
        except RefusedError as error:
            if error.code != "ExpiredIteratorException":
                raise
            position.iterator = None
            return await self._records(position)

    async def _records(self, position: _Position) -> list[dict[str, Any]]:
        if position.iterator is None:
            position.iterator = await self._iterator(position)
        answer = await self._call("GetRecords", {"ShardIterator": position.iterator}, STREAMS)
        position.iterator = answer["NextShardIterator"]
        records: list[dict[str, Any]] = answer["Records"]
        return records

    async def _iterator(self, position: _Position) -> str:
        where: dict[str, Any] = {"StreamArn": position.arn, "ShardId": _SHARD}
        if position.last is not None:
            after = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": position.last}
            try:
                return str((await self._call("GetShardIterator", where | after, STREAMS))["ShardIterator"])
            except RefusedError as error:
                # Our last record is more than 24 hours old and gone. Everything still there came after it.
                if error.code != "TrimmedDataAccessException":
                    raise
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        return str((await self._call("GetShardIterator", where | start, STREAMS))["ShardIterator"])
