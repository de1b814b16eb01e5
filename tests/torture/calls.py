"""Where the services meet the table: every call is shown to a player first, who answers it, holds it up or fails it.

A call is one DynamoDB request, or one message handed to a sender: each is a moment at which another worker may act.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

SEND = "Send"
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


@dataclass(frozen=True)
class Request:
    """One call; `body` is its JSON in one spelling."""

    operation: str
    body: str

    @property
    def of_index(self) -> bool:
        return self.operation == "Query" and "IndexName" in json.loads(self.body)

    def __str__(self) -> str:
        body = json.loads(self.body)
        writes = [next(iter(each.items())) for each in body.get("TransactItems", ())]
        touched = [f"{verb} {_name(part)}" for verb, part in writes] or [_name(body)]
        return f"{self.operation}({', '.join(touched)})"


@dataclass(frozen=True)
class Answer:
    """What came back: a result, or an error answer of the table."""

    ok: bool
    body: str


@dataclass(frozen=True)
class Fault:
    """No answer came; `done` says whether the call took effect all the same."""

    done: bool

    def error(self) -> Exception:
        return (ReadTimeoutError if self.done else ConnectTimeoutError)(endpoint_url="http://table")


#: Returns the answer to give, or None to let the call go through; whatever it raises, the caller meets.
Player = Callable[[Request], Answer | None]
_here = threading.local()


@contextmanager
def watched_by(player: Player) -> Iterator[None]:
    """Show this thread's calls to `player`; the player's own calls pass unseen."""
    _here.player = player
    try:
        yield
    finally:
        _here.player = None


def ask_player(request: Request) -> Answer | None:
    """What the player of this thread makes of a call, or None where nobody is watching."""
    player: Player | None = getattr(_here, "player", None)
    if player is None:
        return None
    _here.player = None
    try:
        return player(request)
    finally:
        _here.player = player


def canonical(value: object) -> str:
    """JSON in one spelling."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


@contextmanager
def intercepted(client: Any) -> Iterator[None]:
    """Let players see this client's calls for the length of the block.

    Below everything of pynamodb's, and above botocore's part, which would double the time of a call that is not made.
    """
    through = client._make_api_call

    def make_api_call(operation: str, kwargs: dict[str, Any]) -> object:
        answer = ask_player(Request(operation, canonical(kwargs)))
        if answer is None:
            return through(operation, kwargs)
        parsed = json.loads(answer.body)
        if not answer.ok:
            raise client.exceptions.from_code(parsed["Error"]["Code"])(parsed, operation)
        return parsed

    client._make_api_call = make_api_call
    try:
        yield
    finally:
        del client._make_api_call


def _name(body: dict[str, Any]) -> str:
    key = body.get("Key") or body.get("Item")
    if key is not None:
        return f"{key['pk']['S']}/{key['sk']['S']}"
    if "id" in body:
        return str(body["id"])
    asked = body.get("RequestItems")
    if asked is not None:
        return ", ".join(key["pk"]["S"] for part in asked.values() for key in part["Keys"])
    return str(body.get("IndexName", "")) + str(
        [next(iter(v.values())) for v in body["ExpressionAttributeValues"].values()]
    )
