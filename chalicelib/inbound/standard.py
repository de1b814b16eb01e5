"""Standard Webhooks `{type, timestamp, data}` from a CRM, an invoicing or a review tool, into our events."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from chalicelib.domain.discounts import normalise_discount_code
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.events import (
    Customer,
    CustomerUpdated,
    DiscountRedeemed,
    Event,
    Fact,
    InvoiceChanged,
    IssueChanged,
    JobCompleted,
    LeadCreated,
    LeadStageChanged,
    ReviewScored,
)
from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_alias, normalise_code
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import FactKind, InvoiceFact
from chalicelib.domain.postal import MAX_ADDRESS
from chalicelib.domain.referrals import STAGES, Stage
from chalicelib.domain.strict_json import read_object

TYPES = (
    "customer.updated",
    "job.completed",
    "review.scored",
    "issue.opened",
    "issue.closed",
    "lead.created",
    "lead.stage_changed",
    "invoice.issued",
    "invoice.paid",
    "invoice.voided",
    "invoice.refunded",
    "discount.redeemed",
)
#: Here the phone is the news itself, so one we cannot read is refused; elsewhere an id may say who it is.
_PHONE_MATTERS = frozenset({"customer.updated", "lead.created"})
#: Where an event names its job; a mapping's `job_id` stands beside the invoice.
_JOBS = (("job", "id"), ("invoice", "job_id"))
_ANONYMOUS_ISSUE = "issue"


def parse(body: bytes, event_id: str, region: str) -> list[Event]:
    """Read one event; raises Unreadable, and InvalidInput naming each field that is wrong."""
    fields = Fields(read_object(body))
    kind = fields.choice("type", TYPES)
    if kind is None:
        if not fields.has("type") or fields.raw("type") == "":
            fields.refuse("type", f"is required: one of {', '.join(TYPES)}")
        fields.done()
    at = fields.time("timestamp", required=True)
    data = fields.object("data", required=True)
    fact = _fact(str(kind), data, event_id, at, region) if data is not None and at is not None else None
    fields.done()
    if at is None or fact is None:
        raise InvalidInput.of("data", "does not say what this type of event needs")
    return [Event(event_id, str(kind), at, fact)]


def _fact(kind: str, data: Fields, event_id: str, at: datetime, region: str) -> Fact | None:
    if kind == "discount.redeemed":
        return _discount(data)
    job = _job(kind, data)
    if job is not None and kind.startswith("invoice.") and not data.has("customer"):
        # Whose job it is, an earlier event said.
        return _invoice(kind, data, Customer(None, Contact(external_ids=(job,))), event_id, at, names_job=True)
    if kind == "lead.stage_changed" and not data.has("customer"):
        # Which lead it is, its id says.
        return _lead(kind, data, Customer(None, Contact()))
    customer = _customer(data, region, strict=kind in _PHONE_MATTERS)
    if job is not None:
        contact = customer.contact
        customer = replace(customer, contact=replace(contact, external_ids=(*contact.external_ids, job)))
    if kind == "customer.updated":
        if customer.name is None:
            data.refuse("customer.name", "is required")
        return CustomerUpdated(customer)
    if kind == "job.completed":
        return JobCompleted(customer)
    if kind == "review.scored":
        review = data.object("review", required=True)
        score = review.number("score", least=0, most=10, required=True) if review else None
        return ReviewScored(customer, score) if score is not None else None
    if kind in {"issue.opened", "issue.closed"}:
        issue = data.object("issue")
        name = _id(issue, "id") if issue else None
        return IssueChanged(customer, name or _ANONYMOUS_ISSUE, opened=kind == "issue.opened")
    if kind.startswith("lead."):
        return _lead(kind, data, customer)
    return _invoice(kind, data, customer, event_id, at)


def _job(kind: str, data: Fields) -> str | None:
    """The job that an event names, as an id that is kept with the customer; one that cannot be read is left out."""
    for place, name in _JOBS if kind == "job.completed" else _JOBS[1:] if kind.startswith("invoice.") else ():
        raw = data.raw(place)
        identifier = _id(Fields(raw), name) if isinstance(raw, Mapping) else None
        if identifier is not None:
            return f"crm-job:{identifier}"
    return None


def _customer(data: Fields, region: str, *, strict: bool) -> Customer:
    fields = data.object("customer", required=True) or Fields({})
    identifier = _id(fields, "id")
    email = fields.email()
    raw = fields.raw("phone")
    if strict or not (identifier or email):
        phone = fields.phone(region)
    else:
        lenient = Fields({"phone": raw})
        phone = lenient.phone(region)
    if not (identifier or email or phone) and not data.errors:
        data.refuse("customer", "needs an id, a phone or an e-mail")
    external = (f"crm:{identifier}",) if identifier else ()
    address = Fields({"address": fields.raw("address")}).text("address", most=MAX_ADDRESS)
    return Customer(fields.name(), Contact(phone, email, external), address)


def _lead(kind: str, data: Fields, customer: Customer) -> Fact | None:
    fields = data.object("lead", required=True)
    if fields is None:
        return None
    identifier = _id(fields, "id", required=True)
    if identifier is None:
        return None
    lead_id = f"crm-lead:{identifier}"
    if kind == "lead.stage_changed":
        stage = fields.choice("stage", STAGES)
        if stage is None:
            if fields.raw("stage") in (None, ""):
                fields.refuse("stage", f"is required: one of {', '.join(STAGES)}")
            return None
        # The stage is the news; a day that cannot be read does not keep it out.
        day = Fields(fields.values()).day("appointment_on") if stage == "appointment" else None
        return LeadStageChanged(customer, lead_id, cast(Stage, stage), day)
    typed = fields.text("code", most=60)
    code = normalise_code(typed) if typed else None
    alias = normalise_alias(typed) if typed and code is None else None
    if typed and code is None and alias is None:
        fields.refuse("code", "is not a tracking code")
    return LeadCreated(customer, lead_id, code, fields.text("referred_by", most=80), alias)


def _invoice(
    kind: str, data: Fields, customer: Customer, event_id: str, at: datetime, *, names_job: bool = False
) -> Fact | None:
    fields = data.object("invoice", required=True)
    if fields is None:
        return None
    identifier = _id(fields, "id", required=True)
    amount = fields.cents()
    currency = fields.text("currency", most=3)
    number = _id(fields, "number")
    if identifier is None:
        return None
    refund = kind == "invoice.refunded"
    fact = InvoiceFact(
        invoice_id=f"crm:{identifier}",
        kind=cast(FactKind, kind.removeprefix("invoice.")),
        at=at,
        amount_cents=None if refund else amount,
        currency=currency.upper() if currency else None,
        number=number,
        refund_key=event_id if refund else None,
        refunded_cents=amount if refund else None,
    )
    return InvoiceChanged(customer, fact, names_job=names_job)


def _discount(data: Fields) -> Fact | None:
    fields, invoice = data.object("discount", required=True), data.object("invoice")
    typed = fields.text("code", most=60, required=True) if fields else None
    code = normalise_discount_code(typed) if typed else None
    if fields is not None and typed and code is None:
        fields.refuse("code", "is not a discount code")
    identifier = _id(invoice, "id", required=True) if invoice else None
    return DiscountRedeemed(code, f"crm:{identifier}" if identifier else None) if code else None


def _id(fields: Fields, name: str, *, required: bool = False) -> str | None:
    """An id in the other program: text, or a number as many send it."""
    value: Any = fields.raw(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:100]
    return fields.text(name, most=100, required=required)
