"""The doors for other programs: signed, stored before they are answered, and a redelivery changes nothing (rule 7)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.inbound.signatures import sign_standard
from tests.api.senders import event, stripe_headers, stripe_invoice
from tests.api.table_watch import nothing_changes, requests_made
from tests.world import EVENTS_SECRET, STRIPE_SECRET, Answer, World

OTHER_SECRET = "whsec_b3RoZXItc2VjcmV0LW9mLTMyLWJ5dGVzLWxvbmchISE="


def post_event(world: World, raw: bytes, *, secret: str = EVENTS_SECRET, age: int = 0, name: str = "evt_1") -> Answer:
    at = world.clock()
    world.clock.forward(seconds=-age)
    headers = sign_standard(name, world.clock(), raw, secret)
    world.clock.now = at
    return world.http("POST", "/v1/hooks/events", raw=raw, headers=headers)


def post_stripe(world: World, raw: bytes, *, secret: str = STRIPE_SECRET, age: int = 0) -> Answer:
    return world.http("POST", "/v1/hooks/stripe", raw=raw, headers=stripe_headers(world, raw, secret=secret, age=age))


def good_event(world: World) -> bytes:
    return json.dumps(
        event("job.completed", {"customer": {"id": "7", "name": "Al Bo", "phone": world.phone()}})
    ).encode()


def good_stripe(world: World) -> bytes:
    return json.dumps(stripe_invoice("in_1", customer_phone=world.phone())).encode()


DOORS = [(post_event, good_event), (post_stripe, good_stripe)]
Post = Callable[..., Answer]
Make = Callable[[World], bytes]
doors = pytest.mark.parametrize(("post", "make"), DOORS, ids=["events", "stripe"])


@doors
def test_an_event_is_stored_before_it_is_answered(world: World, post: Post, make: Make) -> None:
    """202, one write, and nothing of it done yet (rule 7)."""
    raw = make(world)
    post(world, make(world) + b" ")
    with requests_made() as made:
        answer = post(world, raw.replace(b'"in_1"', b'"in_2"'), **({"name": "evt_2"} if post is post_event else {}))
    assert (answer.status, answer.json, made) == (202, {"status": "stored"}, ["PutItem"])


@doors
def test_a_redelivery_changes_nothing(world: World, post: Post, make: Make) -> None:
    """Not at once, and not after it was worked off."""
    raw = make(world)
    post(world, raw)
    with nothing_changes():
        assert (post(world, raw).status, post(world, raw).json) == (202, {"status": "known"})
    world.settle_down()
    world.clock.forward(hours=2)
    with nothing_changes():
        assert post(world, raw).json == {"status": "known"}
        world.settle_down()


@doors
def test_what_is_not_signed_rightly_is_refused(world: World, post: Post, make: Make) -> None:
    """A wrong secret, an old or a future signature: 401 and nothing stored."""
    raw = make(world)
    with nothing_changes():
        assert post(world, raw, secret=OTHER_SECRET).status == 401
        assert post(world, raw, age=301).status == 401
        assert post(world, raw, age=-301).status == 401
    assert post(world, raw, age=300).status == 202


@doors
def test_a_signature_covers_every_byte(world: World, post: Post, make: Make) -> None:
    """Another body under a good signature is refused, be it the same JSON."""
    raw = make(world)
    signed = sign_standard("evt_1", world.clock(), raw, EVENTS_SECRET) | stripe_headers(world, raw)
    path = "/v1/hooks/events" if post is post_event else "/v1/hooks/stripe"
    with nothing_changes():
        assert world.http("POST", path, raw=raw + b" ", headers=signed).status == 401
        for name in signed:
            if ("stripe" in name) == (post is post_stripe):
                assert (
                    world.http("POST", path, raw=raw, headers={k: v for k, v in signed.items() if k != name}).status
                    == 401
                )
                assert world.http("POST", path, raw=raw, headers={**signed, name: "v1,t=1"}).status == 401
        assert world.http("POST", path, raw=raw).status == 401
    assert world.http("POST", path, raw=raw, headers=signed).status == 202


@doors
def test_two_secrets_are_good_while_one_is_rotated(world: World, post: Post, make: Make) -> None:
    """The old and the new one; after that only the new one."""
    config = world.program.config
    old = EVENTS_SECRET if post is post_event else STRIPE_SECRET
    name = {"name": "evt_new"} if post is post_event else {}
    world.program.config = replace(config, events_secrets=(OTHER_SECRET, old), stripe_secrets=(OTHER_SECRET, old))
    assert post(world, make(world), secret=old).status == 202
    assert post(world, make(world), secret=OTHER_SECRET, **name).status == 202
    world.program.config = replace(config, events_secrets=(OTHER_SECRET,), stripe_secrets=(OTHER_SECRET,))
    assert post(world, make(world), secret=old).status == 401


@doors
@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_everything_is_refused(world: World, post: Post, make: Make, secrets: tuple[str, ...]) -> None:
    """Also what is signed with an empty one."""
    world.program.config = replace(world.program.config, events_secrets=secrets, stripe_secrets=secrets)
    raw, at = make(world), int(world.clock().timestamp())
    digest = hmac.new(b"", f"evt_1.{at}.".encode() + raw, hashlib.sha256).digest()
    empty = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        **stripe_headers(world, raw, secret=""),
    }
    path = "/v1/hooks/events" if post is post_event else "/v1/hooks/stripe"
    with nothing_changes():
        assert post(world, raw).status == 401
        assert world.http("POST", path, raw=raw, headers=empty).status == 401


@doors
def test_a_body_too_long_for_the_table_is_refused(world: World, post: Post, make: Make) -> None:
    """300 KB is read, more is 413."""
    raw = make(world)
    with nothing_changes():
        assert post(world, raw + b" " * (300 * 1024 - len(raw) + 1)).status == 413
    assert post(world, raw + b" " * (300 * 1024 - len(raw))).status == 202


@doors
@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[]", b"{", b"\xff", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"[" * 60_000, b"\xef\xbb\xbf{}"]
)
def test_what_cannot_be_read_is_refused_and_not_stored(busy_world: World, post: Post, make: Make, raw: bytes) -> None:
    """400 although the signature is good (rule 7)."""
    with nothing_changes():
        assert post(busy_world, raw).status == 400


PERSON = {"id": "7", "name": "Al Bo", "phone": "+14155550142"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["type"]),
        ({"type": "invoice.eaten"}, ["type"]),
        ({"type": "job.completed"}, ["timestamp", "data"]),
        ({"type": "job.completed", "timestamp": "yesterday", "data": {"customer": PERSON}}, ["timestamp"]),
        ({"type": "job.completed", "timestamp": "2026-05-04T15:00:00", "data": {"customer": PERSON}}, ["timestamp"]),
        (event("job.completed", []), ["data", "data.customer"]),
        (event("job.completed", {}), ["data.customer"]),
        (event("job.completed", {"customer": "Al"}), ["data.customer"]),
        (event("job.completed", {"customer": {"name": "Al Bo"}}), ["data.customer"]),
        (event("customer.updated", {"customer": {"id": "7"}}), ["data.customer.name"]),
        (event("customer.updated", {"customer": {**PERSON, "phone": "12"}}), ["data.customer.phone"]),
        (event("customer.updated", {"customer": {**PERSON, "email": "x"}}), ["data.customer.email"]),
        (event("review.scored", {"customer": PERSON}), ["data.review"]),
        (event("review.scored", {"customer": PERSON, "review": {"score": "5"}}), ["data.review.score"]),
        (event("review.scored", {"customer": PERSON, "review": {"score": 11}}), ["data.review.score"]),
        (event("lead.created", {"customer": PERSON}), ["data.lead"]),
        (event("lead.created", {"customer": PERSON, "lead": {}}), ["data.lead.id"]),
        (event("lead.created", {"customer": PERSON, "lead": {"id": "1", "code": "?"}}), ["data.lead.code"]),
        (event("lead.stage_changed", {"customer": PERSON, "lead": {"id": "1"}}), ["data.lead.stage"]),
        (event("lead.stage_changed", {"customer": PERSON, "lead": {"id": "1", "stage": "x"}}), ["data.lead.stage"]),
        (event("invoice.paid", {"customer": PERSON}), ["data.invoice"]),
        (event("invoice.paid", {"customer": PERSON, "invoice": {}}), ["data.invoice.id"]),
        (
            event("invoice.paid", {"customer": PERSON, "invoice": {"id": "1", "amount_cents": 9.5}}),
            ["data.invoice.amount_cents"],
        ),
        (
            event("invoice.paid", {"customer": PERSON, "invoice": {"id": "1", "amount_cents": -1}}),
            ["data.invoice.amount_cents"],
        ),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_an_event_that_does_not_say_what_it_must_is_refused_by_name(
    busy_world: World, body: dict[str, object], fields: list[str]
) -> None:
    """The sender's log shows which field; nothing is stored (rule 7)."""
    with nothing_changes():
        answer = post_event(busy_world, json.dumps(body).encode())
    assert answer.status == 400
    named = list(dict.fromkeys(error["field"] for error in answer.json["errors"]))
    assert set(fields) <= set(named)
    assert all(name in fields or name.startswith("data.lead.stage") for name in named), named


@pytest.mark.parametrize("name", ["data", "created", "type", "id"])
def test_a_stripe_event_without_what_it_must_say_is_refused_by_name(busy_world: World, name: str) -> None:
    """The same at Stripe's door."""
    body = {key: value for key, value in stripe_invoice("in_1").items() if key != name}
    with nothing_changes():
        answer = post_stripe(busy_world, json.dumps(body).encode())
    assert (answer.status, [error["field"] for error in answer.json["errors"]]) == (400, [name])


def test_a_stripe_event_nobody_needs_is_answered_and_not_kept(busy_world: World) -> None:
    """Stripe would send it for days otherwise."""
    with nothing_changes():
        answer = post_stripe(busy_world, json.dumps(stripe_invoice("in_1", "customer.created")).encode())
    assert (answer.status, answer.json) == (202, {"status": "ignored"})


@pytest.mark.parametrize(
    "data", [{"invoice": {"id": 7, "number": 1042}}, {"issue": {"id": 7}}], ids=["invoice", "issue"]
)
def test_numbers_other_programs_count_by_may_be_numbers(world: World, data: dict[str, object]) -> None:
    """Many tools send ids and numbers as JSON numbers; `data.invoice.id` is read either way."""
    kind = "invoice.issued" if "invoice" in data else "issue.opened"
    assert post_event(world, json.dumps(event(kind, {"customer": PERSON, **data})).encode()).status == 202


def test_a_lead_from_the_crm_may_name_an_alias(world: World) -> None:
    """An alias, once given, resolves for ever, at every door (rule 1)."""
    jane = world.enrol()
    world.admin("PATCH", f"participants/{jane.id}", {"add_alias": "jane-doe"})
    assert world.event("lead.created", {"customer": PERSON, "lead": {"id": "1", "code": "jane-doe"}}).status == 202
    world.settle_down()
    assert world.participant(jane.id).totals.sent == 1
