"""The order of things in a group commit and in reading a stream, with hand-written doubles for what cannot be timed."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from chalicelib.local.engine.changes import Change
from chalicelib.local.engine.errors import EngineError
from chalicelib.local.engine.groupcommit import GroupCommit
from chalicelib.local.engine.streams import Streams
from chalicelib.local.engine.upstream import STREAMS, RefusedError
from chalicelib.local.engine.wire import Message, json_response

OK = json_response(200, {})
REFUSED = json_response(400, {})


class Table:
    """Writes that end when told to, and a journal that commits when told to."""

    def __init__(self) -> None:
        self.commits = GroupCommit(self.read, self.commit)
        self.undrained: list[Change] = []
        self.journal: list[str] = []
        self.running = 0
        self.release_commit = asyncio.Event()
        self.release_commit.set()
        self.failing = False

    async def read(self) -> list[Change]:
        assert not self.running, "the streams were read with a write under way"
        taken, self.undrained = self.undrained, []
        return taken

    async def commit(self, changes: list[Change]) -> None:
        await self.release_commit.wait()
        if self.failing:
            raise EngineError("the disk is full")
        self.journal += [change.key for change in changes]

    def write(self, key: str, end: asyncio.Event | None = None, answer: Message = OK) -> asyncio.Task[Message]:
        async def send() -> Message:
            self.running += 1
            if answer is OK:
                self.undrained.append(Change("t", key, {}))
            if end is not None:
                await end.wait()
            self.running -= 1
            return answer

        return asyncio.create_task(self.commits.write(send))


async def turns() -> None:
    """Let everything that can go on go on."""
    for _ in range(50):
        await asyncio.sleep(0)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's coroutine."""
    asyncio.run(test())


def test_a_round_waits_for_the_write_under_way_and_takes_it_along() -> None:
    async def scenario() -> None:
        table, end = Table(), asyncio.Event()
        slow, fast = table.write("slow", end), table.write("fast")
        await turns()
        assert not fast.done()
        end.set()
        await asyncio.gather(slow, fast)
        assert sorted(table.journal) == ["fast", "slow"]

    run(scenario)


def test_a_write_that_came_during_a_commit_waits_for_the_next() -> None:
    async def scenario() -> None:
        table = Table()
        table.release_commit.clear()
        first = table.write("first")
        await turns()
        second = table.write("second")
        await turns()
        assert table.undrained, "the second write was let through while the first is committed"
        assert not second.done()
        table.release_commit.set()
        await asyncio.gather(first, second)
        assert table.journal == ["first", "second"]

    run(scenario)


def test_a_refused_write_alone_commits_nothing_and_waits_for_nothing() -> None:
    async def scenario() -> None:
        table = Table()
        table.release_commit.clear()
        assert await asyncio.wait_for(table.write("x", answer=REFUSED), 5) is REFUSED

    run(scenario)


def test_after_a_failed_commit_nothing_is_answered_any_more() -> None:
    async def scenario() -> None:
        table = Table()
        table.failing = True
        with pytest.raises(EngineError, match="disk is full"):
            await table.write("lost")
        table.failing = False
        for attempt in (table.write("later"), asyncio.create_task(table.commits.seen_is_durable())):
            with pytest.raises(EngineError, match="disk is full"):
                await attempt
        assert table.journal == []

    run(scenario)


class Stream:
    """A stream of one table that cuts pages and lets iterators expire."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.page = 3
        self.expired = False
        self.trimmed = False
        self.asked: list[str] = []

    async def __call__(self, operation: str, content: dict[str, Any], service: str = STREAMS) -> dict[str, Any]:
        assert service == STREAMS
        if operation == "GetShardIterator":
            self.asked.append(content["ShardIteratorType"])
            if content["ShardIteratorType"] == "AFTER_SEQUENCE_NUMBER":
                if self.trimmed:
                    raise refusal("TrimmedDataAccessException")
                return {"ShardIterator": str(int(content["SequenceNumber"]) + 1)}
            return {"ShardIterator": "8" if self.trimmed else "0"}
        if self.expired:
            self.expired = False
            raise refusal("ExpiredIteratorException")
        at = int(content["ShardIterator"])
        numbers = range(at, min(at + self.page, self.count))
        return {"Records": [record(number) for number in numbers], "NextShardIterator": str(at + len(numbers))}


def record(number: int) -> dict[str, Any]:
    """The stream record of a put."""
    key = {"n": {"N": str(number)}}
    return {"eventName": "INSERT", "dynamodb": {"Keys": key, "NewImage": key, "SequenceNumber": str(number)}}


def refusal(code: str) -> RefusedError:
    """What MiniStack answers."""
    return RefusedError("GetRecords", json_response(400, {"__type": code}))


def numbers_of(changes: list[Change]) -> list[int]:
    """The records' numbers."""
    return [int(json.loads(change.key)["n"]["N"]) for change in changes]


@pytest.mark.parametrize("trimmed", [False, True], ids=["iterator expired", "last record trimmed"])
def test_a_stream_is_read_to_its_end_and_on_from_there(trimmed: bool) -> None:
    async def scenario() -> None:
        stream = Stream(8)
        streams = Streams(stream)
        streams.follow("t", "arn")
        assert numbers_of(await streams.read()) == list(range(8))
        stream.count = 12
        stream.expired, stream.trimmed = True, trimmed
        streams.follow("t", "arn")
        assert numbers_of(await streams.read()) == [8, 9, 10, 11]
        assert stream.asked[1] == "AFTER_SEQUENCE_NUMBER"

    run(scenario)
