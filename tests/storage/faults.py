"""Stand between the program and the table: watch, hold up, refuse or lose single calls, and measure what they cost."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from chalicelib.storage.table import Item

#: What became of a call: an exception as botocore raises it, the code of an error answer, or None to let it pass.
Fault = BaseException | str | None
_UNIT = 4096
_READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})


@dataclass(frozen=True)
class Call:
    """One call to the table. `number` counts from 1 in the order of the calls."""

    number: int
    operation: str
    body: dict[str, Any]

    @property
    def writes(self) -> bool:
        return self.operation not in _READS

    def touches(self, prefix: str) -> bool:
        """Whether an item of the call has a partition key that begins so."""
        return f'"pk": {{"S": "{prefix}' in json.dumps(self.body)


Judge = Callable[[Call], Fault]


class _Answer:
    """As much of an HTTP answer as botocore looks at."""

    status_code = 400


@contextmanager
def wire(*, before: Judge | None = None, after: Judge | None = None) -> Iterator[list[Call]]:
    """Ask `before` and `after` about each call of the block, on any thread; yields the list the calls are added to.

    A fault from `before` is a call that never reached the table; one from `after` was done and its answer lost.
    Calls that a judge makes itself pass unseen.
    """
    events = Item._get_connection().connection.client.meta.events
    calls: list[Call] = []
    lock, here = threading.Lock(), threading.local()

    def judged(judge: Judge | None, call: Call) -> Fault:
        if judge is None:
            return None
        here.busy = True
        try:
            return judge(call)
        finally:
            here.busy = False

    def on_call(params: dict[str, Any], model: Any, **_: Any) -> object:
        here.call = None
        if getattr(here, "busy", False):
            return None
        with lock:
            call = here.call = Call(len(calls) + 1, model.name, json.loads(params["body"]))
            calls.append(call)
        fault = judged(before, call)
        here.call = call
        if isinstance(fault, BaseException):
            raise fault
        return (_Answer(), _error(fault, call)) if fault else None

    def on_answer(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
        call = getattr(here, "call", None)
        if call is None or getattr(here, "busy", False) or http_response.status_code >= 300:
            return
        fault = judged(after, call)
        if isinstance(fault, BaseException):
            raise fault
        if fault:
            http_response.status_code = _Answer.status_code
            parsed.clear()
            parsed.update(_error(fault, call))

    events.register("before-call.dynamodb", on_call)
    events.register("after-call.dynamodb", on_answer)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", on_call)
        events.unregister("after-call.dynamodb", on_answer)


def unreachable() -> Exception:
    """The call was never made."""
    return ConnectTimeoutError(endpoint_url="http://table")


def answer_lost() -> Exception:
    """The call was made, and nobody knows what became of it."""
    return ReadTimeoutError(endpoint_url="http://table")


class Killed(BaseException):
    """The process died here: nothing on its way out may catch this."""


def only(number: int, fault: Fault) -> Judge:
    """Fail the call with this number."""
    return lambda call: fault if call.number == number else None


def _error(code: str, call: Call) -> dict[str, Any]:
    """An error answer; `TransactionConflict` is spelt as the operation spells it."""
    more: dict[str, Any] = {}
    if code == "TransactionConflict" and "TransactItems" in call.body:
        code = "TransactionCanceledException"
        clash = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
        more = {"CancellationReasons": [clash, *({"Code": "None"} for _ in call.body["TransactItems"][1:])]}
    elif code == "TransactionConflict":
        code = "TransactionConflictException"
    return {"Error": {"Code": code, "Message": "injected by a test"}, "ResponseMetadata": {"HTTPHeaders": {}}, **more}


@dataclass
class Meter:
    """Request units as the engine reports them, indexes included."""

    rru: float = 0
    wru: float = 0
    operations: list[str] = field(default_factory=list)

    @property
    def cost(self) -> tuple[float, float]:
        return self.rru, self.wru


@contextmanager
def metered() -> Iterator[Meter]:
    """Add up what the calls of the block cost, on one thread.

    The engine does not report BatchGetItem: each key counts for one unit, and no item may be larger than that.
    """
    events = Item._get_connection().connection.client.meta.events
    meter = Meter()
    asked: list[dict[str, Any]] = []

    def ask(params: dict[str, Any], **_: Any) -> None:
        asked.append(json.loads(params["body"]))
        params["body"] = json.dumps({**asked[-1], "ReturnConsumedCapacity": "INDEXES"}).encode()

    def add(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        meter.operations.append(model.name)
        reported = parsed.get("ConsumedCapacity") or []
        units = sum(each["CapacityUnits"] for each in (reported if isinstance(reported, list) else [reported]))
        if model.name == "BatchGetItem":
            assert all(len(json.dumps(item)) < _UNIT for items in parsed["Responses"].values() for item in items)
            units = sum(len(wanted["Keys"]) for wanted in asked[-1]["RequestItems"].values())
        if model.name in _READS:
            meter.rru += units
        else:
            meter.wru += units

    events.register("before-call.dynamodb", ask)
    events.register("after-call.dynamodb", add)
    try:
        yield meter
    finally:
        events.unregister("before-call.dynamodb", ask)
        events.unregister("after-call.dynamodb", add)
