"""QuickBooks Online's notices, which name an invoice or a payment and no more, into our events.

An invoice is read when its notice is worked off, and may have moved on since. A reading is therefore as of the later of
two times: the invoice's own last change, and the notice that made us look, since QuickBooks had seen that by then. So a
late notice that finds the invoice voided says "voided, when it was", a reading never undoes a newer one, and where a
payment moves the balance without touching the invoice's own time, its notice still does.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, cast

from chalicelib.domain.errors import Deferred, InvalidInput
from chalicelib.domain.events import Customer, Event, InvoiceChanged
from chalicelib.domain.fields import Fields
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import FactKind, InvoiceFact
from chalicelib.inbound.customers import described
from chalicelib.inbound.payloads import identifier, money, named_by, read_any
from chalicelib.services.ports import Parser

Entity = Literal["invoice", "payment"]
_ENTITIES = ("invoice", "payment")
_TYPE = re.compile(r"qbo\.([a-z]+)\.([a-z]+)\.v\d+")
_ID = re.compile(r"[0-9A-Za-z_-]{1,60}")
#: The older notices' words for what the newer ones call it.
_OPERATIONS = {"create": "created", "update": "updated", "delete": "deleted", "void": "voided"}
_MOST_NOTICES = 1000


@dataclass(frozen=True)
class Notice:
    """One entity that changed. `id` recognises a redelivery; `payload` is a delivery with this notice alone."""

    id: str
    realm: str
    entity: Entity
    entity_id: str
    operation: str
    at: datetime
    payload: str


class Books(Protocol):
    """Reads what a notice names."""

    def read(self, realm: str, entity: str, entity_id: str) -> Fields:
        """The entity as it is now; raises Deferred with the reason where it cannot be read."""


def notices(body: bytes) -> list[Notice]:
    """Read a delivery, a CloudEvents array or the older `eventNotifications`; raises Unreadable and InvalidInput.

    Notices of other entities are left out: nothing needs to be done about them.
    """
    payload = read_any(body)
    errors = Fields({})
    if isinstance(payload, list):
        found = _cloud_events(Fields({"events": payload}, errors=errors.errors))
    else:
        found = _event_notifications(Fields(payload, errors=errors.errors))
    errors.done()
    return found


def parser(books: Books) -> Parser:
    """The parser of stored notices; it asks `books` for what each one names."""

    def parse(body: bytes, event_id: str, region: str) -> list[Event]:
        return [event for notice in notices(body) for event in _events(books, notice, event_id, region)]

    return parse


def _cloud_events(delivery: Fields) -> list[Notice]:
    found = []
    for event in delivery.objects("events", most=_MOST_NOTICES):
        kind = _TYPE.fullmatch(event.text("type", most=100, required=True) or "")
        if kind is None or kind[1] not in _ENTITIES:
            continue
        name = event.text("id", most=150, required=True)
        realm, entity_id = _id(event, "intuitaccountid"), _id(event, "intuitentityid")
        at = event.time("time", required=True)
        if name and realm and entity_id and at:
            payload = json.dumps([{part: event.raw(part) for part in _CLOUD_EVENT}])
            found.append(Notice(name, realm, cast(Entity, kind[1]), entity_id, kind[2], at, payload))
    return found


_CLOUD_EVENT = ("specversion", "id", "source", "type", "time", "intuitentityid", "intuitaccountid")


def _event_notifications(delivery: Fields) -> list[Notice]:
    found = []
    for company in delivery.objects("eventNotifications", most=_MOST_NOTICES):
        realm = _id(company, "realmId")
        changes = company.object("dataChangeEvent", required=True)
        for entity in changes.objects("entities", most=_MOST_NOTICES) if changes else []:
            kind = (entity.text("name", most=60, required=True) or "").lower()
            if kind not in _ENTITIES:
                continue
            entity_id = _id(entity, "id")
            operation = (entity.text("operation", most=20, required=True) or "").lower()
            at = entity.time("lastUpdated", required=True)
            if realm and entity_id and at:
                changed = {part: entity.raw(part) for part in ("name", "id", "operation", "lastUpdated")}
                alone = {"realmId": realm, "dataChangeEvent": {"entities": [changed]}}
                payload = json.dumps({"eventNotifications": [alone]})
                name = named_by([realm, changed])
                word = _OPERATIONS.get(operation, operation)
                found.append(Notice(name, realm, cast(Entity, kind), entity_id, word, at, payload))
    return found


def _id(fields: Fields, name: str) -> str | None:
    value = identifier(fields, name, required=True)
    if value is not None and not _ID.fullmatch(value):
        fields.refuse(name, "is not an id of QuickBooks")
        return None
    return value


def _events(books: Books, notice: Notice, event_id: str, region: str) -> list[Event]:
    if notice.entity == "payment":
        changed = [_reading(books, notice, invoice, region) for invoice in _paid_by(books, notice)]
    elif notice.operation == "deleted":
        # There is nothing left to read; whose it was is known from before, or does not matter.
        fact = InvoiceFact(_name(notice.realm, notice.entity_id), "voided", notice.at)
        changed = [InvoiceChanged(Customer(None, Contact()), fact)]
    else:
        changed = [_reading(books, notice, notice.entity_id, region)]
    kind = f"{notice.entity}.{notice.operation}"
    if not changed:
        return [Event(event_id, kind, notice.at, None)]
    return [Event(event_id, kind, told.fact.at, told) for told in changed]


def _paid_by(books: Books, notice: Notice) -> list[str]:
    """The invoices a payment pays. A deleted payment cannot be read; the invoices' own notices say what it undid."""
    if notice.operation == "deleted":
        return []
    payment = books.read(notice.realm, "payment", notice.entity_id)
    linked = [
        identifier(transaction, "TxnId", required=True)
        for line in (payment.objects("Line") if payment.has("Line") else [])
        for transaction in (line.objects("LinkedTxn") if line.has("LinkedTxn") else [])
        if transaction.raw("TxnType") == "Invoice"
    ]
    payment.done()
    return list(dict.fromkeys(invoice for invoice in linked if invoice and _ID.fullmatch(invoice)))


def _reading(books: Books, notice: Notice, invoice_id: str, region: str) -> InvoiceChanged:
    """What an invoice is now, and since when."""
    invoice = books.read(notice.realm, "invoice", invoice_id)
    total = money(invoice, "TotalAmt", required=True)
    balance = money(invoice, "Balance")
    number = invoice.text("DocNumber", most=60)
    reference = invoice.object("CustomerRef", required=True)
    customer_id = _id(reference, "value") if reference else None
    currency = invoice.object("CurrencyRef") or Fields({})
    code = currency.text("value", most=3)
    meta = invoice.object("MetaData", required=True)
    changed_at = meta.time("LastUpdatedTime", required=True) if meta else None
    invoice.done()
    currency.done()
    if total is None or customer_id is None or changed_at is None:
        raise InvalidInput.of("Invoice", "does not say its total, its customer or its time")
    kind = _state(total, balance)
    if notice.operation == "voided" and kind != "voided" and changed_at <= notice.at:
        raise Deferred(f"QuickBooks still shows invoice {invoice_id} as it was before it was voided")
    fact = InvoiceFact(
        invoice_id=_name(notice.realm, invoice_id),
        kind=kind,
        at=max(changed_at, notice.at),
        # A void sets every amount to nothing; what the invoice was over is known from before.
        amount_cents=total if kind != "voided" else None,
        currency=code.upper() if code else None,
        number=number,
    )
    return InvoiceChanged(_customer(books, notice.realm, customer_id, invoice, region), fact)


def _state(total: int, balance: int | None) -> FactKind:
    """A void leaves a total of nothing. The word "Voided" in the note decides nothing: people write there too."""
    if total <= 0:
        return "voided"
    return "paid" if balance is not None and balance <= 0 else "issued"


def _customer(books: Books, realm: str, customer_id: str, invoice: Fields, region: str) -> Customer:
    person = books.read(realm, "customer", customer_id)
    given, family = (person.raw(part) for part in ("GivenName", "FamilyName"))
    full = f"{given} {family}" if isinstance(given, str) and isinstance(family, str) else None
    return described(
        names=(full, person.raw("DisplayName"), person.raw("CompanyName")),
        phones=(_part(person, phone, "FreeFormNumber") for phone in ("Mobile", "PrimaryPhone", "AlternatePhone")),
        emails=(_part(person, "PrimaryEmailAddr", "Address"), _part(invoice, "BillEmail", "Address")),
        ids=(_name(realm, customer_id),),
        region=region,
    )


def _part(fields: Fields, name: str, part: str) -> Any:
    value = fields.raw(name)
    return value.get(part) if isinstance(value, dict) else None


def _name(realm: str, entity_id: str) -> str:
    """With the company's id: one app may be told of several companies, and each counts from 1."""
    return f"qbo:{realm}:{entity_id}"
