"""The way to MiniStack: a pool of kept connections, and never a second attempt.

A write whose answer was lost may have happened. Sending it again could do it twice, so a lost connection ends the
engine.
"""

import asyncio
import json
from typing import Any

from chalicelib.local.engine.errors import EngineError, EngineStoppedError
from chalicelib.local.engine.wire import Message, WireError, read_message

DATABASE = "DynamoDB_20120810"
STREAMS = "DynamoDBStreams_20120810"

# MiniStack keeps apart what different credentials and regions write. Everybody here means the same tables.
AUTHORIZATION = (
    b"Authorization",
    b"AWS4-HMAC-SHA256 Credential=local/20120810/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
)
_READ_LIMIT = 256 * 1024


class RefusedError(EngineError):
    """MiniStack answered a call of ours with an error."""

    def __init__(self, operation: str, answer: Message) -> None:
        super().__init__(f"MiniStack refused {operation} with {answer.status}: {answer.body.decode(errors='replace')}")
        self.code = str(answer.json().get("__type", "")).rpartition("#")[2] if answer.status == 400 else ""


class Upstream:
    """Connections to the MiniStack child on a port of the loopback."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(self, request: Message) -> Message:
        """Return MiniStack's answer; raises EngineStoppedError when it cannot be had."""
        try:
            reader, writer = self._idle.pop() if self._idle else await self._connect()
            writer.write(request.with_fields({b"authorization"}, [AUTHORIZATION]).encode())
            answer = await read_message(reader)
        except (OSError, WireError) as error:
            raise EngineStoppedError(
                f"MiniStack cannot be reached ({error}): engine.log in the data folder may say why"
            ) from error
        if answer is None:
            raise EngineStoppedError("MiniStack ended without an answer: engine.log in the data folder may say why")
        if answer.close:
            writer.close()
        else:
            self._idle.append((reader, writer))
        return answer

    async def call(self, operation: str, content: dict[str, Any], service: str = DATABASE) -> dict[str, Any]:
        """Return the answer to an operation of our own; raises RefusedError, EngineStoppedError."""
        return await self.call_raw(operation, json.dumps(content).encode(), service)

    async def call_raw(self, operation: str, body: bytes, service: str = DATABASE) -> dict[str, Any]:
        """Do the same with a body that is JSON already."""
        answer = await self.send(request(operation, body, service))
        if answer.status != 200:
            raise RefusedError(operation, answer)
        content: dict[str, Any] = answer.json()
        return content

    async def close(self) -> None:
        """Close every connection."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._port, limit=_READ_LIMIT)


def request(operation: str, body: bytes, service: str = DATABASE) -> Message:
    """Return the request of an operation."""
    fields = (
        (b"Host", b"127.0.0.1"),
        (b"Content-Type", b"application/x-amz-json-1.0"),
        (b"X-Amz-Target", f"{service}.{operation}".encode()),
    )
    return Message(b"POST / HTTP/1.1", fields, body)
