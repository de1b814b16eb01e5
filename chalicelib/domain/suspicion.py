"""What makes a person look at a referral before its reward is given. A flag never rejects; only a person declines."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from chalicelib.domain.invoices import Invoice
from chalicelib.domain.likeness import alike
from chalicelib.domain.participants import Participant
from chalicelib.domain.postal import same_door
from chalicelib.domain.referrals import Flag, Prospect, Referral

#: A referral counts as one of a network address's for so many days, and as one of a participant's week.
NETWORK_DAYS, WEEK_DAYS = 30, 7


@dataclass(frozen=True)
class Watch:
    """What the owner has looked at; `per_network` and `per_week` are how many are still usual, None for any number."""

    similar_name: bool = True
    same_address: bool = True
    per_network: int | None = 3
    per_week: int | None = 5
    disposable_email: bool = True


@dataclass(frozen=True)
class Counts:
    """How many referrals, this one included, came from one network address lately and from one participant."""

    network: int = 1
    week: int = 1


def flags_of(
    prospect: Prospect, participant: Participant, counts: Counts, watch: Watch, disposable: Container[str]
) -> tuple[Flag, ...]:
    """Every reason to look, in words for staff. `disposable` are domains whose mailboxes live for an hour.

    A participant whom the owner trusts (P19) is never flagged.
    """
    return () if participant.trusted else tuple(_flags(prospect, participant, counts, watch, disposable))


def flags_of_invoice(
    referral: Referral, invoice: Invoice, owner: Participant | None, *, first_time_only: bool
) -> tuple[Flag, ...]:
    """What an invoice shows when it joins a referral: that it is the referrer's own, or an older customer's.

    `owner` is the participant whose own invoice it is. A friend enrolled after the referral is no older customer.
    """
    return tuple(_shown_by(referral, invoice, owner, first_time_only))


def older_customer(referral: Referral, invoices: Iterable[Invoice]) -> tuple[Flag, ...]:
    """Whether invoices that belong to no referral show that the prospect was a customer before."""
    for invoice in invoices:
        if invoice.stands and _older(invoice, referral):
            return (Flag("known_customer", f"invoice {_name(invoice)} is the prospect's and older than the referral"),)
    return ()


def _shown_by(referral: Referral, invoice: Invoice, owner: Participant | None, first_time_only: bool) -> Iterator[Flag]:
    if owner is not None and owner.id == referral.participant_id:
        yield Flag("own_invoice", f"invoice {_name(invoice)} is the referrer's own, as your programs tell it")
    elif owner is not None and first_time_only and owner.created_at < referral.created_at:
        yield Flag(
            "known_customer",
            f"invoice {_name(invoice)} is of {owner.name}, who is enrolled since {owner.created_at:%Y-%m-%d}",
        )
    if _older(invoice, referral):
        yield Flag("older_invoice", f"invoice {_name(invoice)} is older than the referral")


def _older(invoice: Invoice, referral: Referral) -> bool:
    return invoice.since is not None and invoice.since < referral.created_at


def _name(invoice: Invoice) -> str:
    return invoice.number or invoice.id


def _flags(
    prospect: Prospect, participant: Participant, counts: Counts, watch: Watch, disposable: Container[str]
) -> Iterator[Flag]:
    if watch.similar_name and alike(prospect.name, participant.name):
        yield Flag("similar_name", f"the prospect's name, {prospect.name}, is like the referrer's, {participant.name}")
    doors = prospect.address, participant.address
    if watch.same_address and doors[0] and doors[1] and same_door(doors[0], doors[1]):
        yield Flag("same_address", "the prospect has the referrer's address")
    if watch.per_network is not None and counts.network > watch.per_network:
        yield Flag(
            "per_network", f"more than {watch.per_network} referrals from one network address in {NETWORK_DAYS} days"
        )
    if watch.per_week is not None and counts.week > watch.per_week:
        yield Flag("per_week", f"more than {watch.per_week} referrals of one participant in a week")
    domain = _disposable_domain(prospect.email, disposable) if prospect.email else None
    if watch.disposable_email and domain is not None:
        yield Flag("disposable_email", f"{domain} gives out e-mail addresses to throw away")


def _disposable_domain(email: str, disposable: Container[str]) -> str | None:
    """The listed domain of an address: its own, or one that it is a part of."""
    labels = email.rpartition("@")[2].split(".")
    parts = (".".join(labels[i:]) for i in range(len(labels) - 1))
    return next((domain for domain in parts if domain in disposable), None)
