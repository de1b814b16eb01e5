"""A program that speaks its own JSON, from its webhook at the door to a reward given and taken back."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.settings import DEFAULTS
from chalicelib.inbound.signatures import sign_standard
from tests.api.table_watch import nothing_changes
from tests.unit.source_payloads import encoded
from tests.world import EVENTS_SECRET, Answer, World

SECRET = "whsec_bWFwcGVkLXNlY3JldC1vZi0zMi1ieXRlcy1sb25nISE="
ZAPIER: dict[str, Any] = {
    "type": "event",
    "types": {"Sent": "invoice.issued", "Paid": "invoice.paid", "Void": "invoice.voided", "Job": "job.completed"},
    "id": "zap_id",
    "at": "happened",
    "customer_id": "client.ref",
    "customer_name": "client.name",
    "customer_phone": "client.phone",
    "customer_email": "client.email",
    "invoice_id": "invoice.ref",
    "invoice_amount": "invoice.total",
    "currency": "'USD'",
}


@pytest.fixture(autouse=True)
def zapier(world: World) -> None:
    world.program.config = replace(world.program.config, mapped_secrets=(SECRET,))
    have_sources(world, {"zapier": ZAPIER})


def have_sources(world: World, sources: dict[str, Any]) -> None:
    if "sources" in DEFAULTS:
        world.settings(sources=sources)
        return
    # Until the settings know the key: as if they had been read a moment ago.
    settings = world.program.settings()
    changed = replace(settings, raw={**settings.raw, "sources": sources})
    world.program._settings = (time.monotonic() + 3600, changed)


def payload(event: str, hour: int, phone: str, **parts: Any) -> dict[str, Any]:
    return {
        "event": event,
        "happened": f"2026-05-04T{hour:02d}:00:00Z",
        "client": {"ref": 7, "name": "Sam Lee", "phone": phone},
        "invoice": {"ref": 1042, "total": "1845.00"},
        **parts,
    }


def post(world: World, body: object, *, secret: str | None = SECRET, name: str = "zapier", **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else encoded(body)
    sent = {"X-Goodword-Secret": secret, **headers} if secret is not None else headers
    return world.http("POST", f"/v1/hooks/mapped/{name}", raw=raw, headers=sent)


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


def test_sent_paid_and_voided(world: World) -> None:
    """P5, P29: Zapier needs no code of ours."""
    jane, phone = referred(world)
    assert status(world, payload("Sent", 10, phone)) == "stored"
    assert reward(world, jane) == ("issued",)
    assert status(world, payload("Paid", 11, phone)) == "stored"
    assert reward(world, jane) == ("issued",)
    assert status(world, payload("Void", 12, "gone")) == "stored"
    assert reward(world, jane) == ("reversed",)
    assert len(world.messages("reward_issued")) == len(world.messages("reward_reversed")) == 1


def test_out_of_order_the_void_holds(world: World) -> None:
    jane, phone = referred(world)
    for event, hour in (("Void", 12), ("Paid", 11), ("Sent", 10)):
        status(world, payload(event, hour, phone))
        assert reward(world, jane) == ()


def test_a_redelivery_is_known_and_changes_nothing(world: World) -> None:
    """By the sender's own name for it, else by its contents."""
    jane, phone = referred(world)
    assert status(world, payload("Paid", 11, phone)) == "stored"
    assert reward(world, jane) == ("issued",)
    named = payload("Paid", 11, phone, zap_id="z-1")
    assert status(world, named) == "stored"
    world.settle_down()
    with nothing_changes():
        assert status(world, payload("Paid", 11, phone)) == "known"
        assert status(world, {**named, "happened": "2026-05-04T11:00:01Z"}) == "known"
        world.settle_down()


def test_a_program_that_can_sign_may_sign(world: World) -> None:
    """Standard Webhooks with the same secret; a wrong signature is not made good by a right secret beside it."""
    raw = encoded(payload("Sent", 10, world.phone()))
    signed = sign_standard("msg_1", world.clock(), raw, SECRET)
    assert post(world, raw, secret=None, **signed).json == {"status": "stored"}
    with nothing_changes():
        again = sign_standard("msg_1", world.clock(), raw + b" ", SECRET)
        assert post(world, raw + b" ", secret=None, **again).json == {"status": "known"}
        assert post(world, raw + b"  ", secret=None, **signed).status == 401
        assert post(world, raw + b"  ", secret=SECRET, **signed).status == 401


def test_what_does_not_carry_the_secret_is_refused(world: World) -> None:
    """Another hook's, a part of it, none; a key of the admin API opens nothing here."""
    body = payload("Sent", 10, world.phone())
    with nothing_changes():
        for secret in (None, "", EVENTS_SECRET, SECRET[:-1], SECRET.lower(), f"{SECRET},{SECRET}"):
            assert post(world, body, secret=secret).status == 401
        assert post(world, body, secret=None, authorization=f"Bearer {world.owner}").status == 401
        assert post(world, body, secret=None, name="nobody").status == 401
    world.program.config = replace(world.program.config, mapped_secrets=("the-newer-secret", SECRET))
    assert [post(world, body, secret=s).status for s in (SECRET, "the-newer-secret", "another")] == [202, 202, 401]
    for secrets in ((), ("",), ("short",)):
        world.program.config = replace(world.program.config, mapped_secrets=secrets)
        with nothing_changes():
            assert post(world, body, secret="".join(secrets)).status == 401


def test_a_source_that_nobody_set_up_is_not_there(world: World) -> None:
    with nothing_changes():
        for name in ("other", "Zapier", "zapier%20"):
            assert post(world, payload("Sent", 10, world.phone()), name=name).status == 404


def test_a_word_that_is_not_listed_is_answered_and_not_kept(world: World) -> None:
    with nothing_changes():
        assert status(world, payload("Viewed", 10, world.phone())) == "ignored"


def test_what_is_missing_is_refused_by_name(world: World) -> None:
    """In the words of the expression, or of the event it should have become (rule 7)."""
    phone = world.phone()
    with nothing_changes():
        for body, field in (
            (payload("Sent", 10, phone, invoice={"ref": 1, "total": "9,50"}), "invoice_amount"),
            (payload("Sent", 10, phone, client="Sam"), "data.customer"),
            (payload("Sent", 10, phone, invoice={}), "data.invoice.id"),
            (payload("Sent", 10, phone, happened="yesterday"), "timestamp"),
            (payload("Sent", 10, phone, happened="2026-05-06T10:00:00Z"), "timestamp"),
            ({}, "type"),
            ([1, 2], "type"),
        ):
            answer = post(world, body)
            assert answer.status == 400
            assert field in [error["field"] for error in answer.json["errors"]], (field, answer.body)


@pytest.mark.parametrize("raw", [b"", b"{", b'{"a": 1, "a": 2}', b"NaN", b"\xff", b"[" * 60_000, b"[1], 2"])
def test_what_cannot_be_read_is_refused_and_not_stored(world: World, raw: bytes) -> None:
    with nothing_changes():
        assert post(world, raw).status == 400


def test_what_was_stored_keeps_its_meaning_when_the_settings_change(world: World) -> None:
    """It was accepted as this event, and is worked off as it, whatever becomes of its source."""
    jane, phone = referred(world)
    status(world, payload("Sent", 10, phone))
    have_sources(world, {"zapier": None})
    assert reward(world, jane) == ("issued",)


def test_an_event_without_a_time_happened_when_it_came(world: World) -> None:
    have_sources(world, {"plain": {"type": "'job.completed'", "customer_name": "n", "customer_phone": "[p] | [0]"}})
    raw = json.dumps({"n": "Al Bo", "p": 4155550142}).encode()
    assert post(world, raw, name="plain").json == {"status": "stored"}
    world.settle_down()
    (al,) = world.admin("GET", "participants").json["items"]
    assert (al["phone"], al["satisfaction"]["job_at"]) == ("+14155550142", "2026-05-04T15:00:00Z")
