"""Every way in which the program reads the table: made ready, and then done once while it is measured."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib.domain.commitments import Commitment
from chalicelib.domain.discounts import Discount, Terms
from chalicelib.domain.events import StoredEvent
from chalicelib.domain.gift_cards import CardOrder
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import Invoice, KnownInvoice, Question
from chalicelib.domain.messages import message_id
from chalicelib.domain.name_keys import NameKey
from chalicelib.domain.notices import Notice
from chalicelib.domain.participants import Participant, Totals
from chalicelib.domain.referrals import Mark, Prospect, Referral
from chalicelib.domain.replies import Reply
from chalicelib.domain.users import NewUser
from chalicelib.domain.webhooks import webhook_of
from chalicelib.services.assess import assess
from chalicelib.services.users import add_user
from chalicelib.storage.store import Store
from tests.world import START, World

PAGE = 20
CODE = "0J4NE000"
Measured = Callable[[], object]
PATTERNS: dict[str, Callable[[World], Measured]] = {}


def pattern(name: str) -> Callable[[Callable[[World], Measured]], Callable[[World], Measured]]:
    """Name what the decorated function makes ready."""

    def register(make: Callable[[World], Measured]) -> Callable[[World], Measured]:
        PATTERNS[name] = make
        return make

    return register


def read(name: str, call: Callable[[Store], object]) -> None:
    """A pattern that is one call of a repository."""
    PATTERNS[name] = lambda world: lambda: call(world.program.ports.store)


@contextmanager
def filled_world(engine: str, table: str, data: Path) -> Iterator[World]:
    """A program with a good page of everything, and Jane, who has a page of referrals and rewards herself."""
    with World.open(engine, table, data) as world:
        # No service credit: open credits are a part of the participant, and would weigh on every lead.
        custom = {"customer": {"kind": "custom", "text": "thanks"}}
        world.settings(submissions_per_hour=10_000, rewards=custom, flags={"per_week": None})
        store = world.program.ports.store
        jane = Participant(CODE, "Jane Doe", "customer", START, phone="+14155550001", aliases=("jane",))
        _commit(store, lambda t: store.participants.create(t, jane, "hash"))
        _commit(store, lambda t: store.participants.add_alias(t, "jane", CODE))
        for number in range(PAGE + 5):
            _one_of_everything(world, number)
        world.settle_down()
        world.program.settings()
        yield world


def _commit(store: Store, fill: Callable[[Any], object]) -> None:
    transaction = store.transaction()
    fill(transaction)
    transaction.commit()


def _one_of_everything(world: World, number: int) -> None:
    store = world.program.ports.store
    nobody = Participant(f"0000{number:04}", f"Person {number}", "customer", START)
    person = replace(nobody, totals=Totals(closed=number + 1), closed_in={"2026-05": number + 1})
    _commit(store, lambda t: store.participants.create(t, person, f"hash{number}"))
    _commit(store, lambda t: store.standings.note(t, nobody, person))
    mention = Referral(f"ref_M{number}", None, Prospect("Sam Lee"), "mention", START, Mark("new", START, "test"))
    _commit(store, lambda t: store.referrals.create(t, mention))
    told = webhook_of(Notice("referral.closed", f"ref_M{number}", 1, START, CODE, {}), "https://example.com/")
    ended = replace(told, id=f"whk_{number}", status="dead", ended_at=START)
    _commit(store, lambda t: store.webhooks.queue(t, ended))
    question = Question(START, "The Lees", Contact("+12125550142", "lees@example.com"))
    waiting = KnownInvoice(Invoice(f"crm:waiting{number}", "paid", START), question=question)
    _commit(store, lambda t: store.invoices.write(t, waiting))
    reply = Reply(f"twilio:SM{number}", "+12125550142", "Thank you", START, "reply")
    _commit(store, lambda t: store.replies.record(t, reply))
    event = StoredEvent(f"events:{number}", "events", "{}", START)
    store.events.add(store.transaction(), event)
    _commit(store, lambda t: store.events.change(t, replace(event, status="failed"), None))
    promise = Commitment(person.id, 1, 3, START.date(), START, START, "test")
    _commit(store, lambda t: store.commitments.write(t, promise))
    _commit(store, lambda t: store.results_reviews.ask(t, person.id, START))
    card = CardOrder(f"rew_C{number}-1", CODE, START, None, state="failed", stuck=True)
    _commit(store, lambda t: store.gift_cards.write(t, card))
    closed(world)


def closed(world: World, code: str = CODE) -> str:
    """A referral, of Jane's, that is invoiced and rewarded; its id."""
    reference = assessed(world, world.phone(), code)
    assert world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"}).status == 200
    return reference


def assessed(world: World, phone: str, code: str = CODE) -> str:
    """A referral, of Jane's, after the stream has looked at it; its id."""
    reference: str = world.lead(code, phone=phone).json["reference"]
    assess(world.program.ports, reference)
    return reference


read("participants.get", lambda store: store.participants.get(CODE))
read("participants.get_all", lambda store: store.participants.get_all(f"0000{n:04}" for n in range(10)))
read("participants.with_alias", lambda store: store.participants.with_alias("jane"))
read("participants.with_aliases", lambda store: store.participants.with_aliases(["jane", "nobody"]))
read("participants.with_share_token", lambda store: store.participants.with_share_token("hash"))
read("participants.page", lambda store: store.participants.page(search=None, limit=PAGE, cursor=None))
read("participants.leaders", lambda store: store.participants.leaders(PAGE))
read("participants.leaders, of a month", lambda store: store.participants.leaders(PAGE, "2026-05"))
read("standings.of", lambda store: store.standings.of("00000001"))
read("referrals.get_all", lambda store: store.referrals.get_all(f"ref_M{n}" for n in range(10)))
read("reviews.page", lambda store: store.reviews.page(limit=PAGE, cursor=None))
read("backlogs.all", lambda store: store.backlogs.all(START + timedelta(days=1), timedelta(minutes=15)))
read("backlogs.last_report", lambda store: store.backlogs.last_report())
read("results_reviews.page", lambda store: store.results_reviews.page(limit=PAGE, cursor=None))
read("commitments.get", lambda store: store.commitments.get("00000001", 1))
read("commitments.newest", lambda store: store.commitments.newest("00000001"))
read("commitments.page", lambda store: store.commitments.page("open", limit=PAGE, cursor=None))
read("commitments.count_overdue", lambda store: store.commitments.count_overdue(START + timedelta(days=1), most=PAGE))
read("sightings.count", lambda store: store.sightings.count("referrer", CODE, START, START, most=PAGE))
read("identities.find", lambda store: store.identities.find(["a", "b"]))
read("referrals.mentions", lambda store: store.referrals.mentions(limit=PAGE, cursor=None))
read("names.find", lambda store: store.names.find(NameKey("p62", "2"), most=PAGE))
read("rewards.ledger_of", lambda store: list(store.rewards.ledger_of(CODE)))
read("gift_cards.get", lambda store: store.gift_cards.get("rew_C1-1"))
read("gift_cards.stuck", lambda store: store.gift_cards.stuck(limit=PAGE))
read("messages.page", lambda store: store.messages.page(status=None, limit=PAGE, cursor=None))
read("messages.page, one status", lambda store: store.messages.page(status="sent", limit=PAGE, cursor=None))
read("replies.get", lambda store: store.replies.get("twilio:SM1"))
read("replies.page", lambda store: store.replies.page(limit=PAGE, cursor=None))
read("webhooks.page", lambda store: store.webhooks.page(status=None, limit=PAGE, cursor=None))
read("webhooks.page, one status", lambda store: store.webhooks.page(status="dead", limit=PAGE, cursor=None))
read("events.get", lambda store: store.events.get("events:1"))
read("events.with_status", lambda store: store.events.with_status("failed", limit=PAGE))
read("invoices.named", lambda store: store.invoices.named("nothing"))
read("audit.page", lambda store: store.audit.page(START, limit=PAGE, cursor=None))
read("keys.page", lambda store: store.keys.page(limit=PAGE, cursor=None))
read("users.get", lambda store: store.users.get("usr_1"))
read("users.with_contact", lambda store: store.users.with_contact("nobody"))
read("sessions.sign_in", lambda store: store.sessions.sign_in("sgn_1"))
read("sessions.get", lambda store: store.sessions.get("key"))
read("settings.get", lambda store: store.settings.get())
read("site.get", lambda store: store.site.get())
read("statistics.month", lambda store: store.statistics.month(START))
read("statistics.visits_by_channel", lambda store: store.statistics.visits_by_channel(START))
read("work.oldest", lambda store: store.work.oldest(START))
read("work.due, nothing due", lambda store: list(store.work.due(START - timedelta(days=1))))
_AGAIN: dict[str, dict[str, Any]] = {
    "referrals.page, one participant's": {"participant_id": CODE, "stage": None},
    "referrals.page, one stage": {"participant_id": None, "stage": "invoiced"},
    "referrals.page": {"participant_id": None, "stage": None},
}
for _name, _which in _AGAIN.items():
    read(_name, lambda store, which=_which: store.referrals.page(**which, limit=PAGE, cursor=None))
for _name, _which in {
    "rewards.page, one participant's": {"participant_id": CODE, "status": None},
    "rewards.page, one status": {"participant_id": None, "status": "issued"},
    "rewards.page": {"participant_id": None, "status": None},
}.items():
    read(_name, lambda store, which=_which: store.rewards.page(**which, limit=PAGE, cursor=None))


@pattern("referrals.get")
def _referral(world: World) -> Measured:
    reference = closed(world)
    return lambda: world.program.ports.store.referrals.get(reference)


@pattern("rewards.get")
def _reward(world: World) -> Measured:
    reward = f"{closed(world).replace('ref_', 'rew_')}-1"
    return lambda: world.program.ports.store.rewards.get(reward)


@pattern("discounts.get")
def _discount(world: World) -> Measured:
    discount = Discount(world.phone(), "ref_1", None, Terms(2500), "USD")
    _commit(world.program.ports.store, lambda t: world.program.ports.store.discounts.create(t, discount))
    return lambda: world.program.ports.store.discounts.get(discount.code)


@pattern("rewards.of_referral")
def _rewards(world: World) -> Measured:
    reference = closed(world)
    return lambda: world.program.ports.store.rewards.of_referral(reference)


@pattern("messages.get")
def _message(world: World) -> Measured:
    name = message_id("new_lead", closed(world))
    return lambda: world.program.ports.store.messages.get(name)


@pattern("webhooks.get")
def _webhook(world: World) -> Measured:
    return lambda: world.program.ports.store.webhooks.get("whk_1")


@pattern("invoices.get")
def _invoice(world: World) -> Measured:
    store, known = world.program.ports.store, KnownInvoice(Invoice(f"crm:{world.phone()}"))
    _commit(store, lambda t: store.invoices.write(t, known))
    return lambda: store.invoices.get(known.invoice.id)


@pattern("invoices.unmatched_of")
def _unmatched(world: World) -> Measured:
    store, person = world.program.ports.store, world.phone()
    _commit(store, lambda t: store.invoices.write(t, KnownInvoice(Invoice(f"crm:{person}"), identity=person)))
    return lambda: store.invoices.unmatched_of([person, "nobody"])


read("invoices.ambiguous", lambda store: store.invoices.ambiguous(limit=PAGE, cursor=None))
read("invoices.count_ambiguous", lambda store: store.invoices.count_ambiguous(most=PAGE))


@pattern("users.page")
def _users(world: World) -> Measured:
    add_user(world.program.ports, NewUser("Pat Maple", "owner", phone=world.phone()), "test")
    return lambda: world.program.ports.store.users.page(limit=1, cursor=None)


@pattern("keys.get")
def _key(world: World) -> Measured:
    return lambda: world.program.ports.store.keys.get(world.owner.partition(".")[0])
