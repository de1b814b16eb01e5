"""HTTP/1.1 as two loopback programs speak it: whole messages with a Content-Length, each sent in one write.

One write matters: a head and a body sent apart meet Nagle's algorithm and delayed acknowledgements, 40 ms a request.
"""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LARGEST_BODY = 32 * 1024 * 1024  # DynamoDB itself refuses requests above 16 MB
_FRAMING = {b"content-length", b"connection", b"expect"}

Field = tuple[bytes, bytes]


class WireError(Exception):
    """What arrived is not a message this side understands; the connection cannot be used any more."""


@dataclass(frozen=True)
class Message:
    """A request or a response: the first line, the header fields without the framing ones, the body."""

    start: bytes
    fields: tuple[Field, ...]
    body: bytes
    close: bool = False

    def field(self, name: bytes) -> str:
        """Return the value of a header field, or an empty string; the name is in lower case."""
        return next((value.decode("latin-1") for key, value in self.fields if key.lower() == name), "")

    @property
    def method(self) -> str:
        """The method of a request."""
        return self.start.split(b" ", 1)[0].decode("latin-1")

    @property
    def status(self) -> int:
        """The status of a response."""
        return int(self.start.split(b" ", 2)[1])

    def json(self) -> Any:
        """Return the parsed body; raises ValueError."""
        return json.loads(self.body)

    def with_fields(self, drop: Iterable[bytes], add: Iterable[Field] = ()) -> "Message":
        """Return the same message without the fields named (in lower case) and with others added."""
        gone = frozenset(drop)
        kept = tuple(field for field in self.fields if field[0].lower() not in gone)
        return Message(self.start, (*kept, *add), self.body, self.close)

    def encode(self) -> bytes:
        """Return the bytes to send."""
        lines = [self.start, *(name + b": " + value for name, value in self.fields)]
        lines.append(b"Content-Length: %d" % len(self.body))
        if self.close:
            lines.append(b"Connection: close")
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def json_response(status: int, content: Any, *, close: bool = False) -> Message:
    """Return a response with the content type DynamoDB uses."""
    reason = {200: b"OK", 400: b"Bad Request", 500: b"Internal Server Error"}[status]
    fields = ((b"Content-Type", b"application/x-amz-json-1.0"),)
    return Message(b"HTTP/1.1 %d %s" % (status, reason), fields, json.dumps(content).encode(), close)


async def read_message(reader: asyncio.StreamReader) -> Message | None:
    """Read one message; None when the other side closed between two. Raises WireError, ConnectionError."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise WireError("the connection ended inside a message") from error
        return None
    except asyncio.LimitOverrunError as error:
        raise WireError("the message's head is too long") from error
    start, *lines = head[:-4].split(b"\r\n")
    fields = tuple(_field(line) for line in lines)
    framing = {name.lower(): value for name, value in fields}
    if b"transfer-encoding" in framing:
        raise WireError("a Content-Length is needed, and this message is chunked")
    length = framing.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise WireError(f"the Content-Length {length!r} is not a number up to {LARGEST_BODY}")
    try:
        body = await reader.readexactly(int(length))
    except asyncio.IncompleteReadError as error:
        raise WireError("the connection ended inside a message") from error
    kept = tuple(field for field in fields if field[0].lower() not in _FRAMING)
    return Message(start, kept, body, framing.get(b"connection", b"").lower() == b"close")


def _field(line: bytes) -> Field:
    name, colon, value = line.partition(b":")
    if not colon or not name:
        raise WireError(f"{line!r} is not a header field")
    return name, value.strip()
