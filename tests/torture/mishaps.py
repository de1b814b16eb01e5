"""What can go wrong with one call to the table, drawn by Hypothesis and injected below the program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from botocore.exceptions import BotoCoreError
from hypothesis import strategies as st
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.errors import GoodwordError
from tests.storage.faults import Call, Fault, Killed, answer_lost, unreachable, wire

T = TypeVar("T")
Kind = Literal["throttled", "conflict", "unreachable", "answer lost", "killed before", "killed after"]
_KINDS: tuple[Kind, ...] = ("throttled", "conflict", "unreachable", "answer lost", "killed before", "killed after")
_MOST_CALLS = 16


@dataclass(frozen=True)
class Mishap:
    """`kind` happens to the `number`th call of a piece of work."""

    kind: Kind
    number: int

    def before(self, call: Call) -> Fault:
        if call.number != self.number:
            return None
        match self.kind:
            case "throttled":
                return "ProvisionedThroughputExceededException"
            case "conflict" if call.writes:
                return "TransactionConflict"
            case "unreachable":
                return unreachable()
            case "killed before":
                return Killed()
        return None

    def after(self, call: Call) -> Fault:
        if call.number != self.number or not call.writes:
            return None
        return {"answer lost": answer_lost(), "killed after": Killed()}.get(self.kind)


#: Two pieces of work of three go well.
mishaps = st.one_of(st.none(), st.none(), st.builds(Mishap, st.sampled_from(_KINDS), st.integers(1, _MOST_CALLS)))


def attempt(work: Callable[[], T], mishap: Mishap | None) -> T | None:
    """Do a piece of work; None where it was refused, failed or abandoned, which only a mishap may bring about."""
    if mishap is None:
        try:
            return work()
        except GoodwordError:
            return None
    with wire(before=mishap.before, after=mishap.after):
        try:
            return work()
        except (GoodwordError, PynamoDBException, BotoCoreError, Killed):
            return None
