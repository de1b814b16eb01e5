"""One table of the real engine that can be put into any state it was ever in, and what each call does there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from chalicelib.storage.table import Item, Key
from tests.torture.calls import READS, SEND, Answer, Request, canonical

_MOST_WRITES = 25


@dataclass(frozen=True)
class State:
    """Everything there is: the items as the engine keeps them, and the ids of the messages that left, in order."""

    items: frozenset[tuple[Key, str]]
    sent: tuple[str, ...] = ()


class Table:
    """Does each call once for each state it is made in: the engine is asked again only for what is new.

    That is sound because the engine does one call at a time and looks at nothing but its items. States are numbered,
    which makes them cheap to compare.
    """

    def __init__(self, client: Any) -> None:
        self.client = client
        self.calls_made = 0
        self._states: list[State] = []
        self._numbers: dict[State, int] = {}
        self._known: dict[tuple[Request, int], tuple[Answer, int]] = {}
        self._stands: frozenset[tuple[Key, str]] = frozenset()
        self.empty = self.number_of(State(frozenset()))

    def __getitem__(self, number: int) -> State:
        return self._states[number]

    def number_of(self, state: State) -> int:
        if state not in self._numbers:
            self._numbers[state] = len(self._states)
            self._states.append(state)
        return self._numbers[state]

    def apply(self, request: Request, number: int) -> tuple[Answer, int]:
        """What the call answers in this state, and the state after it."""
        if (request, number) not in self._known:
            self._known[request, number] = self._applied(request, number)
        return self._known[request, number]

    def _applied(self, request: Request, number: int) -> tuple[Answer, int]:
        state = self._states[number]
        if request.operation == SEND:
            sent = (*state.sent, json.loads(request.body)["id"])
            return Answer(ok=True, body="{}"), self.number_of(State(state.items, sent))
        self.restore(number)
        self.calls_made += 1
        try:
            found = getattr(self.client, xform_name(request.operation))(**json.loads(request.body))
        except ClientError as error:
            return Answer(ok=False, body=_plain(error.response)), number
        answer = Answer(ok=True, body=_plain(found))
        return answer, number if request.operation in READS else self.look(state.sent)

    def look(self, sent: tuple[str, ...] = ()) -> int:
        """The state the engine is in now."""
        items: list[tuple[Key, str]] = []
        cursor: dict[str, Any] = {}
        while True:
            page = self.client.scan(TableName=Item.Meta.table_name, ConsistentRead=True, **cursor)
            items.extend(((raw["pk"]["S"], raw["sk"]["S"]), canonical(raw)) for raw in page["Items"])
            if "LastEvaluatedKey" not in page:
                break
            cursor = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        self._stands = frozenset(items)
        return self.number_of(State(self._stands, sent))

    def restore(self, number: int) -> None:
        """Put the engine's table into this state."""
        wanted = self._states[number].items
        if wanted == self._stands:
            return
        kept = {key for key, _ in wanted}
        writes = [{"PutRequest": {"Item": json.loads(raw)}} for _, raw in wanted - self._stands]
        gone = [key for key, _ in self._stands if key not in kept]
        writes += [{"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in gone]
        for start in range(0, len(writes), _MOST_WRITES):
            batch = {Item.Meta.table_name: writes[start : start + _MOST_WRITES]}
            answer = self.client.batch_write_item(RequestItems=batch)
            assert not answer.get("UnprocessedItems")
        self._stands = wanted


def rows(state: State) -> Iterable[dict[str, Any]]:
    """The items as plain values."""
    return (_row(raw) for _, raw in state.items)


@lru_cache(maxsize=100_000)
def _row(raw: str) -> dict[str, Any]:
    return {name: _value(*next(iter(value.items()))) for name, value in json.loads(raw).items()}


def _value(kind: str, value: Any) -> Any:
    if kind == "N":
        return int(value)
    return json.loads(value) if kind == "S" and value[:1] in {"{", "["} else value


def _plain(answer: dict[str, Any]) -> str:
    return canonical({name: value for name, value in answer.items() if name != "ResponseMetadata"})
