"""Jobber's webhooks, which name an invoice, a job or a payment and no more, into our events.

What is named is read when the event is worked off; a reading is as of the later of the invoice's own last change and
the event that made us look, for the reasons given in `quickbooks`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import Deferred, InvalidInput
from chalicelib.domain.events import Customer, Event, InvoiceChanged, JobCompleted
from chalicelib.domain.fields import Fields
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import FactKind, InvoiceFact
from chalicelib.domain.strict_json import read_object
from chalicelib.inbound.access import JobberAccess
from chalicelib.inbound.customers import described
from chalicelib.inbound.fetch import Fetch, read_answer
from chalicelib.inbound.payloads import identifier, money, named_by
from chalicelib.services.ports import Parser

TOPICS = ("INVOICE_CREATE", "INVOICE_UPDATE", "INVOICE_DESTROY", "JOB_CLOSED", "PAYMENT_CREATE")
_CLIENT = "client { id name phones { number } emails { address } }"
_INVOICE = f"id invoiceNumber invoiceStatus updatedAt amounts {{ total invoiceBalance }} {_CLIENT}"
_QUERIES = {
    "invoice": f"query($id: EncodedId!) {{ invoice(id: $id) {{ {_INVOICE} }} }}",
    "job": f"query($id: EncodedId!) {{ job(id: $id) {{ id {_CLIENT} }} }}",
    "paymentRecord": f"query($id: EncodedId!) {{ paymentRecord(id: $id) {{ id invoice {{ {_INVOICE} }} }} }}",
}


@dataclass(frozen=True)
class Notice:
    """One thing that happened. Jobber gives it no id, so `id` is made of all it says."""

    id: str
    topic: str
    item: str
    at: datetime


def notice(body: bytes) -> Notice | None:
    """Read one webhook, None for a topic without use; raises Unreadable and InvalidInput."""
    fields = Fields(read_object(body))
    data = fields.object("data", required=True)
    event = data.object("webHookEvent", required=True) if data else None
    topic = event.text("topic", most=100, required=True) if event else None
    if event is None or topic is None or topic not in TOPICS:
        fields.done()
        return None
    account = identifier(event, "accountId", required=True)
    item = identifier(event, "itemId", required=True)
    # Apps registered before the spelling was mended are still sent the old one.
    at = event.time("occurredAt" if event.has("occurredAt") else "occuredAt", required=True)
    fields.done()
    if item is None or at is None:
        return None
    return Notice(named_by([topic, account, item, at.isoformat()]), topic, item, at)


class JobberApi:
    """Reads what an event names, by GraphQL."""

    def __init__(self, access: JobberAccess, fetch: Fetch) -> None:
        self._access, self._fetch = access, fetch

    def read(self, kind: str, item: str) -> Fields:
        """The invoice, job or payment as it is now; raises Deferred with the reason where it cannot be read."""
        if self._access.token is None:
            raise Deferred("GOODWORD_JOBBER_TOKEN is not set, so nothing can be read from Jobber")
        headers = {
            "Authorization": f"Bearer {self._access.token}",
            "Content-Type": "application/json",
            "X-JOBBER-GRAPHQL-VERSION": self._access.version,
        }
        query = json.dumps({"query": _QUERIES[kind], "variables": {"id": item}}).encode()
        what = f"{kind} {item}"
        answered = read_answer(self._fetch(self._access.url, headers, query), "Jobber", what, "GOODWORD_JOBBER_TOKEN")
        if answered.get("errors"):
            raise Deferred(f"Jobber answered with an error when asked for {what}: {_words(answered['errors'])}")
        data = Fields(answered).object("data")
        found = data.object(kind) if data else None
        if found is None or found.errors:
            raise Deferred(f"Jobber does not know {what}")
        return found


def parser(api: JobberApi) -> Parser:
    """The parser of stored webhooks; it asks `api` for what each one names."""

    def parse(body: bytes, event_id: str, region: str) -> list[Event]:
        told = notice(body)
        return [_event(api, told, event_id, region)] if told else []

    return parse


def _event(api: JobberApi, told: Notice, event_id: str, region: str) -> Event:
    if told.topic == "JOB_CLOSED":
        job = api.read("job", told.item)
        customer = _client(job, region)
        job.done()
        return Event(event_id, told.topic, told.at, JobCompleted(customer))
    if told.topic == "INVOICE_DESTROY":
        # There is nothing left to read; whose it was is known from before, or does not matter.
        fact = InvoiceFact(f"jobber:{told.item}", "voided", told.at)
        return Event(event_id, told.topic, told.at, InvoiceChanged(Customer(None, Contact()), fact))
    if told.topic == "PAYMENT_CREATE":
        payment = api.read("paymentRecord", told.item)
        invoice = payment.object("invoice")
        # A deposit on a quote pays no invoice.
        changed = _reading(invoice, told, region) if invoice else None
        payment.done()
    else:
        changed = _reading(api.read("invoice", told.item), told, region)
    return Event(event_id, told.topic, changed.fact.at if changed else told.at, changed)


def _reading(invoice: Fields, told: Notice, region: str) -> InvoiceChanged | None:
    """What an invoice is now, and since when; None for a draft, which nobody was sent."""
    name = identifier(invoice, "id", required=True)
    status = (invoice.text("invoiceStatus", most=60, required=True) or "").lower()
    amounts = invoice.object("amounts") or Fields({})
    total, balance = money(amounts, "total"), money(amounts, "invoiceBalance")
    number = identifier(invoice, "invoiceNumber")
    changed_at = invoice.time("updatedAt", required=True)
    customer = _client(invoice, region)
    invoice.done()
    if name is None or changed_at is None:
        raise InvalidInput.of("invoice", "does not say its id or its time")
    if status == "draft":
        return None
    fact = InvoiceFact(
        invoice_id=f"jobber:{name}",
        kind=_state(status, total, balance),
        at=max(changed_at, told.at),
        amount_cents=total if total is not None and total >= 0 else None,
        number=number,
    )
    return InvoiceChanged(customer, fact)


def _state(status: str, total: int | None, balance: int | None) -> FactKind:
    if status == "paid" or (total is not None and balance is not None and total > 0 >= balance):
        return "paid"
    return "issued"


def _client(thing: Fields, region: str) -> Customer:
    client = thing.object("client", required=True) or Fields({})
    name = identifier(client, "id", required=True)
    return described(
        names=(client.raw("name"),),
        phones=_each(client.raw("phones"), "number"),
        emails=_each(client.raw("emails"), "address"),
        ids=(f"jobber:{name}",),
        region=region,
    )


def _each(listed: Any, part: str) -> list[Any]:
    return [entry.get(part) for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []


def _words(errors: Any) -> str:
    """What Jobber says went wrong, such as THROTTLED, in a line."""
    first = errors[0] if isinstance(errors, list) and errors else errors
    message = first.get("message") if isinstance(first, dict) else None
    return str(message)[:200] if isinstance(message, str) else "no reason given"
