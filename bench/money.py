"""Capture, settle and redeem: what each costs, and how long it takes against a bare transaction of the same items.

`python -m bench.money` runs the real services against the embedded engine in a process of its own. The bare side sends
the last transaction of each use case again, its items under fresh keys and without their conditions, with the same
client; both take turns. The ratio of the medians travels, the milliseconds do not.
"""

import argparse
import json
import re
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.domain.identifiers import new_id
from chalicelib.domain.leads import Lead
from chalicelib.domain.referrals import Prospect, mark
from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.opened import ENGINE_PYTHON
from chalicelib.services.capture_lead import Door, capture_lead
from chalicelib.services.override_reward import override_reward
from chalicelib.services.settle import settle
from chalicelib.storage.table import Item
from tests.storage.faults import metered
from tests.world import World

Call = Callable[[], object]


@dataclass(frozen=True)
class UseCase:
    """`ready` makes everything that comes before and returns the call that is measured."""

    name: str
    ready: Callable[[World, str], Call]


def _capture(world: World, code: str) -> Call:
    now, ports = world.clock(), world.program.ports
    lead = Lead(Prospect("Sam Lee", world.phone()), "form", now, "bench", code=code)
    door = Door("198.51.100.7", 1_000_000)
    return lambda: capture_lead(ports, lead, new_id("ref", now, ports.random_bytes), door)


def _closed(world: World, code: str) -> str:
    """A referral that is invoiced and not settled yet."""
    ports, now = world.program.ports, world.clock()
    lead = Lead(Prospect("Sam Lee", world.phone()), "form", now, "bench", code=code)
    reference = capture_lead(ports, lead, new_id("ref", now, ports.random_bytes)).reference
    world.clock.forward(seconds=1)
    referral = ports.store.referrals.get(reference)
    if referral is None:
        raise RuntimeError(reference)
    transaction = ports.store.transaction()
    ports.store.referrals.change(transaction, mark(referral, "invoiced", world.clock(), "bench"))
    ports.store.work.plan_settlement(transaction, reference, world.clock())
    transaction.commit()
    return reference


def _settle(world: World, code: str) -> Call:
    reference = _closed(world, code)
    return lambda: settle(world.program.ports, reference)


def _redeem(world: World, code: str) -> Call:
    settled = settle(world.program.ports, _closed(world, code))
    if settled is None or settled.reward is None:
        raise RuntimeError("nothing was issued")
    reward = settled.reward.id
    return lambda: override_reward(world.program.ports, reward, "redeemed", "bench", "used")


USE_CASES = (UseCase("capture", _capture), UseCase("settle", _settle), UseCase("redeem", _redeem))


def measure(rounds: int) -> dict[str, dict[str, Any]]:
    """By use case: round trips, request units, milliseconds of both (medians) and their ratio."""
    with (
        running_engine(EngineSettings(None, ENGINE_PYTHON)) as engine,
        tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder,
        World.open(engine.endpoint, f"b-{uuid.uuid4().hex[:10]}", Path(folder)) as world,
    ):
        # A reward without a balance: open credits are a part of the participant and would grow through the run.
        plan = {"kind": "custom", "text": "thanks"}
        world.settings(submissions_per_hour=100_000, rewards={"customer": plan})
        return {case.name: _measured(world, case, rounds) for case in USE_CASES}


def _measured(world: World, case: UseCase, rounds: int) -> dict[str, Any]:
    # Each case has a participant of its own: what a settlement costs depends on how much its participant has.
    code = world.enrol().id
    call = case.ready(world, code)
    with metered() as meter:
        call()
    ours, bare = [], []
    for _ in range(rounds):
        call = case.ready(world, code)
        sent: list[dict[str, Any]] = []
        with _watching(sent):
            ours.append(_milliseconds(call))
        again = _bare(sent[-1])
        bare.append(_milliseconds(again))
    return {
        "round_trips": len(meter.operations),
        "rru": meter.rru,
        "wru": meter.wru,
        "ms": round(statistics.median(ours), 2),
        "bare_ms": round(statistics.median(bare), 2),
        "ratio": round(statistics.median(ours) / statistics.median(bare), 2),
    }


class _watching:  # noqa: N801 - used as a context manager only
    """Keep every transaction as it went over the wire."""

    def __init__(self, seen: list[dict[str, Any]]) -> None:
        self._seen = seen
        self._events = Item._get_connection().connection.client.meta.events

    def __enter__(self) -> None:
        self._events.register("before-call.dynamodb.TransactWriteItems", self._remember)

    def __exit__(self, *_: object) -> None:
        self._events.unregister("before-call.dynamodb.TransactWriteItems", self._remember)

    def _remember(self, params: dict[str, Any], **_: Any) -> None:
        self._seen.append(json.loads(params["body"]))


def _bare(transaction: dict[str, Any]) -> Call:
    """The same items under fresh keys, no condition asked."""
    client, fresh = Item._get_connection().connection.client, uuid.uuid4().hex[:12]
    operations = []
    for operation in json.loads(json.dumps(transaction["TransactItems"])):
        ((kind, kwargs),) = operation.items()
        key = kwargs.get("Key") or kwargs["Item"]
        key["pk"]["S"] = f"{key['pk']['S']}#{fresh}"
        if kind != "ConditionCheck":
            kwargs.pop("ConditionExpression", None)
            kwargs.pop("ReturnValuesOnConditionCheckFailure", None)
            _without_unused(kwargs)
        else:
            kwargs["ConditionExpression"] = "attribute_not_exists(pk)"
            kwargs.pop("ExpressionAttributeNames", None)
            kwargs.pop("ExpressionAttributeValues", None)
        operations.append({kind: kwargs})
    return lambda: client.transact_write_items(TransactItems=operations)


def _without_unused(kwargs: dict[str, Any]) -> None:
    """DynamoDB refuses names and values that no expression uses."""
    used = set(re.findall(r"[#:]\w+", kwargs.get("UpdateExpression", "")))
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        left = {key: value for key, value in kwargs.pop(name, {}).items() if key in used}
        if left:
            kwargs[name] = left


def _milliseconds(call: Call) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))
