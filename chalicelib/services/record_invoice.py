"""Take in what happened to an invoice (P5, P29): fold it, find whose it is, and let settlement and credit follow."""

from dataclasses import replace

from chalicelib.domain.errors import Deferred
from chalicelib.domain.events import InvoiceChanged
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import Invoice, KnownInvoice, fold
from chalicelib.domain.matching import together
from chalicelib.services.apply_credit import apply_credit
from chalicelib.services.follow_customer import find_participant
from chalicelib.services.place_invoice import Customer, place_invoice
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.settle import settle


def record_invoice(ports: Ports, changed: InvoiceChanged, by: str) -> KnownInvoice:
    """Fold one fact into its invoice and its referral, and settle.

    An invoice that belongs to no referral is kept, in case its customer is attributed later. One that fits several
    waits for a person: that is not guessed (S10).
    """
    folded = _fold(ports, changed, by)
    if folded.referral_id is not None:
        settle(ports, folded.referral_id)
    if folded.participant_id is not None:
        apply_credit(ports, folded.invoice.id)
    return folded


def _fold(ports: Ports, changed: InvoiceChanged, by: str) -> KnownInvoice:
    for _ in attempts():
        known = _known(ports, changed)
        folded = replace(known, invoice=fold(known.invoice, changed.fact))
        contact, name = _contact(ports, changed, known), changed.customer.name
        if known.question is not None:
            # What was told before still counts: else the order of two facts would decide.
            contact, name = together(known.question.contact, contact), name or known.question.name
        customer = Customer(name, contact, changed.also_known_as)
        placed = place_invoice(ports, known, folded, customer, changed.fact.at, by)
        if placed is not None:
            return placed
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
