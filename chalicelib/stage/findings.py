"""What a look at a stage found, and how a look is taken: one that is not allowed is a finding too."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

State = Literal["ok", "to do", "unknown"]


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, and in plain words what that means or what to do."""

    what: str
    state: State
    words: str


def ok(what: str, words: str) -> Finding:
    return Finding(what, "ok", words)


def to_do(what: str, words: str) -> Finding:
    return Finding(what, "to do", words)


def judged(what: str, fine: bool, words: str, otherwise: str) -> Finding:
    """OK with `words`, or to do with `otherwise`."""
    return ok(what, words) if fine else to_do(what, otherwise)


@dataclass(frozen=True)
class Stage:
    """A stage: its name, its region, what makes clients, and what its stack says of itself."""

    name: str
    region: str
    client: Callable[..., Any]
    outputs: dict[str, str]
    parameters: dict[str, str]

    def asked_for(self, parameter: str) -> str | None:
        """A parameter of the stack, or None where it is empty."""
        return self.parameters.get(parameter) or None


Look = Callable[[Stage], Iterable[Finding]]


def looked(what: str, look: Look, stage: Stage) -> Iterator[Finding]:
    """What a look found; where it could not be taken, that and why."""
    try:
        yield from look(stage)
    except (ClientError, BotoCoreError, ResponseParserError, KeyError) as error:
        yield unseen(what, error)


def unseen(what: str, error: Exception) -> Finding:
    """That it could not be looked at, and why."""
    why = f"{type(error).__name__}: {error}"
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        why = f"{told.get('Code')}: {told.get('Message')}"
    return Finding(what, "unknown", f"could not look, because {why}")
