"""Stripe's invoice, charge and credit-note events, into our events; other types need nothing done."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.events import Customer, Event, Fact, InvoiceChanged, InvoiceNamed
from chalicelib.domain.fields import MAX_CENTS, Fields
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import FactKind, InvoiceFact
from chalicelib.domain.people import clean_text, normalise_email, normalise_phone
from chalicelib.domain.strict_json import read_object

_INVOICE: dict[str, tuple[FactKind, str]] = {
    "invoice.finalized": ("issued", "finalized_at"),
    "invoice.paid": ("paid", "paid_at"),
    "invoice.voided": ("voided", "voided_at"),
}
_LATEST = 4_102_444_800  # the year 2100


def event_id(body: bytes) -> str:
    """Stripe's own id of the event, by which a redelivery is recognised; raises InvalidInput."""
    fields = Fields(read_object(body))
    identifier = fields.text("id", most=200, required=True)
    fields.done()
    return identifier or ""


def parse(body: bytes, event_id: str, region: str) -> list[Event]:
    """Read one event; a type we have no use for gives none. Raises Unreadable and InvalidInput."""
    fields = Fields(read_object(body))
    kind = fields.text("type", most=100, required=True) or ""
    created = fields.integer("created", least=0, most=_LATEST, required=True)
    data = fields.object("data", required=True)
    thing = data.object("object", required=True) if data else None
    fields.done()
    if thing is None or created is None:
        return []
    at = datetime.fromtimestamp(created, UTC)
    fact: Fact
    if kind in _INVOICE:
        fact = _invoice(*_INVOICE[kind], thing, at, region)
    elif kind == "charge.refunded":
        fact = _refund(thing, at, region)
    elif kind == "credit_note.created":
        fact = _credit_note(thing, at, region)
    elif kind == "invoice_payment.paid":
        fact = _payment(thing)
    else:
        return []
    fields.done()
    return [Event(event_id, kind, at, fact)]


def _invoice(kind: FactKind, moment: str, invoice: Fields, at: datetime, region: str) -> InvoiceChanged:
    identifier = invoice.text("id", most=200, required=True)
    transitions = invoice.object("status_transitions") or Fields({})
    seconds = transitions.integer(moment, least=0, most=_LATEST)
    currency = invoice.text("currency", most=3)
    fact = InvoiceFact(
        invoice_id=f"stripe:{identifier}",
        kind=kind,
        at=datetime.fromtimestamp(seconds, UTC) if seconds else at,
        amount_cents=invoice.integer("total", least=-MAX_CENTS, most=MAX_CENTS),
        currency=currency.upper() if currency else None,
        number=invoice.text("number", most=60),
    )
    return InvoiceChanged(_customer(invoice, "customer_", region), fact, also_known_as=_payments(invoice))


def _refund(charge: Fields, at: datetime, region: str) -> InvoiceChanged:
    """A charge reports how much of it is refunded by now, so the latest sum replaces the earlier."""
    identifier = charge.text("id", most=200, required=True)
    invoice = charge.text("invoice", most=200)
    payment = charge.text("payment_intent", most=200) or identifier
    fact = InvoiceFact(
        invoice_id=f"stripe:{invoice or payment}",
        kind="refunded",
        at=at,
        refund_key=identifier,
        refunded_cents=charge.cents("amount_refunded", required=True),
    )
    return InvoiceChanged(_customer(charge, "", region), fact, names_payment=invoice is None)


def _credit_note(note: Fields, at: datetime, region: str) -> InvoiceChanged:
    """What a credit note takes off the invoice, less what it refunds to a charge: that arrives as charge.refunded."""
    identifier = note.text("id", most=200, required=True)
    invoice = note.text("invoice", most=200, required=True)
    amount = note.cents("amount", required=True) or 0
    refunds = note.objects("refunds") if note.has("refunds") else []
    through_charge = sum(refund.cents("amount_refunded") or 0 for refund in refunds)
    if not refunds and note.has("refund"):
        through_charge = note.cents("post_payment_amount") or amount
    fact = InvoiceFact(
        invoice_id=f"stripe:{invoice}",
        kind="refunded",
        at=at,
        refund_key=identifier,
        refunded_cents=max(0, amount - through_charge),
    )
    return InvoiceChanged(_customer(note, "customer_", region), fact)


def _payment(payment: Fields) -> InvoiceNamed:
    """Since 2025 a charge does not name its invoice any more; this event says which payment is whose."""
    invoice = payment.text("invoice", most=200, required=True)
    names = _payments(Fields({"payments": {"data": [{"payment": payment.raw("payment")}]}}))
    return InvoiceNamed(f"stripe:{invoice}", names)


def _customer(thing: Fields, prefix: str, region: str) -> Customer:
    """Whoever Stripe names; details it keeps but that we cannot read are left out, its own id suffices."""
    details = thing.raw("billing_details")
    if prefix == "" and isinstance(details, dict):
        name, phone, email = details.get("name"), details.get("phone"), details.get("email")
    else:
        name, phone, email = (thing.raw(f"{prefix}{part}") for part in ("name", "phone", "email"))
    customer = thing.raw("customer")
    identifier = customer.get("id") if isinstance(customer, dict) else customer
    contact = Contact(
        phone=normalise_phone(phone, region) if isinstance(phone, str) else None,
        email=normalise_email(email) if isinstance(email, str) else None,
        external_ids=(f"stripe:{identifier}",) if isinstance(identifier, str) and clean_text(identifier) else (),
    )
    return Customer(clean_text(name) if isinstance(name, str) else None, contact)


def _payments(invoice: Fields) -> tuple[str, ...]:
    """Ids of the payments behind an invoice: on itself in older API versions, in a list in newer ones."""
    found = [invoice.raw("payment_intent"), invoice.raw("charge")]
    listed: Any = invoice.raw("payments")
    entries = listed.get("data") if isinstance(listed, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        payment = entry.get("payment") if isinstance(entry, dict) else None
        if isinstance(payment, dict):
            found += [payment.get("payment_intent"), payment.get("charge")]
    return tuple(dict.fromkeys(f"stripe:{name}" for name in found if isinstance(name, str) and clean_text(name)))
