"""Scenarios about invoices: what the business's tools say of them, in any order and twice."""

from collections.abc import Iterator
from contextlib import suppress

from chalicelib.domain.errors import NotFound
from chalicelib.domain.referrals import Prospect
from chalicelib.services.attribute import Attribution, attribute
from chalicelib.services.reattribute import reattribute
from chalicelib.services.remove_attribution import remove_attribution
from tests.torture.acting import Tools
from tests.torture.books import Books
from tests.torture.plots import EARLIER, LATER, Plot, Scene, given, person, statuses, works_off


def the_same_event_twice(scene: Scene) -> Plot:
    """The stream and the schedule have the same event."""
    jane, phone, _ = scene.referred()
    event = scene.told("paid", phone, LATER)
    workers = (works_off(event, name="stream"), works_off(event, name="schedule"))
    return Plot(workers, lambda books: given(books, **{jane: 2500}))


def issued_and_paid(scene: Scene) -> Plot:
    """Two events about one invoice."""
    jane, phone, _ = scene.referred()
    workers = (works_off(scene.told("issued", phone, EARLIER)), works_off(scene.told("paid", phone, LATER)))
    return Plot(workers, lambda books: given(books, **{jane: 2500}))


def paid_and_void(scene: Scene) -> Plot:
    """The void is later by the provider's clock, so nothing stands, whichever arrives first."""
    _, phone, sam = scene.referred()
    workers = (works_off(scene.told("paid", phone, EARLIER)), works_off(scene.told("voided", phone, LATER)))

    def ends(books: Books) -> Iterator[str]:
        yield from given(books)
        yield from statuses(books, sam, "", "reversed")

    return Plot(workers, ends)


def void_of_another_invoice(scene: Scene) -> Plot:
    """Of two invoices of one referral one is voided while the other is paid: the reward stays."""
    jane, phone, sam, _ = scene.rewarded()
    workers = (
        works_off(scene.told("voided", phone, LATER)),
        works_off(scene.told("paid", phone, LATER, invoice="2")),
    )

    def ends(books: Books) -> Iterator[str]:
        yield from given(books, **{jane: 2500})
        yield from statuses(books, sam, "issued", "reversed issued")

    return Plot(workers, ends)


def paid_and_delete(scene: Scene) -> Plot:
    _, phone, sam = scene.referred()
    return Plot(
        (
            works_off(scene.told("paid", phone, LATER)),
            person("owner removes", lambda t: remove_attribution(t.ports, sam, "owner")),
        ),
        given,
    )


def two_closes(scene: Scene) -> Plot:
    """The second and the third close of one participant: tiers 2 and 3, the third worth more."""
    jane, *_ = scene.rewarded()
    phones = [scene.phone(), scene.phone()]
    for phone in phones:
        scene.lead(jane, phone)
    scene.delivered()
    workers = tuple(works_off(scene.told("paid", phone, LATER, invoice=phone)) for phone in phones)
    return Plot(workers, lambda books: given(books, **{jane: 2500 + 2500 + 5000}))


def void_and_another_close(scene: Scene) -> Plot:
    """A tier is freed while the next one is taken."""
    jane, phone, *_ = scene.rewarded()
    other = scene.phone()
    scene.lead(jane, other)
    scene.delivered()
    workers = (works_off(scene.told("voided", phone, LATER)), works_off(scene.told("paid", other, LATER, invoice="2")))
    return Plot(workers, lambda books: given(books, **{jane: 2500}))


def reattribute_and_paid(scene: Scene) -> Plot:
    """The prospect was Bob's all along: the reward goes to him, whenever the invoice is paid."""
    _, phone, sam = scene.referred()
    bob = scene.enrol("Bob Ray")

    def corrects(tools: Tools) -> None:
        with suppress(NotFound):
            remove_attribution(tools.ports, sam, "owner")
        attribute(tools.ports, Attribution(bob, Prospect("Sam Lee", phone), "owner"))

    workers = (person("owner corrects", corrects), works_off(scene.told("paid", phone, LATER)))
    return Plot(workers, lambda books: given(books, **{bob: 2500}))


def moved_and_paid(scene: Scene) -> Plot:
    """The same in one step, as the console does it."""
    _, phone, sam = scene.referred()
    bob = scene.enrol("Bob Ray")
    moves = person("owner moves", lambda tools: reattribute(tools.ports, sam, bob, "owner"))
    return Plot((moves, works_off(scene.told("paid", phone, LATER))), lambda books: given(books, **{bob: 2500}))


def moved_and_void(scene: Scene) -> Plot:
    """The reward was given already when its referral moves, and its invoice falls."""
    _, phone, sam, _ = scene.rewarded()
    bob = scene.enrol("Bob Ray")
    moves = person("owner moves", lambda tools: reattribute(tools.ports, sam, bob, "owner"))

    def ends(books: Books) -> Iterator[str]:
        yield from given(books)
        yield from statuses(books, sam, "reversed", "reversed reversed")

    return Plot((moves, works_off(scene.told("voided", phone, LATER))), ends)


def lead_told_and_paid(scene: Scene) -> Plot:
    """The CRM tells of the lead at the moment the invoicing tool tells of the invoice."""
    bob, phone = scene.enrol("Bob Ray"), scene.phone()
    lead = {"lead": {"id": "L1", "code": bob}, "customer": {"name": "Sam Lee", "phone": phone}}
    workers = (
        works_off(scene.event("lead.created", EARLIER, lead)),
        works_off(scene.told("paid", phone, LATER)),
    )
    return Plot(workers, lambda books: given(books, **{bob: 2500}))


def attribute_and_paid(scene: Scene) -> Plot:
    """The office learns who sent a prospect at the moment the invoice is paid."""
    bob, phone = scene.enrol("Bob Ray"), scene.phone()
    attribution = Attribution(bob, Prospect("Sam Lee", phone), "owner")
    workers = (
        person("owner attributes", lambda tools: attribute(tools.ports, attribution)),
        works_off(scene.told("paid", phone, LATER)),
    )
    return Plot(workers, lambda books: given(books, **{bob: 2500}))


def invoice_of_nobody(scene: Scene) -> Plot:
    """Two facts about a known invoice whose customer nobody referred: neither is forgotten."""
    phone = scene.phone()
    scene.worked_off(scene.told("issued", phone, EARLIER, amount_cents=40_000))
    workers = (works_off(scene.told("paid", phone, LATER)), works_off(scene.told("voided", phone, LATER)))

    def ends(books: Books) -> Iterator[str]:
        found = {(row["invoice"]["state"], row["invoice"]["amount_cents"]) for row in books.invoices.values()}
        if found != {("voided", 50_000)}:
            yield f"rule 7: the invoice is {found}"

    return Plot(workers, ends)


SCENARIOS = (
    the_same_event_twice,
    issued_and_paid,
    paid_and_void,
    void_of_another_invoice,
    paid_and_delete,
    two_closes,
    void_and_another_close,
    reattribute_and_paid,
    moved_and_paid,
    moved_and_void,
    lead_told_and_paid,
    attribute_and_paid,
    invoice_of_nobody,
)
