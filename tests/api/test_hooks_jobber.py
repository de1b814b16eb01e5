"""Jobber, from its webhook at the door to a reward given and taken back."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.inbound import jobber
from chalicelib.inbound.access import JobberAccess
from tests.api.table_watch import nothing_changes, requests_made
from tests.unit.source_payloads import (
    SECRET,
    FakeApi,
    body_hmac,
    encoded,
    jobber_client,
    jobber_event,
    jobber_invoice,
)
from tests.world import Answer, World

ITEM, JOB, PAYMENT = "aW52b2ljZS8x", "am9iLzE=", "cGF5LzE="
CREATED, PAID, GONE = (f"2026-05-04T{hour}:00:00Z" for hour in ("10", "11", "12"))


@pytest.fixture
def api(world: World) -> FakeApi:
    """Jobber without anything; the world's hook has its secret."""
    fake = FakeApi()
    world.program.config = replace(world.program.config, jobber_secrets=(SECRET,))
    outside = world.program.outside
    parse = jobber.parser(jobber.JobberApi(JobberAccess(url="https://jobber.example.com", token="t"), fake))
    world.program.outside = replace(outside, parsers={**outside.parsers, "jobber": parse})
    return fake


def post(world: World, body: object, *, secret: str = SECRET) -> Answer:
    raw = body if isinstance(body, bytes) else encoded(body)
    return world.http("POST", "/v1/hooks/jobber", raw=raw, headers={"X-Jobber-Hmac-SHA256": body_hmac(raw, secret)})


def status(world: World, body: object) -> str:
    answer = post(world, body)
    assert answer.status == 202, answer.body
    return str(answer.json["status"])


def reward(world: World, code: str) -> tuple[str, ...]:
    world.settle_down()
    return tuple(item["status"] for item in world.admin("GET", f"rewards?participant_id={code}").json["items"])


def show(api: FakeApi, phone: str, at: str, **invoice: Any) -> None:
    """From now on Jobber answers so about the invoice and its payment."""
    found = jobber_invoice(at, phone=phone, **invoice)
    api.put(ITEM, {"data": {"invoice": found}})
    api.put(PAYMENT, {"data": {"paymentRecord": {"id": PAYMENT, "invoice": found}}})


def referred(world: World) -> tuple[str, str]:
    """Jane's code, and the phone of Sam, whom she refers."""
    jane, phone = world.enrol().id, world.phone()
    # The day before: an invoice that is older than its referral waits for a person.
    world.clock.forward(days=-1)
    world.lead(jane, phone=phone)
    world.clock.forward(days=1)
    return jane, phone


@pytest.mark.parametrize("spelling", ["occurredAt", "occuredAt"])
def test_issued_paid_and_deleted(world: World, api: FakeApi, spelling: str) -> None:
    """P5, P29; newer and older apps."""
    world.settings(trigger="paid")
    jane, phone = referred(world)
    show(api, phone, CREATED)
    assert status(world, jobber_event("INVOICE_CREATE", ITEM, CREATED, spelling=spelling)) == "stored"
    assert reward(world, jane) == ()
    show(api, phone, PAID, status="paid", balance=0)
    assert status(world, jobber_event("PAYMENT_CREATE", PAYMENT, PAID, spelling=spelling)) == "stored"
    assert reward(world, jane) == ("issued",)
    api.answers.clear()
    assert status(world, jobber_event("INVOICE_DESTROY", ITEM, GONE, spelling=spelling)) == "stored"
    assert reward(world, jane) == ("reversed",)
    assert len(world.messages("reward_issued")) == len(world.messages("reward_reversed")) == 1


def test_the_door_stores_and_asks_nobody(world: World, api: FakeApi) -> None:
    """Jobber waits for one second: one write, and nothing fetched."""
    with requests_made() as made:
        status(world, jobber_event("INVOICE_CREATE", ITEM, CREATED))
    assert (made, api.asked) == (["PutItem"], [])


def test_a_redelivery_is_known_and_changes_nothing(world: World, api: FakeApi) -> None:
    """Jobber gives its events no id."""
    jane, phone = referred(world)
    show(api, phone, CREATED)
    body = jobber_event("INVOICE_CREATE", ITEM, CREATED)
    status(world, body)
    assert reward(world, jane) == ("issued",)
    with nothing_changes():
        assert status(world, body) == "known"
        world.settle_down()


def test_out_of_order_the_deletion_holds(world: World, api: FakeApi) -> None:
    """The invoice could still be read when its older events were worked off."""
    jane, phone = referred(world)
    show(api, phone, CREATED)
    status(world, jobber_event("INVOICE_DESTROY", ITEM, GONE))
    status(world, jobber_event("INVOICE_CREATE", ITEM, CREATED))
    assert reward(world, jane) == ()


def test_while_jobber_is_down_the_event_waits(world: World, api: FakeApi) -> None:
    """Down, then throttled, then up (rule 7)."""
    jane, phone = referred(world)
    api.down = True
    status(world, jobber_event("INVOICE_CREATE", ITEM, CREATED))
    assert reward(world, jane) == ()
    api.down = False
    api.put(ITEM, {"errors": [{"message": "Throttled"}]})
    world.clock.forward(minutes=2)
    assert reward(world, jane) == ()
    (waiting,), _ = world.program.ports.store.events.with_status("waiting", limit=5)
    assert "Throttled" in (waiting.reason or "")
    show(api, phone, CREATED)
    world.clock.forward(minutes=11)
    assert reward(world, jane) == ("issued",)


def test_a_closed_job_makes_a_customer_whom_we_may_ask(world: World, api: FakeApi) -> None:
    """P10: the ask starts with the finished job."""
    api.put(JOB, {"data": {"job": {"id": JOB, "client": jobber_client(world.phone())}}})
    assert status(world, jobber_event("JOB_CLOSED", JOB, CREATED)) == "stored"
    world.settle_down()
    (sam,) = world.admin("GET", "participants").json["items"]
    assert sam["name"] == "Sam Lee"
    assert sam["satisfaction"]["job_at"] is not None


def test_what_nobody_needs_is_answered_and_not_kept(world: World, api: FakeApi) -> None:
    with nothing_changes():
        assert status(world, jobber_event("CLIENT_CREATE", "x", CREATED)) == "ignored"


def test_secrets(world: World, api: FakeApi) -> None:
    """Two while one is rotated; none, an empty one and another refuse."""
    body = jobber_event("CLIENT_CREATE", "x", CREATED)
    world.program.config = replace(world.program.config, jobber_secrets=("the-newer-secret", SECRET))
    assert [post(world, body, secret=s).status for s in (SECRET, "the-newer-secret", "another")] == [202, 202, 401]
    for secrets in ((), ("",)):
        world.program.config = replace(world.program.config, jobber_secrets=secrets)
        with nothing_changes():
            assert post(world, jobber_event("INVOICE_CREATE", ITEM, CREATED), secret="").status == 401


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"{", b"{}", b'{"data": 1}', b"\xff", b"[" * 60_000])
def test_what_cannot_be_read_is_refused_and_not_stored(world: World, api: FakeApi, raw: bytes) -> None:
    with nothing_changes():
        assert post(world, raw).status == 400


def test_a_wrong_event_is_refused_by_name(world: World, api: FakeApi) -> None:
    with nothing_changes():
        answer = post(world, jobber_event("INVOICE_CREATE", ITEM, "soon"))
        assert [error["field"] for error in answer.json["errors"]] == ["data.webHookEvent.occurredAt"]
        assert post(world, jobber_event("INVOICE_CREATE", ITEM, "2026-05-06T10:00:00Z")).status == 400
        assert post(world, b"{" + b" " * 310_000 + b"}").status == 413
