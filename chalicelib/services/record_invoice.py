"""Take in what happened to an invoice (P5, P29): fold it, find whose it is, and let settlement and credit follow."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Conflict, Deferred, Refused
from chalicelib.domain.events import InvoiceChanged
from chalicelib.domain.identities import Contact, Identity
from chalicelib.domain.invoices import Invoice, KnownInvoice, fold
from chalicelib.domain.referrals import Referral, with_invoice
from chalicelib.services.apply_credit import apply_credit
from chalicelib.services.follow_customer import find_participant
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def record_invoice(ports: Ports, changed: InvoiceChanged, by: str) -> str | None:
    """Fold one fact into its invoice and its referral, and settle; returns the referral's id, or None.

    An invoice that belongs to no referral is kept, in case its customer is attributed later. Raises Conflict where
    its customer's details lead to two different referrals: a person decides that, not a guess (S10).
    """
    folded = _fold(ports, changed, by)
    if folded.referral_id is not None:
        settle(ports, folded.referral_id)
    if folded.participant_id is not None:
        apply_credit(ports, folded.invoice.id)
    return folded.referral_id


def _fold(ports: Ports, changed: InvoiceChanged, by: str) -> KnownInvoice:
    for _ in attempts():
        known = _known(ports, changed)
        folded = replace(known, invoice=fold(known.invoice, changed.fact))
        contact = _contact(ports, changed, known)
        held = ports.store.identities.find(ports.pseudonyms.of(contact))
        folded = replace(folded, participant_id=known.participant_id or _owner(held))
        referral = _matched(ports, folded, held)
        if known.version and folded == known and (referral.id if referral else None) == known.referral_id:
            return known
        transaction = ports.store.transaction()
        if referral is None:
            # Under the phone or the e-mail first: that is what a later lead or attribution knows of the person.
            person = (*ports.pseudonyms.of(replace(contact, external_ids=())), *ports.pseudonyms.of(contact))
            identity = next(iter(person), known.identity)
            folded = replace(folded, identity=identity)
            if identity is not None and identity != known.identity:
                ports.store.invoices.wait(transaction, folded.invoice.id, identity)
                _claim_to_wait(ports, transaction, identity, contact, held)
            ports.store.invoices.write(transaction, folded, changed.also_known_as)
        else:
            folded = replace(folded, referral_id=referral.id)
            ports.store.invoices.write(transaction, folded, changed.also_known_as)
            ports.store.invoices.stop_waiting(transaction, known)
            keys = [ports.pseudonyms.external(name) for name in changed.customer.contact.external_ids]
            known_by = tuple(dict.fromkeys((*referral.identities, *keys)))
            invoiced = with_invoice(referral, folded.invoice, changed.fact.at, by)
            ports.store.referrals.change(transaction, replace(invoiced, identities=known_by))
            for key in keys:
                ports.store.identities.remember_referral(transaction, key, referral.id)
            ports.store.work.plan_settlement(transaction, referral.id, ports.now())
        try:
            transaction.commit()
        except Refused:
            continue
        return folded
    raise AssertionError  # attempts() raises before this


def _known(ports: Ports, changed: InvoiceChanged) -> KnownInvoice:
    invoice_id = changed.fact.invoice_id
    known = ports.store.invoices.get(invoice_id)
    if known is None and changed.names_payment:
        actual = ports.store.invoices.named(invoice_id)
        known = ports.store.invoices.get(actual) if actual else None
        if known is None:
            raise Deferred(f"no invoice is known yet for the payment {invoice_id}")
    return known or KnownInvoice(Invoice(invoice_id))


def _contact(ports: Ports, changed: InvoiceChanged, known: KnownInvoice) -> Contact:
    """The customer as the invoice names them, or as we know whoever has this job or id."""
    contact = changed.customer.contact
    if contact.phone or contact.email or known.referral_id is not None:
        return contact
    participant = find_participant(ports, contact)
    if participant is not None:
        return replace(contact, phone=participant.phone, email=participant.email)
    if changed.names_job and not ports.store.identities.find(ports.pseudonyms.of(contact)):
        raise Deferred(f"nobody is known yet by {', '.join(contact.external_ids)}")
    return contact


def _claim_to_wait(
    ports: Ports, transaction: "Transaction", identity: str, contact: Contact, held: Mapping[str, Identity]
) -> None:
    """Require that nobody attributed the customer since, and let whoever does so now see that an invoice waits."""
    ports.store.identities.wait(transaction, identity, held.get(identity))
    for key in ports.pseudonyms.of(contact):
        if key != identity:
            ports.store.identities.require(transaction, key, held.get(key))


def _owner(held: Mapping[str, Identity]) -> str | None:
    """The participant whose own invoice it is, where the details lead to one and no other."""
    found = {identity.participant_id for identity in held.values() if identity.participant_id}
    return found.pop() if len(found) == 1 else None


def _matched(ports: Ports, known: KnownInvoice, held: Mapping[str, Identity]) -> Referral | None:
    if known.referral_id is not None:
        return ports.store.referrals.get(known.referral_id)
    candidates = {identity.referral_id for identity in held.values() if identity.referral_id}
    referrals = [found for candidate in sorted(candidates) if (found := ports.store.referrals.get(candidate))]
    standing = [referral for referral in referrals if referral.deleted_at is None]
    if len(standing) > 1:
        raise Conflict(
            f"invoice {known.invoice.id} fits the referrals {' and '.join(r.id for r in standing)}; "
            "correct the customer's phone or e-mail, then retry the event"
        )
    return standing[0] if standing else None
