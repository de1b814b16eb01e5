"""A change computed from an old version is refused with what stands there now; counters do not get in its way."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.access import ApiKey, AuditEntry
from chalicelib.domain.discounts import Discount, Terms
from chalicelib.domain.errors import Refused
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.invoices import Invoice, KnownInvoice
from chalicelib.domain.messages import Message
from chalicelib.domain.participants import Participant, Totals
from chalicelib.domain.rebuild import Rebuild
from chalicelib.domain.referrals import Mark, Prospect, Referral
from chalicelib.domain.reward_changes import LedgerEntry
from chalicelib.domain.rewards import Reward
from chalicelib.domain.sessions import Session, SignIn
from chalicelib.domain.settings import default_settings
from chalicelib.domain.users import User
from chalicelib.domain.webhooks import Webhook
from chalicelib.storage.store import Store
from chalicelib.storage.transaction import Transaction
from tests.storage.conftest import Commit
from tests.world import START

CODE = "0J4NE000"
Change = Callable[[Store, Transaction], object]

participant = Participant(CODE, "Jane Doe", "customer", START)
referral = Referral("ref_1", CODE, Prospect("Sam Lee"), "form", START, Mark("new", START, "test"))
reward = Reward("rew_1-1", "ref_1", CODE, "service_credit", 1, 2500, "USD", "issued", "closed", START, version=0)
message = Message("msg_1", "new_lead", "sms", "owner", START, START)
event = StoredEvent("events:1", "events", "{}", START)
webhook = Webhook("whk_1", "referral.closed", "https://example.com", "ref_1", START, CODE, {}, START, START)
invoice = KnownInvoice(Invoice("crm:1"))
discount = Discount("ABCDEFGHJK", "ref_1", None, Terms(2500), "USD")
user = User("usr_1", "Pat Maple", "owner", START, email="pat@example.com")
codes = (f"0J4NE{number:03}" for number in itertools.count(1))
entry = LedgerEntry("rew_1-1#issued", CODE, "ref_1", "rew_1-1", 2500, "USD", START)

#: By the name of the refusal: how the item is made, and how the version that was made is changed.
GUARDED: dict[str, tuple[Change, Change]] = {
    "participant": (
        lambda store, t: store.participants.create(t, participant, "hash"),
        lambda store, t: store.participants.change(t, replace(participant, name="Jane Roe")),
    ),
    "referral": (
        lambda store, t: store.referrals.create(t, referral),
        lambda store, t: store.referrals.change(t, replace(referral, service="Drains")),
    ),
    "reward": (
        lambda store, t: store.rewards.write(t, reward),
        lambda store, t: store.rewards.write(t, replace(reward, status="redeemed", version=1)),
    ),
    "message": (
        lambda store, t: store.messages.queue(t, message),
        lambda store, t: store.messages.change(t, replace(message, status="claimed")),
    ),
    "webhook": (
        lambda store, t: store.webhooks.queue(t, webhook),
        lambda store, t: store.webhooks.change(t, replace(webhook, status="claimed")),
    ),
    "event": (
        lambda store, t: store.events.add(t, event),  # commits by itself
        lambda store, t: store.events.change(t, replace(event, status="done"), None),
    ),
    "invoice": (
        lambda store, t: store.invoices.write(t, invoice),
        lambda store, t: store.invoices.write(t, replace(invoice, referral_id="ref_1", version=1)),
    ),
    "user": (
        lambda store, t: store.users.create(t, user, ["contact"]),
        lambda store, t: store.users.change(t, replace(user, role="staff")),
    ),
    "settings": (
        lambda store, t: store.settings.write(t, default_settings()),
        lambda store, t: store.settings.write(t, replace(default_settings(), version=1)),
    ),
    "site": (
        lambda store, t: store.site.write(t, Rebuild("digest"), START),
        lambda store, t: store.site.write(t, Rebuild("digest", done=True, version=1), START),
    ),
}

#: By the name of the refusal: what may be made once only.
ONCE: dict[str, Change] = {
    "participant": GUARDED["participant"][0],
    "share_token": lambda store, t: store.participants.create(t, replace(participant, id=next(codes)), "hash"),
    "alias": lambda store, t: store.participants.add_alias(t, "jane-doe", CODE),
    "referral": GUARDED["referral"][0],
    "reward": GUARDED["reward"][0],
    "ledger": lambda store, t: store.rewards.record(t, entry),
    "message:new_lead": GUARDED["message"][0],
    "webhook:referral.closed": GUARDED["webhook"][0],
    "invoice": GUARDED["invoice"][0],
    "settings": GUARDED["settings"][0],
    "site": GUARDED["site"][0],
    "discount_code": lambda store, t: store.discounts.create(t, discount),
    "key": lambda store, t: store.keys.create(t, ApiKey("kid", "hash", "owner", "a tool", START)),
    "audit": lambda store, t: store.audit.record(t, AuditEntry("aud_1", START, "owner", "did", "it", None)),
    "user": lambda store, t: store.users.create(t, user, [f"contact-{next(codes)}"]),
    "contact": lambda store, t: store.users.create(t, replace(user, id=f"usr_{next(codes)}"), ["contact"]),
    "sign_in": lambda store, t: store.sessions.ask(t, SignIn("sgn_1", "usr_1", START)),
    "session": lambda store, t: store.sessions.start(t, Session("key", "usr_1", START, START)),
    "answer": lambda store, t: store.submissions.answer(t, "key", "ref_1", "fingerprint", START),
}


@pytest.mark.parametrize("name", GUARDED)
def test_the_second_change_of_one_version_is_refused(store: Store, commit: Commit, name: str) -> None:
    """DESIGN 5: the difference becomes one transaction guarded by the versions it was computed from."""
    make, change = GUARDED[name]
    transaction = store.transaction()
    if make(store, transaction) is not True:
        transaction.commit()
    commit(lambda t: change(store, t))
    for company in (0, 1):
        with pytest.raises(Refused) as refused:
            commit(lambda t, n=company: (change(store, t), store.statistics.count(t, START, "x", leads=n)))
        assert list(refused.value.failed) == [name]
    assert store.statistics.month(START)["leads"] == 0


@pytest.mark.parametrize("name", ONCE)
def test_what_exists_is_not_made_again(store: Store, commit: Commit, name: str) -> None:
    """DESIGN 5, rules 3 and 5: business keys, not tokens, allow one of each."""
    commit(lambda t: ONCE[name](store, t))
    for company in (0, 1):
        with pytest.raises(Refused) as refused:
            commit(lambda t, n=company: (ONCE[name](store, t), store.statistics.count(t, START, "x", leads=n)))
        assert name in refused.value.failed
    assert store.statistics.month(START)["leads"] == 0


def test_a_change_leaves_what_was_counted_meanwhile(store: Store, commit: Commit) -> None:
    """Visits and leads are counted without a version: a settlement that read before them must not undo them."""
    read = replace(participant, totals=Totals(visits=0, sent=0))
    commit(lambda t: store.participants.create(t, read, "hash"))
    for _ in range(3):
        commit(lambda t: store.participants.count(t, CODE, visits=1))
        commit(lambda t: store.participants.count(t, CODE, sent=1))
    commit(lambda t: store.participants.count(t, CODE, sent=-1))
    commit(lambda t: store.participants.change(t, replace(read, totals=Totals(0, 0, closed=1, earned_cents=2500))))
    found = store.participants.get(CODE)
    assert found is not None
    assert found.totals == Totals(visits=3, sent=2, closed=1, earned_cents=2500)


def test_counting_does_not_stand_in_a_changes_way(store: Store, commit: Commit) -> None:
    commit(lambda t: store.participants.create(t, participant, "hash"))
    commit(lambda t: store.participants.count(t, CODE, visits=1, sent=2))
    commit(lambda t: store.participants.change(t, replace(participant, paused=True)))
    found = store.participants.get(CODE)
    assert found is not None
    assert (found.paused, found.totals.visits, found.totals.sent, found.version) == (True, 1, 2, 2)


@pytest.mark.parametrize("act", ["count", "require", "change"])
def test_nobody_is_made_by_being_counted(store: Store, commit: Commit, act: str) -> None:
    """DESIGN 5, rule 7: a lead with a code nobody has changes nothing."""
    acts: dict[str, Callable[[Transaction], None]] = {
        "count": lambda t: store.participants.count(t, CODE, sent=1),
        "require": lambda t: store.participants.require(t, CODE),
        "change": lambda t: store.participants.change(t, participant),
    }
    with pytest.raises(Refused) as refused:
        commit(acts[act])
    assert list(refused.value.failed) == ["participant"]
    assert store.participants.get(CODE) is None


def test_the_hourly_limit_is_exact(store: Store, commit: Commit) -> None:
    for _ in range(3):
        commit(lambda t: store.submissions.count(t, "lead", "address", START, 3))
    with pytest.raises(Refused) as refused:
        commit(lambda t: store.submissions.count(t, "lead", "address", START, 3))
    assert list(refused.value.failed) == ["rate"]
    commit(lambda t: store.submissions.count(t, "lead", "another", START, 3))
    commit(lambda t: store.submissions.count(t, "visit", "address", START, 3))
    commit(lambda t: store.submissions.count(t, "lead", "address", START.replace(hour=START.hour + 1), 3))


def test_statistics_add_up_over_their_shards(store: Store, commit: Commit) -> None:
    for number in range(40):
        commit(lambda t, number=number: store.statistics.count(t, START, f"ref_{number}", leads=1, earned_cents=25))
    commit(lambda t: store.statistics.count(t, START, "ref_1", leads=0, closed=-2))
    month = store.statistics.month(START)
    assert (month["leads"], month["earned_cents"], month["closed"], month["visits"]) == (40, 1000, -2, 0)
    assert set(store.statistics.month(START.replace(month=6)).values()) == {0}
    with pytest.raises(KeyError):
        store.statistics.count(store.transaction(), START, "x", unheard_of=1)
