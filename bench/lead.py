"""A lead through the whole application, against a bare Chalice route that does one transaction of the same items.

CPU time of this process, user and system, interleaved; the engine runs in a process of its own. Print the ratio.
"""

import argparse
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from chalice import Chalice

from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.gateway import Gateway
from chalicelib.local.opened import ENGINE_PYTHON
from chalicelib.storage.table import Item
from tests.world import World

BLOCK = 50


def measure(rounds: int) -> dict[str, float]:
    """Return CPU microseconds of both, and the ratio of their medians over `rounds` interleaved blocks."""
    with (
        running_engine(EngineSettings(None, ENGINE_PYTHON)) as engine,
        tempfile.TemporaryDirectory(dir=_tmpfs()) as folder,
        World.open(engine.endpoint, f"b-{uuid.uuid4().hex[:10]}", Path(folder)) as world,
    ):
        world.settings(submissions_per_hour=100_000)
        code = world.enrol().id
        world.program.settings()
        bare = _bare(engine.endpoint, _captured(world, code))
        numbers = iter(range(2_000_000, 9_999_999))

        def lead() -> None:
            body = {"code": code, "name": "Sam Lee", "phone": f"+1212{next(numbers)}", "sms_consent": True}
            answer = world.http("POST", "/v1/leads", body)
            if answer.status != 202:
                raise RuntimeError(answer.body)

        app_times, bare_times = [], []
        for _ in range(rounds):
            app_times.append(_cpu(lead))
            bare_times.append(_cpu(bare))
    app, floor = statistics.median(app_times), statistics.median(bare_times)
    return {"app_us": round(app), "bare_us": round(floor), "ratio": round(app / floor, 3)}


def _captured(world: World, code: str) -> list[dict[str, Any]]:
    """The items of one real lead's transaction, as they went over the wire."""
    seen: list[dict[str, Any]] = []
    events = Item._get_connection().connection.client.meta.events

    def remember(params: dict[str, Any], **_: Any) -> None:
        seen.append(json.loads(params["body"]))

    events.register("before-call.dynamodb.TransactWriteItems", remember, unique_id="bench")
    world.http("POST", "/v1/leads", {"code": code, "name": "Sam Lee", "phone": "+12125550123", "sms_consent": True})
    events.unregister("before-call.dynamodb.TransactWriteItems", unique_id="bench")
    items: list[dict[str, Any]] = seen[0]["TransactItems"]
    return items


def _bare(endpoint: str, items: list[dict[str, Any]]) -> Callable[[], None]:
    """A route that parses JSON and writes the same items under fresh keys, with boto3's own client."""
    app = Chalice(app_name="bare")
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    text = json.dumps(items)

    @app.route("/v1/leads", methods=["POST"])
    def post() -> dict[str, str]:
        fields = app.current_request.json_body
        client.transact_write_items(TransactItems=fresh.pop())
        return {"reference": fields["name"]}

    gateway = Gateway(app)
    body = json.dumps({"code": "X", "name": "Sam Lee", "phone": "+12125550123", "sms_consent": True}).encode()
    fresh: list[list[dict[str, Any]]] = []

    def call() -> None:
        status, _, answer = gateway.handle(
            "POST", "/v1/leads", {"content-type": "application/json"}, body, "198.51.100.7"
        )
        if status != 200:
            raise RuntimeError(answer)

    def prepare() -> None:
        # Outside the measurement: every item but the shared ones under a key nobody has used.
        fresh[:] = [_renamed(json.loads(text)) for _ in range(BLOCK)]

    call.prepare = prepare  # type: ignore[attr-defined]
    return call


def _renamed(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    mark = uuid.uuid4().hex[:12]
    for operation in items:
        ((_, kwargs),) = operation.items()
        key = kwargs.get("Key") or kwargs["Item"]
        if key["pk"]["S"][:2] in {"R#", "I#", "M#"}:
            key["pk"]["S"] = key["pk"]["S"][:-12] + mark
    return items


def _cpu(call: Callable[[], None]) -> float:
    prepare = getattr(call, "prepare", None)
    if prepare is not None:
        prepare()
    started = time.process_time()
    for _ in range(BLOCK):
        call()
    return (time.process_time() - started) / BLOCK * 1e6


def _tmpfs() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    print(json.dumps(measure(parser.parse_args().rounds), indent=2))
