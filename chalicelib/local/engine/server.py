"""The listening side of the front: connections of clients on the loopback, each answered in order."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import urlsplit

from chalicelib.local.engine.errors import EngineError
from chalicelib.local.engine.wire import Message, WireError, json_response, read_message

Answer = Callable[[Message], Awaitable[Message]]

_READ_LIMIT = 256 * 1024
_CORS = {
    b"access-control-allow-origin",
    b"access-control-allow-methods",
    b"access-control-allow-headers",
    b"access-control-expose-headers",
}

log = logging.getLogger(__name__)


class Server:
    """Serves one socket until it is closed; `failed` holds the error that made it stop serving."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._connections: set[asyncio.Task[None]] = set()
        self._busy = 0
        self.failed: asyncio.Future[EngineError] = asyncio.get_running_loop().create_future()

    async def serve(self, listening: socket.socket) -> asyncio.Server:
        """Accept connections from now on."""
        return await asyncio.start_server(self._connection, sock=listening, limit=_READ_LIMIT)

    async def finish(self, seconds: float) -> None:
        """Let answers under way go out, for so long at most, then close every connection."""
        deadline = asyncio.get_running_loop().time() + seconds
        while self._busy and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 # for the type checker: a coroutine runs in a task
        self._connections.add(task)
        try:
            with suppress(ConnectionError):
                await self._exchange(reader, writer)
        except WireError as error:
            writer.write(json_response(400, {"message": str(error)}, close=True).encode())
        except asyncio.CancelledError:
            pass  # the engine stops
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await read_message(reader):
            self._busy += 1
            try:
                answer = await self._answer_or_fail(request)
                writer.write(answer.encode())
                await writer.drain()
            finally:
                self._busy -= 1
            if request.close or answer.close:
                return

    async def _answer_or_fail(self, request: Message) -> Message:
        if request.method == "GET":
            return json_response(200, {"pid": os.getpid()})
        if request.method != "POST" or not _is_local(request.field(b"host")):
            # A page in a browser on this machine must not reach the table: no preflight, no foreign host name.
            return json_response(400, {"message": "only programs on this machine are served"}, close=True)
        try:
            answer = await self._answer(request)
        except EngineError as error:
            if not self.failed.done():
                self.failed.set_result(error)
            return _internal_error(str(error))
        except Exception:  # the outermost boundary: whoever asked is told, and the next request meets what it broke
            log.exception("%s was not answered", request.field(b"x-amz-target"))
            return _internal_error("the engine met something unforeseen")
        return answer.with_fields(_CORS)


def _internal_error(message: str) -> Message:
    problem = {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": message}
    return json_response(500, problem, close=True)


def _is_local(host: str) -> bool:
    return urlsplit(f"//{host}").hostname in {"127.0.0.1", "localhost", "::1"}
