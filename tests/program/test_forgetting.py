"""A person's data is deleted on request; the sums, and everybody else's, stay as they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli import build_parser
from chalicelib.domain.erasure import ERASED, Person
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.replies import IncomingText
from chalicelib.services.forget_person import find_person, forget_person
from chalicelib.services.rebuild import rebuild
from chalicelib.services.receive_text import receive_text
from chalicelib.storage.table import Item
from tests.world import ROOT, World

JANE = {"name": "Jane Doering", "phone": "+12125550142", "email": "Jane.Doering@example.com"}
#: Whatever of Jane could be left anywhere.
TRACES = ("jane", "doering", "2125550142", "555-0142", "555 0142", "C-4711")

#: Where a program builds its public files, and where it puts them.
PUBLIC = ("site", "build")


def quietly(done: int) -> None:
    """No progress is shown."""


def rows() -> list[dict[str, Any]]:
    """Every item as it goes over the wire."""
    client = Item._get_connection().connection.client
    found: list[dict[str, Any]] = []
    for page in client.get_paginator("scan").paginate(TableName=Item.Meta.table_name, ConsistentRead=True):
        found.extend(page["Items"])
    return found


def traces(world: World) -> list[str]:
    """Where something of Jane still stands: in an item, in the outbox, on a page."""
    places = {json.dumps(row, ensure_ascii=False): f"{row['pk']['S']} {row['sk']['S']}" for row in rows()}
    for path in sorted(path for path in world.data.rglob("*") if path.is_file() and not _as_written(path)):
        places[path.read_text(errors="replace")] = str(path.relative_to(world.data))
        places[str(path.relative_to(world.data))] = str(path.relative_to(world.data))
    return [place for text, place in places.items() if any(trace.casefold() in text.casefold() for trace in TRACES)]


def _as_written(path: Path) -> bool:
    """Whether a public file is one of the program's own, the same for every business."""
    source = next(
        (ROOT.joinpath("site", *path.parts[n + 1 :]) for n, part in enumerate(path.parts) if part in PUBLIC), None
    )
    return source is not None and source.is_file() and source.read_bytes() == path.read_bytes()


def books(world: World) -> dict[str, Any]:
    """All sums that the business stands on."""
    ledger = sum(int(row["amount_cents"]["N"]) for row in rows() if row["sk"]["S"].startswith("LEDGER#"))
    store = world.program.ports.store
    totals = {person.id: person.totals for person in store.participants.everyone()}
    leaders = sum(leader.totals.closed for leader in store.participants.leaders(10))
    rewards, _ = store.rewards.page(participant_id=None, status=None, limit=50, cursor=None)
    given = sorted((reward.id, reward.status, reward.amount_cents) for reward in rewards)
    return {"ledger": ledger, "totals": totals, "leaders": leaders, "rewards": given, "items": len(given)}


def fill(world: World) -> str:
    """Jane as a participant, a prospect, a caller, a customer with an open question, and in other people's words."""
    world.settings(leaderboard_public=True, webhooks=[{"url": "http://127.0.0.1:9/hook", "types": []}])
    customer = {"id": "C-4711", **JANE}
    assert world.event("customer.updated", {"customer": customer}).status == 202
    world.settle_down()
    people, _ = world.program.ports.store.participants.page(search="Jane", limit=1, cursor=None)
    jane = people[0].id
    for change in ({"add_alias": "jane-doering"}, {"paused": True, "note": "Jane Doering asked, (212) 555-0142"}):
        assert world.admin("PATCH", f"participants/{jane}", change).status == 200
    friend = world.lead(jane, name="Sam Lee", phone="+12125550155", email="sam@example.com", sms_consent=True)
    world.settle_down()
    assert world.admin("PATCH", f"referrals/{friend.json['reference']}", {"stage": "paid"}).status == 200
    promise = {"participant_id": jane, "promised": 3, "due_on": "2026-06-30", "note": "Jane said so"}
    assert world.admin("POST", "commitments", promise).status == 201
    bob = world.enrol("Bob Smith", phone="+12125550166").id
    world.lead(bob, name="Jane Doering", phone="212-555-0142", email=JANE["email"], sms_consent=True)
    world.lead(None, referred_by="jane  doering", name="Kim Park", phone="+12125550177", message="Jane Doering sent me")
    receive_text(world.program.ports, IncomingText("SM1", "+12125550142", "Jane here, thanks", world.clock()))
    world.event("invoice.paid", {"customer": customer, "invoice": {"id": "i1", "amount_cents": 100, "currency": "USD"}})
    world.settle_down()
    # Not followed up yet when the request comes.
    world.event("job.completed", {"customer": customer})
    world.clock.forward(minutes=1)
    return jane


def forgotten(world: World, whom: str, *more: str) -> int:
    options = build_parser().parse_args(["forget", whom, *more])
    return int(options.command(world.program, options))


def test_after_it_nothing_of_the_person_is_anywhere(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    jane = fill(world)
    before = books(world)
    assert len(traces(world)) > 15
    table = sorted(map(json.dumps, rows()))

    assert forgotten(world, jane) == 1, "it is shown first"
    shown = capsys.readouterr().out
    assert "nothing was changed" in shown
    assert sorted(map(json.dumps, rows())) == table

    assert forgotten(world, jane, "--yes") == 0
    for _ in range(3):
        world.settle_down()
    assert not traces(world), "\n".join(traces(world))
    after = books(world)
    assert after == before
    assert rebuild(world.program.ports, quietly, repair=False) == []
    entries, _ = world.program.ports.store.audit.page(world.clock(), limit=5, cursor=None)
    assert (entries[0].action, entries[0].subject, entries[0].note) == ("personal data deleted", jane, None)

    page = (world.data / "site" / "r" / jane / "index.html").read_text()
    assert "a friend" in page.casefold()
    assert not (world.data / "site" / "r" / "jane-doering" / "index.html").exists()
    assert "Bob" in (world.data / "site" / "r" / _code(world, "Bob")).joinpath("index.html").read_text()


def _code(world: World, name: str) -> str:
    people, _ = world.program.ports.store.participants.page(search=name, limit=1, cursor=None)
    return people[0].id


def test_the_code_goes_on_and_nobody_writes_to_the_person_again(world: World) -> None:
    jane = fill(world)
    found = find_person(world.program.ports, "(212) 555-0142", quietly)
    assert found.subject == jane
    forget_person(world.program.ports, world.program.outside, found, "test", quietly)
    world.settle_down()
    sent = len(world.messages())
    assert world.lead(jane, name="Lee Fox", phone="+12125550188").status == 202
    assert world.participant(jane).totals.sent == 2
    # The CRM does not know of the request, and tells of her again.
    world.event("customer.updated", {"customer": {"id": "C-4711", **JANE}})
    world.event("review.scored", {"customer": {"id": "C-4711", **JANE}, "review": {"score": 5}})
    world.settle_down()
    person = world.participant(jane)
    assert (person.name, person.phone, person.email, person.opted_out) == (ERASED, None, None, True)
    assert person.name_on_page(shown=True) == "a friend"
    # Nor may anybody else be given what was hers, or write to it.
    key = world.program.ports.pseudonyms.phone(JANE["phone"])
    identity = world.program.ports.store.identities.find([key])[key]
    assert (identity.participant_id, identity.opted_out) == (jane, True)
    new = [message for message in world.messages()[sent:] if message.to in {JANE["phone"], JANE["email"]}]
    assert [message for message in new if message.status not in {"skipped"}] == []


def test_a_prospect_is_forgotten_and_their_referrer_keeps_the_reward(world: World) -> None:
    fill(world)
    before = books(world)
    found = find_person(world.program.ports, "sam@example.com", quietly)
    assert found.person.participant_id is None
    forget_person(world.program.ports, world.program.outside, found, "test", quietly)
    world.settle_down()
    text = json.dumps(rows())
    assert [trace for trace in ("Sam Lee", "2125550155", "sam@example.com") if trace in text] == []
    assert "Jane Doering" in text
    after = books(world)
    assert after == before
    again = world.lead(_code(world, "Bob"), name="Sam", phone="+12125550155")
    reference = again.json["reference"]
    kept = world.program.ports.store.referrals.get(reference)
    assert kept is not None
    assert kept.disqualified == "already_referred", "rule 2 holds by the keyed hash alone"


def test_an_interrupted_request_goes_on(world: World) -> None:
    jane = fill(world)
    found = find_person(world.program.ports, jane, quietly)
    left = iter(range(8))
    amend = world.program.ports.store.whole.amend

    def cut(*given: Any) -> bool:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return amend(*given)

    world.program.ports.store.whole.amend = cut  # type: ignore[method-assign]  # what a closed lid would do
    with pytest.raises(KeyboardInterrupt):
        forget_person(world.program.ports, world.program.outside, found, "test", quietly)
    world.program.ports.store.whole.amend = amend  # type: ignore[method-assign]
    assert forgotten(world, jane, "--yes") == 0
    assert not traces(world), "\n".join(traces(world))


def test_what_means_nobody_or_several_is_refused(world: World) -> None:
    first = world.enrol("Ann Ash", phone="+12125550111")
    world.enrol("Bea Birch", phone="+12125550112", email="ann@example.com")
    for nobody in ("nobody", "ref_0", "+12125550199", "x@example.com", ""):
        with pytest.raises(NotFound):
            find_person(world.program.ports, nobody, quietly)
    person = find_person(world.program.ports, first.id, quietly).person
    assert person.names == {"Ann Ash"}
    with pytest.raises(Conflict, match="name one of them"):
        _several(world)


def _several(world: World) -> None:
    """Two participants, one with a phone and one with an e-mail of the same prospect."""
    bob = world.enrol("Bob Smith", phone="+12125550166").id
    lead = world.lead(bob, name="A", phone="+12125550111", email="bea@example.com").json["reference"]
    world.enrol("Bea", phone="+12125550113", email="bea@example.com")
    find_person(world.program.ports, lead, quietly)


@pytest.mark.parametrize(
    "written", ["+12125550142", "2125550142", "(212) 555-0142", "+1 (212) 555-0142", "212.555.0142"]
)
def test_a_phone_is_found_however_it_is_written(written: str) -> None:
    person = Person(phones=frozenset({"+12125550142"}))
    assert person.masked(f"call {written}, please") == f"call {ERASED}, please"
    assert person.masked(f"no. 9{written.lstrip('+')}7") == f"no. 9{written.lstrip('+')}7"


def test_who_shares_a_contact_is_named_and_left(world: World) -> None:
    """A household, or the same person under another number: that is not guessed."""
    ports = world.program.ports
    kept = world.admin("POST", "participants", {"name": "Ann Ray", "phone": "2125550101", "email": "ann@example.com"})
    world.lead(world.enrol().id, name="Ann Ray", phone="2125550102", email="ann@example.com")
    world.settle_down()
    found = find_person(ports, "212 555 0102", quietly)
    assert found.shared == (kept.json["code"],)
    forget_person(ports, world.program.outside, found, "test", quietly)
    assert world.participant(kept.json["code"]).name == "Ann Ray"
    assert find_person(ports, kept.json["code"], quietly).shared == ()
