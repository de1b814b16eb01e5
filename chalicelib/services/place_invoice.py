"""Put an invoice where it belongs: to a referral, to nobody yet, or into the queue that a person decides (S10)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Refused
from chalicelib.domain.identities import Contact, Identity
from chalicelib.domain.invoices import Invoice, KnownInvoice, Question
from chalicelib.domain.matching import Candidate, Means, candidates, only
from chalicelib.domain.referrals import Referral, crm_ids, with_invoice
from chalicelib.services.ports import Ports
from chalicelib.services.suspect import suspect
from chalicelib.services.tell import tell_of_referral

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


@dataclass(frozen=True)
class Customer:
    """Whose invoice it is said to be: everything told so far, and what this one message named."""

    name: str | None
    contact: Contact
    also_known_as: tuple[str, ...] = ()


def place_invoice(
    ports: Ports, known: KnownInvoice, folded: KnownInvoice, customer: Customer, at: datetime, by: str
) -> KnownInvoice | None:
    """Write `folded` in the place of `known` with all that follows; None where somebody was faster.

    What a person decided, and what belongs to a referral already, stays there. `at` and `by` are for the history.
    """
    held = ports.store.identities.find(ports.pseudonyms.of(customer.contact))
    owner = known.participant_id or only(_named(ports, customer.contact, held, "participant_id"))
    folded = replace(folded, participant_id=owner)
    if known.referral_id is not None or known.decided:
        referral = ports.store.referrals.get(known.referral_id) if known.referral_id else None
        possible: Collection[Candidate] = ()
    else:
        standing = _standing(ports, customer.contact, held)
        possible = candidates(_named(ports, customer.contact, held, "referral_id", standing))
        referral = standing[next(iter(possible)).id] if len(possible) == 1 else None
    transaction = ports.store.transaction()
    if referral is not None:
        folded = replace(folded, referral_id=referral.id, question=None)
        looked_at = referral if known.decided else suspect(ports, transaction, referral, folded.invoice, owner)
        give_invoice(ports, transaction, folded.invoice, looked_at, customer.contact, at, by)
    elif len(possible) > 1:
        since = known.question.since if known.question else ports.now()
        folded = replace(folded, question=Question(since, customer.name, customer.contact), identity=None)
    elif not known.decided:
        folded = replace(folded, question=None, identity=_listed_under(ports, customer.contact) or known.identity)
        for key in ports.pseudonyms.of(customer.contact):
            # Nobody becomes theirs between this look and the write, or it is looked at again.
            ports.store.identities.require_as_found(transaction, key, held.get(key))
    if known.version and folded == known:
        return known
    ports.store.invoices.write(transaction, folded, customer.also_known_as)
    try:
        transaction.commit()
    except Refused:
        return None
    return folded


def give_invoice(
    ports: Ports,
    transaction: "Transaction",
    invoice: Invoice,
    referral: Referral,
    contact: Contact,
    at: datetime,
    by: str,
) -> None:
    """Fold an invoice into its referral, which from now on is known by the customer's outside ids too."""
    ids = [ports.pseudonyms.external(name) for name in contact.external_ids]
    known_by = tuple(dict.fromkeys((*referral.identities, *ids)))
    crm = crm_ids((*referral.external_ids, *contact.external_ids))
    invoiced = replace(with_invoice(referral, invoice, at, by), identities=known_by, external_ids=crm)
    ports.store.referrals.change(transaction, invoiced)
    tell_of_referral(ports, transaction, ports.store.settings.get().webhooks, referral, invoiced)
    for key in ids:
        ports.store.identities.remember_referral(transaction, key, referral.id)
    ports.store.work.plan_settlement(transaction, referral.id, ports.now())


def possible_referrals(ports: Ports, contact: Contact) -> list[tuple[Referral, tuple[Means, ...]]]:
    """The standing referrals an invoice of this customer may belong to, each with what says so."""
    held = ports.store.identities.find(ports.pseudonyms.of(contact))
    standing = _standing(ports, contact, held)
    found = candidates(_named(ports, contact, held, "referral_id", standing))
    return [(standing[candidate.id], candidate.by) for candidate in found]


def _standing(ports: Ports, contact: Contact, held: Mapping[str, Identity]) -> dict[str, Referral]:
    ids = sorted({identity.referral_id for identity in held.values() if identity.referral_id})
    return {r.id: r for r in ports.store.referrals.get_all(ids) if r.deleted_at is None}


def _named(
    ports: Ports, contact: Contact, held: Mapping[str, Identity], role: str, among: Collection[str] | None = None
) -> dict[Means, set[str]]:
    """Who holds each kind of identity of the customer, as participant or as referral."""
    keys: dict[Means, list[str]] = {
        "outside id": [ports.pseudonyms.external(name) for name in contact.external_ids],
        "phone": [ports.pseudonyms.phone(contact.phone)] if contact.phone else [],
        "e-mail": [ports.pseudonyms.email(contact.email)] if contact.email else [],
    }
    return {
        means: {
            name
            for key in several
            if key in held and (name := getattr(held[key], role)) is not None and (among is None or name in among)
        }
        for means, several in keys.items()
    }


def _listed_under(ports: Ports, contact: Contact) -> str | None:
    """The phone or the e-mail first: that is what a later lead or attribution knows of the person."""
    person = (*ports.pseudonyms.of(replace(contact, external_ids=())), *ports.pseudonyms.of(contact))
    return next(iter(person), None)
