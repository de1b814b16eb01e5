"""Workers: the real services with a fixed clock and fixed randomness, so that what they do depends on answers alone."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from botocore.exceptions import BotoCoreError, ConnectTimeoutError

from chalicelib.domain.errors import Contended, GoodwordError
from chalicelib.services.ports import Outgoing, Outside, Ports, SendError
from tests.torture.calls import SEND, Answer, Fault, Request, ask_player, canonical, watched_by
from tests.torture.table import Table

History = Sequence[Answer | Fault]


@dataclass(frozen=True)
class Tools:
    """What a worker works with."""

    ports: Ports
    outside: Outside

    def at(self, now: datetime, seed: str) -> "Tools":
        """The same with a clock that stands and randomness that repeats."""
        drawn = random.Random(seed)
        return replace(self, ports=replace(self.ports, now=lambda: now, random_bytes=drawn.randbytes))


@dataclass(frozen=True)
class Worker:
    """One who does a piece of work. `again`: a machine sees to it that it is done again after a crash."""

    name: str
    act: Callable[[Tools], object]
    now: datetime
    again: bool = True


@dataclass(frozen=True)
class Outcome:
    """How a worker ended; `error` is None where it did what it was asked."""

    error: str | None = None
    expected: bool = True


class Waiting(BaseException):
    """The worker stands before a call whose answer is not known yet; nothing on its way out may catch this."""

    def __init__(self, request: Request) -> None:
        self.request = request
        super().__init__(request)


class ShownSender:
    """Hands messages to whoever watches this thread's calls."""

    def send(self, message: Outgoing) -> str:
        try:
            ask_player(Request(SEND, canonical({"id": message.id, "to": message.to})))
        except BotoCoreError as error:
            raise SendError("no answer", certain=isinstance(error, ConnectTimeoutError)) from error
        return f"provider-{message.id}"


def play(worker: Worker, tools: Tools, answers: History, seed: str = "") -> Request | Outcome:
    """Run a worker on these answers; returns the call it stands before then, or how it ended."""
    left = iter(answers)

    def answered(request: Request) -> Answer:
        given = next(left, None)
        if given is None:
            raise Waiting(request)
        if isinstance(given, Fault):
            raise given.error()
        return given

    try:
        with watched_by(answered):
            return perform(worker, tools, seed)
    except Waiting as waiting:
        return waiting.request


def run_alone(worker: Worker, tools: Tools, table: Table, state: int, seed: str = "") -> tuple[Outcome, int]:
    """Run a worker to its end with nobody beside it; returns how it ended and the state it left."""

    def answered(request: Request) -> Answer:
        nonlocal state
        answer, state = table.apply(request, state)
        return answer

    with watched_by(answered):
        outcome = perform(worker, tools, seed)
    return outcome, state


def perform(worker: Worker, tools: Tools, seed: str = "") -> Outcome:
    """Run a worker to its end, whatever that is."""
    try:
        worker.act(tools.at(worker.now, f"{worker.name} {seed}"))
    except GoodwordError as error:
        return Outcome(f"{type(error).__name__}: {error}", expected=not isinstance(error, Contended))
    except Exception as error:  # noqa: BLE001 - whatever a worker raises is what the schedule brought to light
        return Outcome(f"{type(error).__name__}: {error}", expected=False)
    return Outcome()


def senders() -> Mapping[str, ShownSender]:
    return {"sms": ShownSender(), "email": ShownSender()}
