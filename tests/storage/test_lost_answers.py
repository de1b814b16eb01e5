"""A write whose answer was lost is neither repeated nor forgotten (DESIGN 5, rules 2, 3, 5 and 7)."""

from dataclasses import replace

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.identifiers import new_id
from chalicelib.domain.leads import Lead
from chalicelib.domain.participants import Totals
from chalicelib.domain.referrals import Prospect, mark
from chalicelib.services.capture_lead import Door, capture_lead
from chalicelib.services.settle import settle
from chalicelib.storage.reading import BUSY
from tests.storage.faults import Call, Fault, Judge, answer_lost, wire
from tests.world import World

#: The answer was lost on the way, or the table says that the same transaction is already under way.
LOST: dict[str, Fault] = {"lost": answer_lost(), "in progress": "TransactionInProgressException"}
PHONE = "+14155550123"


def nth_write(number: int, fault: Fault) -> Judge:
    """Lose the answer to the nth write of the block."""
    seen = [0]

    def judge(call: Call) -> Fault:
        seen[0] += call.writes
        return fault if call.writes and seen[0] == number else None

    return judge


@pytest.mark.parametrize("key", ["a key", None])
@pytest.mark.parametrize("fault", LOST)
def test_a_lead_whose_answer_was_lost_is_one_referral(world: World, fault: str, key: str | None) -> None:
    """Rule 2: the same reference, one referral, one message to the owner, `sent` counted once."""
    code, ports = world.enrol().id, world.program.ports
    reference = new_id("ref", world.clock(), ports.random_bytes)
    lead = Lead(Prospect("Sam Lee", PHONE), "form", world.clock(), "landing page", code)
    door = Door("198.51.100.7", 5, key, "a fingerprint")
    with wire(after=nth_write(1, LOST[fault])):
        try:
            receipt = capture_lead(ports, lead, reference, door)
            assert receipt.repeated
        except Unavailable:
            # The caller knows nothing, and comes back as clients do: with another reference, and its key if it has one.
            receipt = capture_lead(ports, lead, new_id("ref", world.clock(), ports.random_bytes), door)
            assert receipt.repeated == (key is not None)
    stored, _ = ports.store.referrals.page(participant_id=code, stage=None, limit=10, cursor=None)
    assert [referral.id for referral in stored if referral.disqualified is None] == [reference]
    assert {referral.first_referral_id for referral in stored if referral.disqualified} <= {reference}
    if receipt.repeated:
        assert (receipt.reference, len(stored)) == (reference, 1)
    assert len(world.messages("new_lead")) == len(stored), "the owner is told once of each submission"
    assert world.participant(code).totals.sent == 1
    assert ports.store.statistics.month(world.clock())["leads"] == 1


def test_a_lost_lead_is_answered_over_http_as_it_was_taken(world: World) -> None:
    """Rule 7: 503 says "try again", and trying again with the same key gives the reference of what was stored."""
    code = world.enrol().id
    body = {"code": code, "name": "Sam Lee", "phone": PHONE}
    with wire(after=nth_write(1, answer_lost())):
        first = world.http("POST", "/v1/leads", body, headers={"Idempotency-Key": "k"})
        again = world.http("POST", "/v1/leads", body, headers={"Idempotency-Key": "k"})
    assert (first.status, again.status) == (503, 202)
    stored, _ = world.program.ports.store.referrals.page(participant_id=code, stage=None, limit=10, cursor=None)
    assert [referral.id for referral in stored] == [again.json["reference"]]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_settlement_whose_answer_was_lost_is_one_reward(world: World, number: int, fault: str) -> None:
    """Rules 3 to 5: whichever write it was, after the next look there is one reward, entry and message, not two."""
    code, ports = world.enrol().id, world.program.ports
    reference = world.lead(code).json["reference"]
    referral = ports.store.referrals.get(reference)
    assert referral is not None
    world.clock.forward(minutes=1)
    transaction = ports.store.transaction()
    ports.store.referrals.change(transaction, mark(referral, "invoiced", world.clock(), "test"))
    ports.store.work.plan_settlement(transaction, reference, world.clock())
    transaction.commit()
    with wire(after=nth_write(number, LOST[fault])):
        for _ in range(3):
            try:
                settle(ports, reference)
            except Unavailable:
                settle(ports, reference)
    assert [reward.status for reward in ports.store.rewards.of_referral(reference)] == ["issued"]
    assert len(list(ports.store.rewards.ledger_of(code))) == 1
    assert len(world.messages("reward_issued")) == 1
    assert world.participant(code).totals == Totals(sent=1, closed=1, earned_cents=2500)
    assert ports.store.statistics.month(world.clock())["closed"] == 1
    assert ("R#" + reference, "SETTLE") not in list(ports.store.work.due(world.clock()))


def test_a_webhook_whose_answer_was_lost_is_stored_once(world: World) -> None:
    """Rule 7: the provider sends it again and is told that it is known."""
    data = {"customer": {"id": "1", "name": "Jane Doe", "phone": "+14155550101"}}
    with wire(after=nth_write(1, answer_lost())):
        first = world.event("customer.updated", data, event_id="evt_1")
        again = world.event("customer.updated", data, event_id="evt_1")
    assert first.status == 503
    assert (again.status, again.json) == (202, {"status": "known"})
    world.settle_down()
    people, _ = world.program.ports.store.participants.page(search=None, limit=10, cursor=None)
    assert [person.name for person in people] == ["Jane Doe"]


def test_a_settlement_planned_meanwhile_is_not_forgotten(world: World) -> None:
    """Rule 3 under crashes: tidying up after nothing to do must not strike off work that somebody else just planned."""
    code, ports = world.enrol().id, world.program.ports
    reference = world.lead(code).json["reference"]

    def close_and_die(call: Call) -> None:
        if call.operation == "GetItem" or closed:
            return
        closed.append(True)
        referral = ports.store.referrals.get(reference)
        assert referral is not None
        transaction = ports.store.transaction()
        won = mark(referral, "invoiced", world.clock().replace(hour=16), "test")
        ports.store.referrals.change(transaction, won)
        ports.store.work.plan_settlement(transaction, reference, world.clock())
        transaction.commit()

    closed: list[bool] = []
    transaction = ports.store.transaction()
    ports.store.work.plan_settlement(transaction, reference, world.clock())
    transaction.commit()
    with wire(before=close_and_die):
        settle(ports, reference)
    assert closed
    # Whoever planned it is dead, and so is the stream: only the list of what is due still knows.
    if not ports.store.rewards.of_referral(reference):
        assert ("R#" + reference, "SETTLE") in list(ports.store.work.due(world.clock()))


def test_an_invoice_matched_meanwhile_is_not_taken_away(world: World) -> None:
    """Rule 2: an index lags behind the table; what it lists as nobody's may be somebody's by now."""
    from chalicelib.domain.invoices import Invoice, KnownInvoice
    from chalicelib.services.attribute import Attribution, attribute

    code, ports = world.enrol().id, world.program.ports
    key = ports.pseudonyms.phone(PHONE)
    known = KnownInvoice(Invoice("crm:1", "issued", world.clock()), identity=key)
    transaction = ports.store.transaction()
    ports.store.invoices.write(transaction, known)
    transaction.commit()

    def match(call: Call) -> None:
        if call.operation == "BatchGetItem" and not matched:
            matched.append(True)
            transaction = ports.store.transaction()
            ports.store.invoices.write(transaction, replace(known, referral_id="ref_of_another", version=1))
            transaction.commit()

    matched: list[bool] = []
    with wire(before=match):
        attribute(ports, Attribution(code, Prospect("Sam Lee", PHONE), "staff"))
    assert matched
    found = ports.store.invoices.get("crm:1")
    assert found is not None
    assert found.referral_id == "ref_of_another"


@pytest.mark.parametrize("code", sorted(BUSY))
def test_a_table_with_too_much_to_do_is_said_to_have_and_may_be_asked_again(world: World, code: str) -> None:
    """Where botocore's own retries did not help: 503 with Retry-After, never a 500."""
    with wire(before=lambda call: None if call.writes else code):
        answer = world.admin("GET", "settings")
    assert (answer.status, answer.headers.get("Retry-After")) == (503, "1")
