"""Standard Webhooks of a CRM, an invoicing or a review tool (DESIGN 6)."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.events import (
    Customer,
    CustomerUpdated,
    DiscountRedeemed,
    Fact,
    InvoiceChanged,
    IssueChanged,
    JobCompleted,
    LeadCreated,
    LeadStageChanged,
    ReviewScored,
)
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import InvoiceFact
from chalicelib.inbound.standard import TYPES, parse
from tests.unit.examples import assert_storable, damaged, unless_refused

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
CUSTOMER = {"id": "7", "name": "Jane Doe", "phone": "(415) 555-2671", "email": "Jane@Example.com"}
JANE = Customer("Jane Doe", Contact("+14155552671", "jane@example.com", ("crm:7",)))
ON_JOB = replace(JANE, contact=replace(JANE.contact, external_ids=("crm:7", "crm-job:j1")))
INVOICE = {"id": "inv1", "number": "A-17", "job_id": "j1", "amount_cents": 12500, "currency": "usd"}
DATA: dict[str, Any] = {
    "customer": CUSTOMER,
    "invoice": INVOICE,
    "review": {"score": 4.5},
    "issue": {"id": "leak"},
    "discount": {"code": "9x4cm-q2t7r"},
    "lead": {"id": 9, "code": "0j4n-e000", "referred_by": "Jane", "stage": "won"},
}


def body(kind: object = "job.completed", data: object = DATA, at: object = "2026-05-04T09:30:00Z") -> bytes:
    return json.dumps({"type": kind, "timestamp": at, "data": data}).encode()


def fact(kind: str, data: object = DATA) -> Fact | None:
    (event,) = parse(body(kind, data), "evt_1", "US")
    assert (event.id, event.type, event.at) == ("evt_1", kind, AT)
    return event.fact


def wrong(kind: str, data: object) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        parse(body(kind, data), "evt_1", "US")
    return [error.field for error in caught.value.errors]


def invoiced(kind: str, **parts: Any) -> InvoiceChanged:
    defaults: dict[str, Any] = {"amount_cents": 12500, "currency": "USD", "number": "A-17"}
    return InvoiceChanged(ON_JOB, InvoiceFact("crm:inv1", kind, AT, **{**defaults, **parts}))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("customer.updated", CustomerUpdated(JANE)),
        ("job.completed", JobCompleted(ON_JOB)),
        ("review.scored", ReviewScored(JANE, 4.5)),
        ("issue.opened", IssueChanged(JANE, "leak", opened=True)),
        ("issue.closed", IssueChanged(JANE, "leak", opened=False)),
        ("lead.created", LeadCreated(JANE, "crm-lead:9", "0J4NE000", "Jane")),
        ("lead.stage_changed", LeadStageChanged(JANE, "crm-lead:9", "won")),
        ("invoice.issued", invoiced("issued")),
        ("invoice.paid", invoiced("paid")),
        ("invoice.voided", invoiced("voided")),
        ("discount.redeemed", DiscountRedeemed("9X4CMQ2T7R", "crm:inv1")),
        ("invoice.refunded", invoiced("refunded", amount_cents=None, refund_key="evt_1", refunded_cents=12500)),
    ],
)
def test_each_type_says_what_it_says(kind: str, expected: Fact):
    """DESIGN 6."""
    assert fact(kind) == expected


def test_a_stage_needs_no_customer_where_the_lead_has_its_id():
    """DESIGN 6: `data.lead` is {id, stage}."""
    told = fact("lead.stage_changed", {"lead": {"id": 9, "stage": "won"}})
    assert told == LeadStageChanged(Customer(None, Contact()), "crm-lead:9", "won")
    assert wrong("lead.stage_changed", {}) == ["data.lead"]
    assert wrong("lead.stage_changed", {"customer": {}, "lead": {"id": 9, "stage": "won"}}) == ["data.customer"]
    assert wrong("lead.created", {"lead": {"id": 9, "code": "0j4n-e000"}}) == ["data.customer"]


def test_every_type_of_the_contract_is_read():
    for kind in TYPES:
        assert fact(kind) is not None


@pytest.mark.parametrize("kind", ["", None, "invoice.payed", "INVOICE.PAID", 7, [], "None", " "])
def test_a_type_that_is_none_of_ours_is_refused(kind: object):
    """Rule 7: never taken for another, and never stored to fail later."""
    with pytest.raises(InvalidInput) as caught:
        parse(body(kind), "evt_1", "US")
    assert {error.field for error in caught.value.errors} == {"type"}


@pytest.mark.parametrize(
    ("kind", "data", "fields"),
    [
        ("job.completed", None, ["data"]),
        ("job.completed", [], ["data", "data.customer"]),
        ("job.completed", {}, ["data.customer"]),
        ("job.completed", {"customer": {}}, ["data.customer"]),
        ("job.completed", {"customer": {"name": "Jane"}}, ["data.customer"]),
        ("customer.updated", {"customer": {"id": "7"}}, ["data.customer.name"]),
        ("customer.updated", {"customer": {**CUSTOMER, "phone": "12"}}, ["data.customer.phone"]),
        ("customer.updated", {"customer": {**CUSTOMER, "email": "x"}}, ["data.customer.email"]),
        ("review.scored", {"customer": CUSTOMER}, ["data.review"]),
        ("review.scored", {"customer": CUSTOMER, "review": {}}, ["data.review.score"]),
        ("review.scored", {"customer": CUSTOMER, "review": {"score": "5"}}, ["data.review.score"]),
        ("review.scored", {"customer": CUSTOMER, "review": {"score": 11}}, ["data.review.score"]),
        ("review.scored", {"customer": CUSTOMER, "review": {"score": 10**400}}, ["data.review.score"]),
        ("lead.created", {"customer": CUSTOMER}, ["data.lead"]),
        ("lead.created", {"customer": CUSTOMER, "lead": {}}, ["data.lead.id"]),
        ("lead.created", {"customer": CUSTOMER, "lead": {"id": "1", "code": "?"}}, ["data.lead.code"]),
        ("lead.stage_changed", {"customer": CUSTOMER, "lead": {"id": "1"}}, ["data.lead.stage"]),
        ("lead.stage_changed", {"customer": CUSTOMER, "lead": {"id": "1", "stage": "sold"}}, ["data.lead.stage"]),
        ("invoice.paid", {"customer": CUSTOMER}, ["data.invoice"]),
        ("invoice.paid", {"customer": CUSTOMER, "invoice": {}}, ["data.invoice.id"]),
        (
            "invoice.paid",
            {"customer": CUSTOMER, "invoice": {"id": "1", "amount_cents": 12.5}},
            ["data.invoice.amount_cents"],
        ),
        (
            "invoice.paid",
            {"customer": {"email": "x"}, "invoice": {"id": True, "currency": "dollars"}},
            ["data.customer.email", "data.invoice.currency", "data.invoice.id"],
        ),
    ],
)
def test_each_wrong_field_is_named_once(kind: str, data: object, fields: list[str]):
    """Rule 7."""
    assert sorted(wrong(kind, data)) == fields


@pytest.mark.parametrize("at", [None, "", "today", "2026-05-04T09:30:00", 1777887000])
def test_a_time_with_its_zone_is_required(at: object):
    with pytest.raises(InvalidInput) as caught:
        parse(body(at=at), "evt_1", "US")
    assert [error.field for error in caught.value.errors] == ["timestamp"]


def test_an_unreadable_phone_does_not_stop_an_event_that_has_an_id():
    """Rule 7: the id says who it is; only where the phone is the news it must be right."""
    changed = fact("invoice.paid", {"customer": {"id": 7, "phone": "ask Bob"}, "invoice": INVOICE})
    assert isinstance(changed, InvoiceChanged)
    assert changed.customer.contact == Contact(None, None, ("crm:7", "crm-job:j1"))


def test_an_invoice_that_names_its_job_needs_no_customer():
    """S10: whose job it is, an earlier event said."""
    changed = fact("invoice.paid", {"invoice": INVOICE})
    assert isinstance(changed, InvoiceChanged)
    assert (changed.names_job, changed.customer) == (True, Customer(None, Contact(external_ids=("crm-job:j1",))))
    with pytest.raises(InvalidInput):
        fact("invoice.paid", {"invoice": {"id": "inv1", "job_id": ["j1"]}})


@pytest.mark.parametrize("job", [{"id": "j1"}, {"id": None}, "j1", None, {"id": ["j1"]}])
def test_a_finished_job_says_which_one_it_was_where_that_can_be_read(job: object):
    completed = fact("job.completed", {"customer": CUSTOMER, "job": job})
    known = ("crm-job:j1",) if job == {"id": "j1"} else ()
    assert isinstance(completed, JobCompleted)
    assert completed.customer.contact.external_ids == ("crm:7", *known)


def test_an_address_that_cannot_be_read_is_left_out():
    for address, read in (("12  Maple St", "12 Maple St"), ("x" * 201, None), ({"street": "Maple"}, None)):
        updated = fact("customer.updated", {"customer": {**CUSTOMER, "address": address}})
        assert isinstance(updated, CustomerUpdated)
        assert updated.customer.address == read


def test_a_phone_alone_identifies_a_customer():
    assert fact("job.completed", {"customer": {"phone": "4155552671"}}) == JobCompleted(
        Customer(None, Contact("+14155552671"))
    )


def test_ids_may_be_numbers():
    """Many tools send them so; true is none."""
    changed = fact("invoice.paid", {"customer": {"id": 7}, "invoice": {"id": 42}})
    assert isinstance(changed, InvoiceChanged)
    assert changed.fact.invoice_id == "crm:42"


def test_a_refund_without_an_amount_is_the_whole_and_each_event_is_its_own_refund():
    """Rule 6."""
    changed = fact("invoice.refunded", {"customer": CUSTOMER, "invoice": {"id": "1"}})
    assert isinstance(changed, InvoiceChanged)
    assert (changed.fact.refund_key, changed.fact.refunded_cents) == ("evt_1", None)


def test_an_issue_without_an_id_can_be_closed_again():
    """S3: a tool that knows one issue at a time."""
    opened, closed = (fact(f"issue.{word}", {"customer": CUSTOMER}) for word in ("opened", "closed"))
    assert isinstance(opened, IssueChanged)
    assert isinstance(closed, IssueChanged)
    assert opened.issue == closed.issue


@given(
    st.sampled_from([*TYPES, ""]).flatmap(
        lambda kind: damaged({"type": kind, "timestamp": AT.isoformat(), "data": DATA})
    )
)
def test_any_json_is_an_event_or_refused(sent: object):
    """Rule 7: never another error, and nothing is kept that cannot be stored or is of no known kind."""
    events = unless_refused(lambda: parse(json.dumps(sent).encode(), "evt_1", "US"))
    if events is not None:
        (event,) = events
        assert event.type in TYPES
        assert_storable(event.fact)
