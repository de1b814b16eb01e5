"""Every status the document names for an operation is provoked once; the gateway checks each answer's shape."""

import json
from typing import cast

import pytest

from chalicelib.api.callers import COOKIE
from chalicelib.services.keys import issue_key
from tests.api.openapi_contract import CheckedGateway, Operation, operations
from tests.api.provoke import Provoker
from tests.api.table_watch import table_unreachable
from tests.world import World

OPERATIONS = {op.id: op for op in operations()}


@pytest.fixture
def provoker(busy_world: World) -> Provoker:
    """Knows how to bring about each answer of each operation."""
    return Provoker(busy_world, issue_key(busy_world.program.ports, "staff", "desk", "test"))


def target(world: World, operation: Operation) -> str:
    code = world.enrol().id if "{code}" in operation.path else ""
    return operation.path.format(
        code=code,
        referral_id="ref_0",
        reward_id="rew_0-1",
        discount_code="0123456789",
        name="zapier",
        webhook_id="whk_0",
        token="0",
        invoice_id="crm:i0",
        commitment_id="com_0000ZZZZ-1",
        user_id="usr_0",
        kid="0000zzzz",
        file="participants.csv",
    )


def json_examples(operation: Operation) -> list[object]:
    content = operation.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    return [content["example"]] if "example" in content else [e["value"] for e in content.get("examples", {}).values()]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_status_of_an_operation_can_happen(provoker: Provoker, operation: Operation) -> None:
    """At least a success and each refusal that is named; what is provoked and not named fails too."""
    world = provoker.world
    gateway = cast(CheckedGateway, world.gateway)
    gateway.seen.clear()
    key = {"authorization": f"Bearer {world.owner}"}
    path = target(world, operation)
    world.http(operation.method, path, headers={**key, "content-type": "text/csv"})
    if operation.request_types:
        raw = b"{" + b" " * 310 * 1024 + b"}"
        world.http(operation.method, path, raw=raw, headers={**key, **provoker.shared(operation)})
        world.http(operation.method, path, raw=b"[", headers={**key, **provoker.signed(operation, b"[")})
    if operation.role != "public":
        world.http(operation.method, path, raw=b"{}")
    if operation.role == "owner":
        world.http(operation.method, path, raw=b"{}", headers={"authorization": f"Bearer {provoker.staff}"})
    if operation.role in {"staff", "owner"} and operation.method != "GET":
        elsewhere = {"cookie": f"{COOKIE}=x", "origin": "https://evil.example.com"}
        world.http(operation.method, path, raw=b"{}", headers=elsewhere)
    getattr(provoker, operation.id)()
    with table_unreachable():
        provoker.unreachable(operation, path)
    assert {status for name, status in gateway.seen if name == operation.id} == operation.statuses


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_an_unknown_path_or_method_is_a_problem_too(busy_world: World, method: str) -> None:
    """404 for a path, 405 with Allow for a method."""
    assert busy_world.http(method, "/v1/nothing/here").status == 404
    known = {op.method for op in OPERATIONS.values() if op.path == "/v1/admin/settings"}
    answer = busy_world.http(method, "/v1/admin/settings", raw=b"{}")
    if method not in known:
        assert answer.status == 405
        assert set(answer.headers["Allow"].split(", ")) == known


def test_the_examples_of_the_document_are_accepted(provoker: Provoker) -> None:
    """Whoever copies one gets the answer that stands beside it."""
    world = provoker.world
    jane = world.enrol("Jane Example")
    world.event("job.completed", {"customer": {"phone": jane.phone}})
    world.settle_down()
    referral = world.lead(None, referred_by="Jane Example").json["reference"]
    referral_made = provoker.referral()["id"]
    for operation in OPERATIONS.values():
        path = operation.path.format(
            code=jane.id,
            reward_id=provoker.reward(),
            discount_code=provoker.discount(),
            name="zapier",
            token="0",
            webhook_id=provoker.webhook() if "webhook" in operation.path else "",
            invoice_id="crm:i0",
            commitment_id=provoker.commitment() if "commitment" in operation.path else "",
            user_id=provoker.user(),
            kid="0000zzzz",
            file="participants.csv",
            referral_id=referral if "mentions" in operation.path else referral_made,
        )
        for example in json_examples(operation):
            raw = json.dumps(example).replace("7KQ2M9XA", jane.id).encode()
            headers = {"authorization": f"Bearer {world.owner}", **provoker.signed(operation, raw)}
            answer = world.http(operation.method, path, raw=raw, headers=headers)
            assert answer.status < 300, (operation.id, answer.body)


@pytest.mark.parametrize("path", ["/v1/leads", "/v1/admin/participants"])
def test_every_answer_with_a_body_says_what_it_is(busy_world: World, path: str) -> None:
    """API Gateway adds a type where there is none; the one-machine server, and a cache before it, do not."""
    body = {"name": "Sam Lee", "phone": busy_world.phone()} | ({"referred_by": "J"} if path == "/v1/leads" else {})
    answer = busy_world.http("POST", path, body, headers={"authorization": f"Bearer {busy_world.owner}"})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
