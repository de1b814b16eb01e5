"""Stripe's objects as its webhooks carry them, in older and newer API versions, less what nobody reads here."""

import json
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from chalicelib.domain.events import Customer, InvoiceChanged
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import Invoice, fold
from chalicelib.inbound.stripe import parse

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CREATED = int(AT.timestamp())
JANE = Customer("Jane Doe", Contact("+14155552671", "jane@example.com", ("stripe:cus_1",)))
#: An invoice as `invoice.paid` carried it until 2025-02 (acacia), less what nobody reads here.
OLD_INVOICE: dict[str, Any] = {
    "id": "in_1",
    "object": "invoice",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "currency": "usd",
    "customer": "cus_1",
    "customer_email": "Jane@Example.com",
    "customer_name": "Jane Doe",
    "customer_phone": "+14155552671",
    "number": "A1B2-0001",
    "paid": True,
    "status": "paid",
    "status_transitions": {
        "finalized_at": CREATED - 60,
        "marked_uncollectible_at": None,
        "paid_at": CREATED - 5,
        "voided_at": None,
    },
    "total": 12500,
}
#: And since 2025-03-31 (basil): the payments stand in a list.
NEW_INVOICE: dict[str, Any] = {
    **{key: value for key, value in OLD_INVOICE.items() if key not in {"charge", "payment_intent", "paid"}},
    "payments": {
        "object": "list",
        "data": [
            {"id": "inpay_1", "status": "paid", "payment": {"type": "payment_intent", "payment_intent": "pi_1"}},
            {"id": "inpay_2", "status": "open", "payment": {"type": "charge", "charge": "ch_9"}},
        ],
    },
}
OLD_CHARGE: dict[str, Any] = {
    "id": "ch_1",
    "object": "charge",
    "amount": 12500,
    "amount_refunded": 12500,
    "billing_details": {"name": "Jane Doe", "email": "jane@example.com", "phone": "(415) 555-2671", "address": {}},
    "customer": "cus_1",
    "invoice": "in_1",
    "payment_intent": "pi_1",
    "refunded": True,
}
NEW_CHARGE = {key: value for key, value in OLD_CHARGE.items() if key != "invoice"}
OLD_NOTE: dict[str, Any] = {
    "id": "cn_1",
    "object": "credit_note",
    "amount": 12500,
    "customer": "cus_1",
    "invoice": "in_1",
    "refund": "re_1",
}
NEW_NOTE: dict[str, Any] = {
    **{key: value for key, value in OLD_NOTE.items() if key != "refund"},
    "post_payment_amount": 12500,
    "pre_payment_amount": 0,
    "refunds": [{"amount_refunded": 12500, "refund": "re_1"}],
}


def body(kind: object, thing: object, created: object = CREATED) -> bytes:
    return json.dumps(
        {"id": "evt_1", "object": "event", "type": kind, "created": created, "data": {"object": thing}}
    ).encode()


def changed(kind: str, thing: object, created: int = CREATED) -> InvoiceChanged:
    (event,) = parse(body(kind, thing, created), "evt_1", "US")
    assert isinstance(event.fact, InvoiceChanged)
    return event.fact


def invoice_after(*told: InvoiceChanged) -> Invoice:
    """The invoice that these facts are of; a charge of the newer API names the payment, which is looked up first."""
    return reduce(fold, (one.fact for one in told), Invoice("stripe:in_1"))
