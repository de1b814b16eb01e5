"""QuickBooks Online, from its notice at the door to a reward given and taken back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.inbound import quickbooks
from chalicelib.inbound.access import QuickBooksAccess
from chalicelib.inbound.quickbooks_api import QuickBooksApi
from tests.api.table_watch import nothing_changes
from tests.unit.source_payloads import (
    QUICKBOOKS_PAYMENT,
    SECRET,
    FakeApi,
    body_hmac,
    cloud_event,
    encoded,
    old_notice,
    quickbooks_customer,
    quickbooks_invoice,
)
from tests.world import Answer, World

PATH = "/v1/hooks/quickbooks"
CREATED, PAID, VOIDED = (f"2026-05-04T{hour}:00:00Z" for hour in ("10", "11", "12"))


@pytest.fixture
def api(world: World) -> FakeApi:
    """QuickBooks with an empty book; the world's hook has its secret."""
    fake = FakeApi()
    access = QuickBooksAccess(url="https://qb.example.com", token="t")
    world.program.config = replace(world.program.config, quickbooks_secrets=(SECRET,))
    outside = world.program.outside
    parse = quickbooks.parser(QuickBooksApi(access, fake))
    world.program.outside = replace(outside, parsers={**outside.parsers, "quickbooks": parse})
    return fake


def post(world: World, body: object, *, secret: str = SECRET) -> Answer:
    raw = body if isinstance(body, bytes) else encoded(body)
    return world.http("POST", PATH, raw=raw, headers={"Intuit-Signature": body_hmac(raw, secret)})


def status(world: World, body: object) -> str:
    answer = post(world, body)
    assert answer.status == 202, answer.body
    return str(answer.json["status"])


def referred(world: World, api: FakeApi) -> str:
    """Jane refers Sam, whom QuickBooks knows as customer 24 with the same phone; returns Jane's code."""
    jane, phone = world.enrol().id, world.phone()
    # The day before: an invoice that is older than its referral waits for a person.
    world.clock.forward(days=-1)
    world.lead(jane, phone=phone)
    world.clock.forward(days=1)
    api.put("/customer/24", quickbooks_customer(phone=phone, email=None))
    return jane


def book(api: FakeApi, at: str, **invoice: Any) -> None:
    """From now on QuickBooks answers so about invoice 145."""
    api.put("/invoice/145", quickbooks_invoice(at, **invoice))


def reward(world: World, code: str) -> tuple[str, ...]:
    world.settle_down()
    items = world.admin("GET", f"rewards?participant_id={code}").json["items"]
    return tuple(item["status"] for item in items)


def stuck(world: World, state: str) -> list[str | None]:
    return [event.reason for event in world.program.ports.store.events.with_status(state, limit=10)[0]]


@pytest.mark.parametrize("form", ["new", "old"])
def test_issued_paid_and_voided(world: World, api: FakeApi, form: str) -> None:
    """P5, P29: the reward is issued with the invoice and taken back with it."""
    jane = referred(world, api)

    def notice(operation: str, at: str) -> object:
        older = {"created": "Create", "updated": "Update", "voided": "Void"}[operation]
        return [cloud_event(operation, "145", at)] if form == "new" else old_notice(older, "145", at)

    book(api, CREATED)
    assert status(world, notice("created", CREATED)) == "stored"
    assert api.asked == []
    assert reward(world, jane) == ("issued",)
    book(api, PAID, balance=0)
    assert status(world, notice("updated", PAID)) == "stored"
    assert reward(world, jane) == ("issued",)
    book(api, VOIDED, total=0, balance=0, PrivateNote="Voided")
    assert status(world, notice("voided", VOIDED)) == "stored"
    assert reward(world, jane) == ("reversed",)
    assert len(world.messages("reward_issued")) == len(world.messages("reward_reversed")) == 1


def test_a_deleted_invoice_takes_the_reward_back(world: World, api: FakeApi) -> None:
    """Rule 6; nothing can be read of it any more."""
    jane = referred(world, api)
    book(api, CREATED)
    status(world, [cloud_event("created", "145", CREATED)])
    assert reward(world, jane) == ("issued",)
    del api.answers["/invoice/145"]
    status(world, [cloud_event("deleted", "145", VOIDED)])
    assert reward(world, jane) == ("reversed",)


def test_paid_is_known_by_its_payment(world: World, api: FakeApi) -> None:
    """Where the trigger is the payment, and only the payment's notice comes."""
    world.settings(trigger="paid")
    jane = referred(world, api)
    book(api, CREATED)
    status(world, [cloud_event("created", "145", CREATED)])
    assert reward(world, jane) == ()
    book(api, CREATED, balance=0)
    api.put("/payment/163", QUICKBOOKS_PAYMENT)
    status(world, [cloud_event("created", "163", PAID, entity="payment")])
    assert reward(world, jane) == ("issued",)


def test_a_redelivery_is_known_and_changes_nothing(world: World, api: FakeApi) -> None:
    """Alone, in another company, and while QuickBooks answers otherwise."""
    jane = referred(world, api)
    book(api, CREATED)
    one, other = cloud_event("created", "145", CREATED), cloud_event("updated", "999", CREATED)
    assert status(world, [one]) == "stored"
    assert reward(world, jane) == ("issued",)
    with nothing_changes():
        assert status(world, [one]) == "known"
        world.settle_down()
    assert status(world, [one, other]) == "stored"
    assert status(world, [other, one]) == "known"


@pytest.mark.parametrize("form", ["new", "old"])
def test_out_of_order_the_void_holds(world: World, api: FakeApi, form: str) -> None:
    """The void's notice comes first, the older ones after it: each finds the invoice voided."""
    jane = referred(world, api)
    book(api, VOIDED, total=0, balance=0)
    for operation, word, at in (
        ("voided", "Void", VOIDED),
        ("created", "Create", CREATED),
        ("updated", "Update", PAID),
    ):
        status(world, [cloud_event(operation, "145", at)] if form == "new" else old_notice(word, "145", at))
        assert reward(world, jane) == ()


def test_a_deletion_that_comes_first_holds(world: World, api: FakeApi) -> None:
    """The creation's notice finds nothing any more, and says so to the staff in the end."""
    jane = referred(world, api)
    status(world, [cloud_event("deleted", "145", VOIDED)])
    status(world, [cloud_event("created", "145", CREATED)])
    assert reward(world, jane) == ()
    for _ in range(6):
        world.clock.forward(hours=25)
        world.settle_down()
    assert stuck(world, "failed") == ["QuickBooks answered 404: it does not know invoice 145"]
    assert reward(world, jane) == ()


def test_while_quickbooks_is_down_the_event_waits(world: World, api: FakeApi) -> None:
    """An acknowledged webhook is never lost (rule 7)."""
    jane = referred(world, api)
    book(api, CREATED)
    api.down = True
    status(world, [cloud_event("created", "145", CREATED)])
    assert reward(world, jane) == ()
    assert stuck(world, "waiting") == ["api.example.com cannot be reached: timed out"]
    api.down = False
    assert reward(world, jane) == ()
    world.clock.forward(minutes=2)
    assert reward(world, jane) == ("issued",)
    assert stuck(world, "waiting") == []


def test_one_invoice_that_cannot_be_read_does_not_keep_the_others_waiting(world: World, api: FakeApi) -> None:
    """Each notice of a delivery is an event of its own."""
    jane = referred(world, api)
    book(api, CREATED)
    status(world, [cloud_event("created", "999", CREATED), cloud_event("created", "145", CREATED)])
    assert reward(world, jane) == ("issued",)
    assert stuck(world, "waiting") == ["QuickBooks answered 404: it does not know invoice 999"]


def test_without_a_token_the_event_waits_and_says_what_is_missing(world: World) -> None:
    """As a program that was just installed."""
    world.program.config = replace(world.program.config, quickbooks_secrets=(SECRET,))
    status(world, [cloud_event("created", "145", CREATED)])
    world.settle_down()
    assert stuck(world, "waiting") == [
        "GOODWORD_QUICKBOOKS_TOKEN is not set, so no invoice can be read from QuickBooks"
    ]


def test_what_nobody_needs_is_answered_and_not_kept(world: World, api: FakeApi) -> None:
    with nothing_changes():
        assert status(world, [cloud_event("updated", "24", CREATED, entity="customer")]) == "ignored"
        assert status(world, []) == "ignored"
        assert status(world, old_notice("Update", "24", CREATED, name="Customer")) == "ignored"


def test_two_secrets_are_good_while_one_is_rotated(world: World, api: FakeApi) -> None:
    world.program.config = replace(world.program.config, quickbooks_secrets=("the-newer-secret", SECRET))
    body = [cloud_event("updated", "24", CREATED, entity="customer")]
    assert [post(world, body, secret=s).status for s in (SECRET, "the-newer-secret", "another")] == [202, 202, 401]


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_everything_is_refused(world: World, secrets: tuple[str, ...]) -> None:
    world.program.config = replace(world.program.config, quickbooks_secrets=secrets)
    with nothing_changes():
        assert post(world, [cloud_event("created", "145", CREATED)], secret="").status == 401


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"7", b"{", b"{}", b'[{"type": 1}]', b'[], "x": 1', b'{"a": 1, "a": 2}', b"\xff", b"[" * 60_000],
)
def test_what_cannot_be_read_is_refused_and_not_stored(world: World, api: FakeApi, raw: bytes) -> None:
    with nothing_changes():
        assert post(world, raw).status == 400


def test_one_wrong_notice_refuses_the_delivery_by_name(world: World, api: FakeApi) -> None:
    """Nothing of it is stored; QuickBooks sends all of it again."""
    with nothing_changes():
        answer = post(world, [cloud_event("created", "1", CREATED), cloud_event("created", "2", "soon")])
        assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, ["events[1].time"])
        assert post(world, [cloud_event("created", "1", "2026-05-06T10:00:00Z")]).status == 400
        assert post(world, json.dumps([cloud_event("created", "1", CREATED)]).encode() + b" " * 310_000).status == 413
