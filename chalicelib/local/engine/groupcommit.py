"""When a request may be answered: a write once it is durable, anything else once what it may have seen is.

Writers share a round. A round closes a gate to new writes, waits for those under way, reads the streams to their end
and opens the gate again before it commits. With no write under way, the end of the streams is the end of a transaction
on every table at once, so the journal only ever moves from one whole state to another.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from chalicelib.local.engine.changes import Change
from chalicelib.local.engine.errors import EngineError, EngineStoppedError
from chalicelib.local.engine.wire import Message

ReadChanges = Callable[[], Awaitable[list[Change]]]
Commit = Callable[[list[Change]], Awaitable[None]]


class GroupCommit:
    """Counts the writes: those begun, and those up to which everything is durable."""

    def __init__(self, read_changes: ReadChanges, commit: Commit) -> None:
        self._read_changes = read_changes
        self._commit = commit
        self._begun = 0
        self._durable = 0
        self._running = 0
        self._unread = False  # whether the streams may hold what the journal lacks
        self._gate = asyncio.Event()
        self._gate.set()
        self._idle = asyncio.Event()
        self._turn = asyncio.Lock()
        self._leader: asyncio.Task[None] | None = None
        self._failure: EngineError | None = None

    async def write(self, send: Callable[[], Awaitable[Message]]) -> Message:
        """Return the answer of a write once it is durable; a refused write waits only for what others wrote."""
        while not self._gate.is_set():  # it may close again between the moment it opens and our turn
            await self._gate.wait()
        self._begun += 1
        self._running += 1
        refused = False
        try:
            self._check()
            answer = await send()
            refused = 400 <= answer.status < 500
        finally:
            self._running -= 1
            self._unread = self._unread or not refused
            self._idle.set()
        await self.seen_is_durable()
        return answer

    async def seen_is_durable(self) -> None:
        """Return once every write begun before this call is durable, whoever made it."""
        needed = self._begun
        while self._durable < needed:
            self._check()
            if not (self._running or self._unread or self._turn.locked()):
                self._durable = self._begun
                return
            if self._leader is None or self._leader.done():
                self._leader = asyncio.create_task(self._round())
            await asyncio.shield(self._leader)

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Run the block with no write under way and everything before it durable; it makes its own changes durable."""
        async with self._turn, self._quiet():
            with self._stopping_on_failure():
                await self._commit(await self._take())
                self._begun += 1
                yield
            self._durable = self._begun

    async def _round(self) -> None:
        async with self._turn:
            with self._stopping_on_failure():
                async with self._quiet():
                    covered, changes = self._begun, await self._take()
                await self._commit(changes)
            self._durable = covered

    @asynccontextmanager
    async def _quiet(self) -> AsyncIterator[None]:
        self._gate.clear()
        try:
            while self._running:
                self._idle.clear()
                await self._idle.wait()
            yield
        finally:
            self._gate.set()

    async def _take(self) -> list[Change]:
        if not self._unread:
            return []
        self._unread = False
        return await self._read_changes()

    @contextmanager
    def _stopping_on_failure(self) -> Iterator[None]:
        """Remember any failure for ever: the changes it lost were read from the streams and cannot be read again."""
        self._check()
        failure: EngineError | None = EngineError("something unforeseen happened, and stands in what was logged")
        try:
            yield
            failure = None
        except EngineError as error:
            failure = error
            raise
        finally:
            self._failure = failure

    def _check(self) -> None:
        if self._failure is not None:
            raise EngineStoppedError(str(self._failure)) from self._failure
