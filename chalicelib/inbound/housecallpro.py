"""Housecall Pro's invoice and job events, into our events; other types need nothing done.

An invoice names its job and not its customer. A job's events name both, so the job's id, `hcp-job:<id>`, is kept with
the customer like any other id of theirs, and leads from the invoice to the person.
"""

from datetime import datetime
from typing import Any

from chalicelib.domain.events import Customer, CustomerUpdated, Event, Fact, InvoiceChanged, JobCompleted
from chalicelib.domain.fields import Fields
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import FactKind, InvoiceFact
from chalicelib.domain.strict_json import read_object
from chalicelib.inbound.customers import described
from chalicelib.inbound.payloads import identifier, named_by

#: States in which an invoice counts no more, and events that bring it there.
_GONE = frozenset({"voided", "void", "canceled", "cancelled", "deleted"})


def event_id(body: bytes) -> str:
    """A name made of the whole body, by which a redelivery is recognised: Housecall Pro gives none."""
    return named_by(read_object(body))


def parse(body: bytes, event_id: str, region: str) -> list[Event]:
    """Read one event; a type we have no use for gives none. Raises Unreadable and InvalidInput."""
    fields = Fields(read_object(body))
    kind = fields.text("event", most=100, required=True) or ""
    subject, _, happened = kind.partition(".")
    if subject not in {"invoice", "job"}:
        fields.done()
        return []
    at = fields.time("event_occurred_at", required=True)
    thing = fields.object(subject, required=True)
    fact: Fact | None = None
    if at is not None and thing is not None:
        fact = _invoice(thing, happened, at) if subject == "invoice" else _job(thing, happened, region)
    fields.done()
    return [Event(event_id, kind, at, fact)] if at is not None and fact is not None else []


def _job(job: Fields, happened: str, region: str) -> Fact | None:
    """Any event of a job makes its customer known; one of a cancelled job does not."""
    name = identifier(job, "id", required=True)
    person = job.object("customer", required=True)
    if name is None or person is None or happened in _GONE:
        return None
    customer_id = identifier(person, "id", required=True)
    given, family = person.raw("first_name"), person.raw("last_name")
    full = " ".join(part for part in (given, family) if isinstance(part, str))
    customer = described(
        names=(full, person.raw("company")),
        phones=(person.raw(phone) for phone in ("mobile_number", "home_number", "work_number")),
        emails=(person.raw("email"),),
        ids=(f"hcp:{customer_id}", f"hcp-job:{name}"),
        region=region,
    )
    if happened == "completed":
        return JobCompleted(customer)
    reachable = customer.contact.phone or customer.contact.email
    return CustomerUpdated(customer) if customer.name and reachable else None


def _invoice(invoice: Fields, happened: str, at: datetime) -> Fact | None:
    """An invoice as it was at the event's time: the events' order is the order of what they show."""
    name = identifier(invoice, "id", required=True)
    status = (invoice.text("status", most=60, required=True) or "").lower()
    amount = invoice.cents("amount")
    due = invoice.cents("due_amount")
    job = identifier(invoice, "job_id", required=True)
    number = identifier(invoice, "invoice_number")
    if name is None or job is None or (status == "draft" and happened not in _GONE):
        return None
    gone = status in _GONE or happened in _GONE
    fact = InvoiceFact(
        invoice_id=f"hcp:{name}",
        kind="voided" if gone else _state(status, amount, due, invoice.raw("payments")),
        at=at,
        amount_cents=None if gone else amount,
        number=number,
    )
    return InvoiceChanged(Customer(None, Contact(external_ids=(f"hcp-job:{job}",))), fact, names_job=True)


def _state(status: str, amount: int | None, due: int | None, payments: Any) -> FactKind:
    """Wholly refunded counts as voided, until it is paid once more: another payment has its own later event."""
    paid = amount is not None and due is not None and amount > 0 == due
    if status == "paid" or paid:
        return "paid"
    refunded = any(isinstance(p, dict) and p.get("status") == "refunded" for p in _list(payments))
    return "voided" if refunded and amount is not None and due is not None and due >= amount else "issued"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
