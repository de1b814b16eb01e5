"""Housecall Pro, from its webhook at the door to a reward given and taken back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.api.table_watch import nothing_changes, requests_made
from tests.unit.source_payloads import SECRET, encoded, housecallpro_headers, housecallpro_invoice, housecallpro_job
from tests.world import Answer, World

PATH = "/v1/hooks/housecallpro"
BOOKED, DONE, SENT, PAID, VOIDED = (f"2026-05-04T{hour}:00:00Z" for hour in ("08", "09", "10", "11", "12"))


@pytest.fixture(autouse=True)
def secret(world: World) -> None:
    world.program.config = replace(world.program.config, housecallpro_secrets=(SECRET,))


def post(world: World, body: object, *, secret: str = SECRET, age: int = 0) -> Answer:
    raw = body if isinstance(body, bytes) else encoded(body)
    headers = housecallpro_headers(raw, world.clock() - timedelta(seconds=age), secret)
    return world.http("POST", PATH, raw=raw, headers=headers)


def status(world: World, body: object) -> str:
    answer = post(world, body)
    assert answer.status == 202, answer.body
    return str(answer.json["status"])


def reward(world: World, code: str) -> tuple[str, ...]:
    world.settle_down()
    return tuple(item["status"] for item in world.admin("GET", f"rewards?participant_id={code}").json["items"])


def referred(world: World) -> tuple[str, str]:
    """Jane's code, and the phone of Sam, whom she refers."""
    jane, phone = world.enrol().id, world.phone()
    # The day before: an invoice that is older than its referral waits for a person.
    world.clock.forward(days=-1)
    world.lead(jane, phone=phone)
    world.clock.forward(days=1)
    return jane, phone


def paid(at: str = PAID, **parts: Any) -> dict[str, Any]:
    return housecallpro_invoice("invoice.paid", at, status="paid", due_amount=0, paid_at=at, **parts)


def test_booked_done_invoiced_and_voided(world: World) -> None:
    """P5, P29: an invoice that names a job finds the referral of whoever the job belongs to."""
    jane, phone = referred(world)
    assert status(world, housecallpro_job("job.created", BOOKED, phone=phone)) == "stored"
    assert reward(world, jane) == ()
    assert status(world, housecallpro_job("job.completed", DONE, phone=phone)) == "stored"
    assert status(world, housecallpro_invoice("invoice.sent", SENT)) == "stored"
    assert reward(world, jane) == ("issued",)
    assert status(world, paid()) == "stored"
    assert reward(world, jane) == ("issued",)
    assert status(world, housecallpro_invoice("invoice.voided", VOIDED, status="voided")) == "stored"
    assert reward(world, jane) == ("reversed",)
    assert len(world.messages("reward_issued")) == len(world.messages("reward_reversed")) == 1


def test_an_invoice_that_comes_before_its_job_waits(world: World) -> None:
    """Never guessed, never lost: the job says whose it is, minutes later (rule 7)."""
    jane, phone = referred(world)
    status(world, paid())
    assert reward(world, jane) == ()
    (waiting,), _ = world.program.ports.store.events.with_status("waiting", limit=5)
    assert "hcp-job:job_1" in (waiting.reason or "")
    status(world, housecallpro_job("job.completed", DONE, phone=phone))
    world.clock.forward(minutes=2)
    assert reward(world, jane) == ("issued",)


def test_a_refund_of_all_of_it_takes_the_reward_back(world: World) -> None:
    """Rule 6."""
    jane, phone = referred(world)
    status(world, housecallpro_job("job.completed", DONE, phone=phone))
    status(world, paid())
    assert reward(world, jane) == ("issued",)
    refund = {"id": "p-1", "status": "refunded", "amount": 184500}
    status(world, housecallpro_invoice("invoice.updated", VOIDED, payments=[refund]))
    assert reward(world, jane) == ("reversed",)


def test_out_of_order_the_void_holds(world: World) -> None:
    """By the events' own times."""
    jane, phone = referred(world)
    status(world, housecallpro_job("job.completed", DONE, phone=phone))
    for body in (housecallpro_invoice("invoice.voided", VOIDED), paid(), housecallpro_invoice("invoice.sent", SENT)):
        status(world, body)
        assert reward(world, jane) == ()
    standing = [referral["stage"] for referral in world.admin("GET", "referrals").json["items"]]
    status(world, paid("2026-05-04T13:00:00Z"))
    assert (standing, reward(world, jane)) == (["new"], ("issued",))


def test_a_finished_job_makes_a_customer_whom_we_may_ask(world: World) -> None:
    """P10; by the job's id the customer is known again."""
    phone = world.phone()
    status(world, housecallpro_job("job.completed", DONE, phone=phone))
    world.settle_down()
    (sam,) = world.admin("GET", "participants").json["items"]
    assert (sam["name"], sam["phone"]) == ("Sam Lee", phone)
    assert sam["satisfaction"]["job_at"] is not None
    ports = world.program.ports
    keys = [ports.pseudonyms.external(name) for name in ("hcp:cus_1", "hcp-job:job_1")]
    assert [held.participant_id for held in ports.store.identities.find(keys).values()] == [sam["id"]] * 2


def test_a_redelivery_is_known_and_changes_nothing(world: World) -> None:
    """Signed anew, as each delivery is; Housecall Pro gives its events no id."""
    body = housecallpro_job("job.completed", DONE, phone=world.phone())
    with requests_made() as made:
        assert status(world, body) == "stored"
    assert made.count("PutItem") == 1
    world.settle_down()
    world.clock.forward(minutes=30)
    with nothing_changes():
        assert status(world, body) == "known"
        world.settle_down()


def test_what_nobody_needs_is_answered_and_not_kept(world: World) -> None:
    with nothing_changes():
        for event in ("customer.created", "estimate.sent", "job.canceled"):
            assert status(world, housecallpro_job(event, DONE)) == "ignored"


def test_what_is_not_signed_rightly_is_refused(world: World) -> None:
    """A wrong secret, an old or a future signature; two secrets while one is rotated; none at all."""
    body = paid()
    with nothing_changes():
        assert post(world, body, secret="another").status == 401
        assert post(world, body, age=301).status == 401
        assert post(world, body, age=-301).status == 401
        assert world.http("POST", PATH, raw=encoded(body)).status == 401
    assert post(world, body, age=300).status == 202
    world.program.config = replace(world.program.config, housecallpro_secrets=("the-newer-secret", SECRET))
    assert [post(world, body, secret=s).status for s in (SECRET, "the-newer-secret", "another")] == [202, 202, 401]
    for secrets in ((), ("",)):
        world.program.config = replace(world.program.config, housecallpro_secrets=secrets)
        with nothing_changes():
            assert post(world, body, secret="").status == 401


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b"{", b"{}", b'{"event": 1}', b"\xff", b"[" * 60_000])
def test_what_cannot_be_read_is_refused_and_not_stored(world: World, raw: bytes) -> None:
    with nothing_changes():
        assert post(world, raw).status == 400


def test_a_wrong_event_is_refused_by_name(world: World) -> None:
    with nothing_changes():
        answer = post(world, paid("soon", amount="9.50"))
        named = [error["field"] for error in answer.json["errors"]]
        assert named == ["event_occurred_at"]
        assert post(world, paid("2026-05-06T10:00:00Z")).status == 400
        assert post(world, b"{" + b" " * 310_000 + b"}").status == 413
