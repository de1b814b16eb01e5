"""One request in, one answer out, by what its operation means for durability."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

from chalicelib.local.engine.changes import Change
from chalicelib.local.engine.expiry import delete_expired
from chalicelib.local.engine.groupcommit import GroupCommit
from chalicelib.local.engine.journal import Journal
from chalicelib.local.engine.operations import READS, STATEMENTS, TABLE_CHANGES, TIME_TO_LIVE, WRITES
from chalicelib.local.engine.streams import Streams
from chalicelib.local.engine.tables import Tables, refused
from chalicelib.local.engine.upstream import DATABASE, STREAMS, Upstream
from chalicelib.local.engine.wire import Message

_EXPIRED_AT_ONCE = 25

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class Dispatch:
    """The API over one journal and one MiniStack."""

    def __init__(self, journal: Journal, upstream: Upstream, streams: Streams, committer: Executor) -> None:
        self._journal = journal
        self._upstream = upstream
        self._committer = committer
        self._commits = GroupCommit(streams.read, self._commit)
        self._tables = Tables(journal, upstream, streams, self._commits)

    async def answer(self, request: Message) -> Message:
        """Return the answer to a request once it may be given; raises EngineError when it may never be."""
        service, _, operation = request.field(b"x-amz-target").partition(".")
        if service not in (DATABASE, STREAMS):
            return refused("This is DynamoDB on one machine: X-Amz-Target names no operation of it", "UnknownOperation")
        if operation in WRITES:
            return await self._write(request)
        if operation in READS:
            return await self._read(request)
        if operation not in STATEMENTS | TABLE_CHANGES | TIME_TO_LIVE:
            return refused(f"The local engine would not have the effect of {operation} again after a restart")
        try:
            content = request.json()
        except ValueError:
            content = None
        if not isinstance(content, dict):
            return refused("The body is not a JSON object", "SerializationException")
        if operation in TABLE_CHANGES:
            return await self._tables.change(operation, request, content)
        if operation in TIME_TO_LIVE:
            return await self._tables.time_to_live(operation, content)
        if not all(_is_select(statement) for statement in _statements(content)):
            return refused("The local engine cannot journal PartiQL that writes: use PutItem, UpdateItem or DeleteItem")
        return await self._read(request)

    async def expire(self) -> None:
        """Delete items whose time to live is over."""
        now = time.time()
        while found := await self._on_journal(self._journal.expired, now, _EXPIRED_AT_ONCE):
            answers = await asyncio.gather(*(self._write(delete_expired(*item, now)) for item in found))
            if not any(answer.status == 200 for answer in answers):
                return

    async def _write(self, request: Message) -> Message:
        return await self._commits.write(lambda: self._upstream.send(request))

    async def _read(self, request: Message) -> Message:
        answer = await self._upstream.send(request)
        await self._commits.seen_is_durable()
        return answer

    async def _commit(self, changes: list[Change]) -> None:
        if changes:
            await self._on_journal(self._journal.apply, changes)

    async def _on_journal(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._committer, work, *arguments)


def _statements(content: dict[str, Any]) -> list[Any]:
    """Return the PartiQL statements of a request; one that holds none holds a nameless one."""
    several = content.get("Statements") or content.get("TransactStatements") or [content]
    return [one.get("Statement") if isinstance(one, dict) else None for one in several]


def _is_select(statement: Any) -> bool:
    return isinstance(statement, str) and statement.lstrip()[:6].upper() == "SELECT"
