"""What guards the public form: repeated submissions, the hourly limit, a table that is away."""

import pytest

from tests.api.table_watch import nothing_changes, table_unreachable
from tests.world import Answer, World

LIMIT = 20


def send(world: World, body: dict[str, object], key: str | None = None, address: str = "198.51.100.7") -> Answer:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return world.http("POST", "/v1/leads", body, headers=headers, address=address)


def body(world: World, **fields: object) -> dict[str, object]:
    return {"name": "Sam Lee", "phone": world.phone(), **fields}


def test_a_repeated_submission_gives_the_same_reference_and_nothing_twice(world: World) -> None:
    """A browser that lost the answer may send again (Idempotency-Key)."""
    lead = body(world, code=world.enrol().id)
    first = send(world, lead, "k-1")
    with nothing_changes():
        again = send(world, lead, "k-1")
    assert (again.status, again.json) == (202, first.json)


@pytest.mark.parametrize("who", ["duplicate", "self", "mention", "honeypot"])
def test_a_repetition_of_what_earns_nothing_is_nothing_twice_either(world: World, who: str) -> None:
    """The key holds for every accepted submission."""
    jane = world.enrol()
    lead = {
        "duplicate": body(world, code=jane.id),
        "self": body(world, code=jane.id, phone=jane.phone),
        "mention": body(world, referred_by="Jane"),
        "honeypot": body(world, code=jane.id, website="x"),
    }[who]
    if who == "duplicate":
        send(world, lead)
    first = send(world, lead, "k-2")
    with nothing_changes():
        again = send(world, lead, "k-2")
    assert (again.status, again.json) == (202, first.json)


def test_a_key_that_comes_with_another_submission_is_refused(world: World) -> None:
    """409, and nothing is stored."""
    jane = world.enrol()
    send(world, body(world, code=jane.id), "k-3")
    with nothing_changes():
        answer = send(world, body(world, code=jane.id), "k-3")
    assert answer.status == 409
    assert "Idempotency-Key" in answer.json["detail"]


@pytest.mark.parametrize("key", ["k" * 201, "a\u0007b", "caf\u00e9\u0080", "caf\u00e9", "a b"])
def test_a_key_that_is_no_key_is_refused_by_name(world: World, key: str) -> None:
    """Too long, or not printable ASCII without spaces, which is what docs/openapi.yaml says."""
    with nothing_changes():
        answer = send(world, body(world, referred_by="Jane"), key)
    assert answer.status == 400
    assert [error["field"] for error in answer.json["errors"]] == ["Idempotency-Key"]


def test_a_refused_submission_does_not_use_up_its_key(world: World) -> None:
    """Whoever mends the field may send it with the same key."""
    lead = body(world, code=world.enrol().id)
    assert send(world, {**lead, "phone": "12"}, "k-4").status == 400
    assert send(world, lead, "k-4").status == 202


def test_twenty_submissions_an_hour_from_one_address(world: World) -> None:
    """Then 429 with the time to wait; other addresses go on, and the next hour is fine (P15)."""
    jane = world.enrol()
    world.clock.forward(minutes=50)
    assert {send(world, body(world, code=jane.id)).status for _ in range(LIMIT)} == {202}
    with nothing_changes():
        refused = send(world, body(world, code=jane.id))
    assert refused.status == 429
    assert 595 <= int(refused.headers["Retry-After"]) <= 605
    assert send(world, body(world, code=jane.id), address="203.0.113.9").status == 202
    world.clock.forward(seconds=int(refused.headers["Retry-After"]))
    assert send(world, body(world, code=jane.id)).status == 202
    assert world.participant(jane.id).totals.sent == LIMIT + 2


def test_every_kind_of_submission_counts_towards_the_limit(world: World) -> None:
    """Duplicates, mentions and what programs fill in are limited too; refused ones are not counted."""
    world.settings(submissions_per_hour=4)
    jane = world.enrol()
    lead = body(world, code=jane.id)
    send(world, {**lead, "phone": "12"})
    statuses = [
        send(world, each).status
        for each in (lead, lead, body(world, referred_by="Jane"), body(world, code=jane.id, website="x"), lead)
    ]
    assert statuses == [202, 202, 202, 202, 429]


def test_a_repetition_is_answered_even_over_the_limit(world: World) -> None:
    """What was accepted stays accepted."""
    world.settings(submissions_per_hour=1)
    lead = body(world, code=world.enrol().id)
    first = send(world, lead, "k-5")
    assert send(world, lead, "k-5").json == first.json


def test_over_the_limit_a_form_gets_a_page(world: World) -> None:
    """A person reads what happened; the browser's script reads Retry-After."""
    world.settings(submissions_per_hour=1)
    jane = world.enrol()
    raw = f"code={jane.id}&name=Sam+Lee&phone=4155550142".encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert world.http("POST", "/v1/leads", raw=raw, headers=form).status == 303
    refused = world.http("POST", "/v1/leads", raw=raw, headers=form)
    assert (refused.status, refused.headers["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert "Retry-After" in refused.headers


def test_a_table_that_is_away_is_said_and_may_be_tried_again(world: World) -> None:
    """503 with Retry-After, never a 500 (rule 7)."""
    jane = world.enrol()
    world.lead(jane.id)
    lead = body(world, code=jane.id)
    with nothing_changes(), table_unreachable():
        answer = send(world, lead)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert send(world, lead).status == 202
