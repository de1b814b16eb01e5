"""Housecall Pro's invoices and jobs."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.events import Customer, CustomerUpdated, InvoiceChanged, JobCompleted
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import Invoice, fold
from chalicelib.inbound.housecallpro import event_id, parse
from tests.unit.examples import assert_storable, damaged, unless_refused
from tests.unit.source_payloads import AT, encoded, housecallpro_invoice, housecallpro_job

HAPPENED = "2026-05-04T09:30:00Z"
SAM = Customer("Sam Lee", Contact("+14155552672", "sam@example.com", ("hcp:cus_1", "hcp-job:job_1")))


def told(event: str = "invoice.updated", at: str = HAPPENED, **invoice: Any) -> InvoiceChanged:
    (found,) = parse(encoded(housecallpro_invoice(event, at, **invoice)), "housecallpro:1", "US")
    assert isinstance(found.fact, InvoiceChanged)
    return found.fact


@pytest.mark.parametrize(
    ("event", "invoice", "state"),
    [
        ("invoice.sent", {}, "issued"),
        ("invoice.paid", {"status": "paid", "due_amount": 0}, "paid"),
        ("invoice.payment.succeeded", {"due_amount": 0}, "paid"),
        ("invoice.payment.succeeded", {"due_amount": 500}, "issued"),
        ("invoice.voided", {}, "voided"),
        ("invoice.updated", {"status": "Voided"}, "voided"),
        ("invoice.updated", {"status": "canceled"}, "voided"),
        ("invoice.deleted", {"status": "draft"}, "voided"),
        ("invoice.updated", {"payments": [{"status": "refunded", "amount": 184500}]}, "voided"),
        ("invoice.updated", {"due_amount": 500, "payments": [{"status": "refunded", "amount": 500}]}, "issued"),
        ("invoice.updated", {"status": "paid", "payments": [{"status": "refunded"}, {"status": "succeeded"}]}, "paid"),
        ("invoice.created", {"amount": 0, "due_amount": 0}, "issued"),
    ],
)
def test_an_invoice_is_what_the_event_shows_of_it(event: str, invoice: dict[str, Any], state: str):
    """At the event's own time; its customer is whoever the job belongs to."""
    changed = told(event, **invoice)
    assert (changed.fact.invoice_id, changed.fact.kind, changed.fact.at) == ("hcp:invoice_1", state, AT)
    assert changed.customer == Customer(None, Contact(external_ids=("hcp-job:job_1",)))
    assert changed.fact.number == "23"


def test_money_comes_in_cents():
    assert told().fact.amount_cents == 184500
    with pytest.raises(InvalidInput, match=r"invoice\.amount"):
        told(amount=1845.0)


def test_paid_again_after_a_refund_stands():
    refunded = told("invoice.updated", "2026-05-04T10:00:00Z", payments=[{"status": "refunded", "amount": 184500}])
    again = told("invoice.paid", "2026-05-04T11:00:00Z", status="paid", due_amount=0)
    paid = told("invoice.paid", "2026-05-04T09:00:00Z", status="paid", due_amount=0)
    invoice = Invoice("x")
    for fact, stands in ((refunded.fact, False), (paid.fact, False), (again.fact, True)):
        invoice = fold(invoice, fact)
        assert invoice.stands is stands


def test_a_draft_is_no_invoice_yet():
    assert parse(encoded(housecallpro_invoice("invoice.created", HAPPENED, status="draft")), "x", "US") == []


def test_a_job_says_whose_it_is():
    """FACTS: an invoice carries no customer; so the job's id is one of the customer's."""
    (completed,) = parse(encoded(housecallpro_job("job.completed", HAPPENED)), "x", "US")
    assert (completed.fact, completed.at) == (JobCompleted(SAM), AT)
    for event in ("job.created", "job.scheduled", "job.paid"):
        (other,) = parse(encoded(housecallpro_job(event, HAPPENED)), "x", "US")
        assert other.fact == CustomerUpdated(SAM)


@pytest.mark.parametrize(
    "event", ["job.canceled", "job.deleted", "customer.created", "estimate.sent", "invoice_paid", "x"]
)
def test_a_type_without_use_is_taken_and_does_nothing(event: str):
    assert parse(encoded(housecallpro_job(event, HAPPENED)), "x", "US") == []


def test_a_customer_nobody_can_reach_is_not_enrolled():
    body = housecallpro_job("job.created", HAPPENED, phone="ask Bob")
    body["job"]["customer"]["email"] = None
    assert parse(encoded(body), "x", "US") == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["event"]),
        ({"event": "invoice.paid"}, ["event_occurred_at", "invoice"]),
        (
            {"event": "invoice.paid", "event_occurred_at": HAPPENED, "invoice": {}},
            ["invoice.id", "invoice.job_id", "invoice.status"],
        ),
        ({"event": "job.created", "event_occurred_at": "now", "job": {"id": "1"}}, ["event_occurred_at"]),
        ({"event": "job.created", "event_occurred_at": HAPPENED, "job": {}}, ["job.customer", "job.id"]),
        (
            {"event": "job.created", "event_occurred_at": HAPPENED, "job": {"id": 7, "customer": {}}},
            ["job.customer.id"],
        ),
    ],
)
def test_each_wrong_field_is_named(body: object, fields: list[str]):
    with pytest.raises(InvalidInput) as caught:
        parse(encoded(body), "x", "US")
    assert sorted(error.field for error in caught.value.errors) == fields


def test_the_same_body_has_the_same_name_and_another_has_another():
    """Housecall Pro gives none."""
    body = housecallpro_invoice("invoice.paid", HAPPENED)
    assert event_id(encoded(body)) == event_id(json.dumps(body, indent=2, sort_keys=True).encode())
    assert event_id(encoded(body)) != event_id(encoded(housecallpro_invoice("invoice.paid", HAPPENED, due_amount=1)))


@given(
    st.sampled_from(
        [
            housecallpro_invoice("invoice.paid", HAPPENED, payments=[{"status": "refunded"}]),
            housecallpro_job("job.completed", HAPPENED),
            housecallpro_job("job.created", HAPPENED),
        ]
    ).flatmap(damaged)
)
def test_any_json_is_an_event_or_refused(sent: object):
    """Rule 7."""
    raw = encoded(sent)
    for event in unless_refused(lambda: parse(raw, event_id(raw), "US")) or []:
        assert_storable(event.fact)
