"""Store a webhook before it is answered, and work it off after (DESIGN 5, rule 7)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import Conflict, Deferred, InvalidInput, NotFound, Refused
from chalicelib.domain.events import (
    CustomerUpdated,
    DiscountRedeemed,
    Event,
    EventStatus,
    GiftCardTold,
    InvoiceChanged,
    InvoiceNamed,
    IssueChanged,
    JobCompleted,
    LeadCreated,
    LeadStageChanged,
    ReviewScored,
    StoredEvent,
)
from chalicelib.domain.identifiers import derived_id
from chalicelib.domain.leads import Lead
from chalicelib.domain.referrals import Prospect
from chalicelib.domain.satisfaction import issue_closed, issue_opened, job_completed, scored
from chalicelib.services.adopt_invoices import adopt_invoices
from chalicelib.services.capture_lead import capture_lead
from chalicelib.services.change_stage import change_stage
from chalicelib.services.follow_customer import enrol_customer, follow_customer
from chalicelib.services.nudge_gift_card import hear_of_card
from chalicelib.services.ports import Parser, Ports
from chalicelib.services.record_invoice import record_invoice
from chalicelib.services.redeem_discount import Use, redeem_discount

#: How long an event waits for what it refers to, each time; then it has failed, with the reason.
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))


def receive_event(ports: Ports, source: str, provider_id: str, payload: str) -> bool:
    """Keep a verified, readable webhook; False for a redelivery."""
    event = StoredEvent(f"{source}:{provider_id}", source, payload, ports.now())
    return ports.store.events.add(ports.store.transaction(), event)


def work_off_event(
    ports: Ports, parsers: Mapping[str, Parser], event_id: str, *, again: bool = False
) -> StoredEvent | None:
    """Do what a stored event asks for. What refers to something unknown waits; what cannot be done fails, with why.

    Each step of it is idempotent, so a crash in between is mended by doing it again. `again` retries a failed one.
    """
    stored = ports.store.events.get(event_id)
    if stored is None or stored.status == "done" or (stored.status == "failed" and not again):
        return stored
    tried = replace(stored, attempts=0) if again else stored
    try:
        reason = _apply_all(ports, parsers, tried)
    except Deferred as deferred:
        return _put_off(ports, tried, str(deferred))
    except (InvalidInput, Conflict, NotFound) as error:
        return _mark(ports, tried, "failed", str(error), None)
    return _mark(ports, tried, "done", reason, None)


def note_failure(ports: Ports, event_id: str, reason: str) -> bool:
    """Keep the reason of an unexpected failure with its event and try again later; False where it could not be kept."""
    stored = ports.store.events.get(event_id)
    if stored is None or stored.status in {"done", "failed"}:
        return True
    return _put_off(ports, stored, reason).status in {"waiting", "failed"}


def _put_off(ports: Ports, stored: StoredEvent, reason: str) -> StoredEvent:
    if stored.attempts >= len(WAITS):
        return _mark(ports, stored, "failed", reason, None)
    return _mark(ports, stored, "waiting", reason, ports.now() + WAITS[stored.attempts])


def _mark(
    ports: Ports, stored: StoredEvent, status: EventStatus, reason: str | None, due_at: datetime | None
) -> StoredEvent:
    worked = replace(stored, status=status, reason=reason, attempts=stored.attempts + 1)
    transaction = ports.store.transaction()
    ports.store.events.change(transaction, worked, due_at)
    try:
        transaction.commit()
    except Refused:
        # Another worker was faster; each did the same.
        return ports.store.events.get(stored.id) or worked
    return worked


def _apply_all(ports: Ports, parsers: Mapping[str, Parser], stored: StoredEvent) -> str | None:
    region = ports.store.settings.get().business.country
    events = parsers[stored.source](stored.payload.encode(), stored.id, region)
    notes = [note for event in events if (note := _apply(ports, event, stored))]
    return "; ".join(notes) or None


def _apply(ports: Ports, event: Event, stored: StoredEvent) -> str | None:
    """Do what one event asks for; returns a note for staff where there is something to know."""
    by = f"{stored.source} {event.type}"
    match event.fact:
        case None:
            return "nothing to do"
        case CustomerUpdated(customer):
            enrol_customer(ports, customer)
        case JobCompleted(customer):
            follow_customer(ports, customer, lambda known: job_completed(known, event.at))
        case ReviewScored(customer, score):
            follow_customer(ports, customer, lambda known: scored(known, score, event.at))
        case IssueChanged(customer, issue, opened):
            learn = issue_opened if opened else issue_closed
            follow_customer(ports, customer, lambda known: learn(known, issue, event.at))
        case LeadCreated():
            return _lead(ports, event, event.fact, by)
        case LeadStageChanged():
            return _stage(ports, event, event.fact, by)
        case InvoiceNamed(invoice_id, names):
            transaction = ports.store.transaction()
            ports.store.invoices.name(transaction, invoice_id, names)
            if names:
                transaction.commit()
        case DiscountRedeemed(code, invoice_id):
            redeem_discount(ports, code, Use(by, event.id, invoice_id))
        case InvoiceChanged():
            invoice = record_invoice(ports, event.fact, by)
            if invoice.question is not None:
                return "this invoice fits several referrals: a person decides"
            return None if invoice.referral_id else "this invoice belongs to no referral"
        case GiftCardTold():
            return hear_of_card(ports, event.fact)
    return None


def _lead(ports: Ports, event: Event, fact: LeadCreated, by: str) -> str | None:
    if fact.code is None and fact.alias is None and fact.referred_by is None:
        return "the lead names no referrer"
    if fact.customer.name is None or not (fact.customer.contact.phone or fact.customer.contact.email):
        raise InvalidInput.of("data.customer", "a lead needs a name and a phone or an e-mail")
    lead = Lead(
        prospect=Prospect(
            fact.customer.name, fact.customer.contact.phone, fact.customer.contact.email, fact.customer.address
        ),
        source="crm",
        at=event.at,
        by=by,
        code=fact.code,
        alias=fact.alias,
        referred_by=fact.referred_by,
        external_ids=(fact.lead_id, *fact.customer.contact.external_ids),
    )
    settings = ports.store.settings.get()
    reference = derived_id("ref", event.at, event.id)
    first_time_only = settings.eligibility.first_time_only
    receipt = capture_lead(
        ports,
        lead,
        reference,
        first_time_only=first_time_only,
        webhooks=settings.webhooks,
        sequence=settings.sequence,
    )
    adopt_invoices(ports, reference, by)
    return f"recorded as {receipt.disqualified}" if receipt.disqualified else None


def _stage(ports: Ports, event: Event, fact: LeadStageChanged, by: str) -> str | None:
    contact = replace(fact.customer.contact, external_ids=(fact.lead_id, *fact.customer.contact.external_ids))
    held = ports.store.identities.find(ports.pseudonyms.of(contact))
    for key in ports.pseudonyms.of(contact):
        referral_id = held[key].referral_id if key in held else None
        if referral_id is not None:
            change_stage(ports, referral_id, fact.stage, event.at, by, audit=False, appointment_on=fact.appointment_on)
            return None
    raise Deferred(f"no referral is known yet for {fact.lead_id}")


def retry_failed_events(ports: Ports, parsers: Mapping[str, Parser]) -> tuple[int, int]:
    """Try all failed and waiting events again, on command; returns how many were tried and how many are done now."""
    tried = done = 0
    for status in ("failed", "waiting"):
        cursor = None
        while True:
            page, cursor = ports.store.events.with_status(status, limit=50, cursor=cursor)
            for stored in page:
                tried += 1
                worked = work_off_event(ports, parsers, stored.id, again=True)
                done += worked is not None and worked.status == "done"
            if cursor is None:
                break
    return tried, done
