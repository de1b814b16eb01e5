"""Rules 3 and 4: the nth closed referral gets tier n exactly once, and all sums agree, under any concurrency."""

from functools import partial

import pytest

from chalicelib.domain.events import Customer, InvoiceChanged
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import FactKind, InvoiceFact
from chalicelib.domain.referrals import mark
from chalicelib.services.events import work_off_event
from chalicelib.services.override_reward import override_reward
from chalicelib.services.record_invoice import record_invoice
from chalicelib.services.remove_attribution import remove_attribution
from chalicelib.services.settle import settle
from tests.scenarios.racing import WRITERS, assert_books_balance, invoice, referrals_of, rewards_of, together
from tests.storage.faults import Call, wire
from tests.world import World

STEP = [2500, 2500, 5000, 5000, 10000, 10000, 10000, 10000]


@pytest.fixture
def jane(world: World) -> str:
    """A participant; nothing is closed yet."""
    return world.enrol().id


@pytest.fixture
def phones(world: World, jane: str) -> list[str]:
    """Eight prospects of hers."""
    numbers = [world.phone() for _ in range(WRITERS)]
    for number in numbers:
        assert world.lead(jane, phone=number).status == 202
    return numbers


def record(world: World, kind: FactKind, phone: str) -> None:
    """What a worker does with an invoice event."""
    fact = InvoiceFact(f"crm:{phone}", kind, world.clock(), 50_000, "USD")
    record_invoice(world.program.ports, InvoiceChanged(Customer(None, Contact(phone)), fact), "test")


def stored_events(world: World, kind: str, phones: list[str]) -> list[str]:
    """Post an event for each, unworked; returns their ids."""
    names = [f"evt_{kind}_{phone}" for phone in phones]
    for name, phone in zip(names, phones, strict=True):
        assert invoice(world, kind, phone, phone, event_id=name).status == 202
    return [f"events:{name}" for name in names]


def work_off(world: World, event_id: str) -> None:
    done = work_off_event(world.program.ports, world.program.outside.parsers, event_id)
    assert done is not None
    assert done.status == "done"


def work_off_all(world: World, events: list[str]) -> None:
    for event in events:
        work_off(world, event)


def take_back(world: World, reward_id: str) -> None:
    override_reward(world.program.ports, reward_id, "reversed", "owner", "a mistake")


def assert_tiers(world: World, code: str, tiers: list[int]) -> None:
    participant = assert_books_balance(world, code)
    live = sorted((reward.tier, reward.amount_cents) for reward in rewards_of(world, code) if reward.given)
    assert live == [(tier, STEP[tier - 1]) for tier in tiers]
    assert participant.totals.earned_cents == sum(STEP[tier - 1] for tier in tiers)


def test_eight_settlements_at_once_take_eight_tiers(world: World, jane: str, phones: list[str]) -> None:
    ports = world.program.ports
    world.clock.forward(minutes=1)
    referrals = referrals_of(world, jane)
    for referral in referrals:
        transaction = ports.store.transaction()
        ports.store.referrals.change(transaction, mark(referral, "invoiced", world.clock(), "test"))
        transaction.commit()
    together(*(partial(settle, ports, referral.id) for referral in referrals))
    assert_tiers(world, jane, [1, 2, 3, 4, 5, 6, 7, 8])


def test_eight_invoices_at_once_take_eight_tiers(world: World, jane: str, phones: list[str]) -> None:
    together(*(partial(record, world, "issued", phone) for phone in phones))
    assert_tiers(world, jane, [1, 2, 3, 4, 5, 6, 7, 8])


def test_each_event_given_to_two_workers_at_once_counts_once(world: World, jane: str, phones: list[str]) -> None:
    """Streams and schedules deliver at least once, and at the same time."""
    events = stored_events(world, "issued", phones)
    together(*(partial(work_off, world, event) for event in events * 2))
    assert_tiers(world, jane, [1, 2, 3, 4, 5, 6, 7, 8])
    world.settle_down()
    assert_tiers(world, jane, [1, 2, 3, 4, 5, 6, 7, 8])
    assert len(world.messages("thank_you")) == WRITERS


def test_one_invoice_told_by_eight_events_closes_one_referral(world: World, jane: str, phones: list[str]) -> None:
    """Issued, paid, and both again under other ids, all at once and in any order."""
    first = phones[0]
    names = []
    for number in range(WRITERS):
        kind = ("issued", "paid")[number % 2]
        assert invoice(world, kind, first, "1", event_id=f"evt_{number}").status == 202
        names.append(f"events:evt_{number}")
    together(*(partial(work_off, world, name) for name in names))
    assert_tiers(world, jane, [1])


def test_reversals_that_race_with_closes_free_tiers_for_them(world: World, jane: str, phones: list[str]) -> None:
    """Four close, then they are voided while four others close; at the end the four that stand have tiers 1 to 4 or
    some of 1 to 8, each once, and the next closes take what was freed before anything higher."""
    for phone in phones[:4]:
        record(world, "issued", phone)
    world.clock.forward(minutes=1)
    together(
        *(partial(record, world, "voided", phone) for phone in phones[:4]),
        *(partial(record, world, "issued", phone) for phone in phones[4:]),
    )
    standing = assert_books_balance(world, jane)
    assert standing.totals.closed == 4
    world.clock.forward(minutes=1)
    together(*(partial(record, world, "issued", phone) for phone in phones[:4]))
    assert_tiers(world, jane, [1, 2, 3, 4, 5, 6, 7, 8])


def test_deletions_that_race_with_closes_leave_the_books_right(world: World, jane: str, phones: list[str]) -> None:
    """Rule 6: an attribution removed the moment its invoice arrives leaves no reward behind, whichever was first."""
    ports = world.program.ports
    gone = [referral for referral in referrals_of(world, jane) if referral.prospect.phone in phones[:3]]
    together(
        *(partial(record, world, "issued", phone) for phone in phones[:5]),
        *(partial(remove_attribution, ports, referral.id, "owner") for referral in gone),
    )
    world.settle_down()
    participant = assert_books_balance(world, jane)
    assert (participant.totals.sent, participant.totals.closed) == (5, 2)
    for referral in gone:
        assert not any(reward.live for reward in ports.store.rewards.of_referral(referral.id))


def test_a_reward_reversed_by_two_people_at_once_is_reversed_once(world: World, jane: str, phones: list[str]) -> None:
    record(world, "issued", phones[0])
    (reward,) = rewards_of(world, jane)
    world.clock.forward(minutes=1)
    together(
        *[partial(take_back, world, reward.id)] * 3,
        *[partial(record, world, "voided", phones[0])] * 3,
    )
    participant = assert_books_balance(world, jane)
    assert (participant.totals.closed, participant.totals.earned_cents) == (0, 0)
    entries = sorted(entry.amount_cents for entry in world.program.ports.store.rewards.ledger_of(jane))
    assert entries == [-2500, 2500]
    assert len(world.messages("reward_reversed")) == 1


def test_a_whole_history_delivered_twice_and_at_once_balances(world: World, jane: str, phones: list[str]) -> None:
    """Closes, payments and voids of eight prospects, each event handed to two of eight workers."""
    events = stored_events(world, "issued", phones)
    world.clock.forward(minutes=1)
    events += stored_events(world, "paid", phones[:4])
    world.clock.forward(minutes=1)
    events += stored_events(world, "voided", phones[2:5])
    twice = events + events[::-1]
    together(*(partial(work_off_all, world, twice[worker::WRITERS]) for worker in range(WRITERS)))
    world.settle_down()
    assert assert_books_balance(world, jane).totals.closed == 5


def test_a_void_seen_half_done_by_another_worker_is_settled_by_one(world: World, jane: str, phones: list[str]) -> None:
    """The second worker read the referral before the first settled it, and reads the tiers after."""
    ports = world.program.ports
    record(world, "issued", phones[0])
    (reward,) = rewards_of(world, jane)
    world.clock.forward(minutes=1)
    events = stored_events(world, "voided", phones[:1])

    def first(call: Call) -> None:
        if call.touches(f"P#{jane}") and call.operation == "GetItem" and not done:
            done.append(True)
            settle(ports, reward.referral_id)

    done: list[bool] = []
    with wire(before=first):
        work_off(world, events[0])
    assert done
    assert assert_books_balance(world, jane).totals.closed == 0
