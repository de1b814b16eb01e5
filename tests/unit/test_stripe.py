"""Stripe's events, as its older and its newer API versions send them."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.events import Customer
from chalicelib.domain.identities import Contact
from chalicelib.inbound.stripe import event_id, parse
from tests.unit.examples import assert_storable, damaged, unless_refused
from tests.unit.stripe_payloads import (
    AT,
    CREATED,
    JANE,
    NEW_CHARGE,
    NEW_INVOICE,
    NEW_NOTE,
    OLD_CHARGE,
    OLD_INVOICE,
    body,
    changed,
)


@pytest.mark.parametrize(
    ("invoice", "known_as"),
    [(OLD_INVOICE, ("stripe:pi_1", "stripe:ch_1")), (NEW_INVOICE, ("stripe:pi_1", "stripe:ch_9"))],
    ids=["old API", "new API"],
)
@pytest.mark.parametrize(
    ("kind", "state", "at"),
    [
        ("invoice.finalized", "issued", AT - timedelta(seconds=60)),
        ("invoice.paid", "paid", AT - timedelta(seconds=5)),
        ("invoice.voided", "voided", AT),
    ],
)
def test_an_invoice_is_read(kind: str, state: str, at: datetime, invoice: dict[str, Any], known_as: tuple[str, ...]):
    """P5: at the time Stripe gives it, else at the event's; and the payments by which a refund will name it."""
    told = changed(kind, invoice)
    assert (told.fact.invoice_id, told.fact.kind, told.fact.at) == ("stripe:in_1", state, at)
    assert (told.fact.amount_cents, told.fact.currency, told.fact.number) == (12500, "USD", "A1B2-0001")
    assert told.customer == JANE
    assert (told.also_known_as, told.names_payment) == (known_as, False)


@pytest.mark.parametrize(
    ("charge", "name", "by_payment"),
    [(OLD_CHARGE, "stripe:in_1", False), (NEW_CHARGE, "stripe:pi_1", True)],
    ids=["old API", "new API"],
)
def test_a_refund_is_read(charge: dict[str, Any], name: str, by_payment: bool):
    """Rule 6: where the charge no longer names its invoice, its payment does."""
    told = changed("charge.refunded", charge)
    assert (told.fact.invoice_id, told.names_payment) == (name, by_payment)
    assert (told.fact.kind, told.fact.refund_key, told.fact.refunded_cents) == ("refunded", "ch_1", 12500)
    assert told.customer == JANE


def test_a_charge_without_a_payment_intent_is_named_by_itself():
    charge = {key: value for key, value in NEW_CHARGE.items() if key != "payment_intent"}
    assert changed("charge.refunded", charge).fact.invoice_id == "stripe:ch_1"


@pytest.mark.parametrize("kind", ["customer.created", "invoice.created", "payment_intent.succeeded", "v2.core.event"])
def test_a_type_without_use_is_taken_and_does_nothing(kind: str):
    """Rule 7: a refusal would make Stripe repeat it for three days."""
    assert parse(body(kind, {"id": "x", "total": "anything"}), "evt_1", "US") == []


def test_an_invoice_in_the_customers_favour_is_taken():
    """The same: Stripe's totals are negative where a credit exceeds the charges."""
    assert parse(body("invoice.paid", {**OLD_INVOICE, "total": -500}), "evt_1", "US") is not None


@pytest.mark.parametrize(
    ("kind", "thing", "fields"),
    [
        ("invoice.paid", {}, ["data.object.id"]),
        ("invoice.paid", {**OLD_INVOICE, "total": 125.0}, ["data.object.total"]),
        ("charge.refunded", {"id": "ch_1"}, ["data.object.amount_refunded"]),
        ("credit_note.created", {"amount": "5"}, ["data.object.amount", "data.object.id", "data.object.invoice"]),
        ("invoice.paid", None, ["data.object"]),
        ("", {}, ["type"]),
        (None, {}, ["type"]),
    ],
)
def test_each_wrong_field_is_named(kind: object, thing: object, fields: list[str]):
    """Rule 7."""
    with pytest.raises(InvalidInput) as caught:
        parse(body(kind, thing), "evt_1", "US")
    assert sorted(error.field for error in caught.value.errors) == fields


def test_an_event_without_its_id_cannot_be_recognised_again():
    assert event_id(body("invoice.paid", {})) == "evt_1"
    with pytest.raises(InvalidInput, match="id"):
        event_id(b"{}")


def test_customer_details_that_cannot_be_read_are_left_out():
    """Rule 7: its own id suffices."""
    told = changed(
        "invoice.paid", {**OLD_INVOICE, "customer_phone": "ask Bob", "customer_email": "x", "customer_name": None}
    )
    assert told.customer == Customer(None, Contact(None, None, ("stripe:cus_1",)))


@pytest.mark.parametrize(
    "part",
    [
        {"customer": "cus_\ud800"},
        {"customer_email": "\ud800@example.com"},
        {"payment_intent": "pi_\ud800"},
        {"customer_name": "\ud800"},
    ],
    ids=lambda part: next(iter(part)),
)
def test_half_characters_go_no_further(part: dict[str, Any]):
    """Rule 7: what cannot be encoded can be neither hashed nor stored; it is refused or left out."""
    assert_storable(unless_refused(lambda: changed("invoice.paid", {**OLD_INVOICE, **part})))


THINGS = {
    "invoice.finalized": OLD_INVOICE,
    "invoice.paid": NEW_INVOICE,
    "invoice.voided": NEW_INVOICE,
    "charge.refunded": OLD_CHARGE,
    "credit_note.created": NEW_NOTE,
    "": {},
}
events = st.sampled_from(sorted(THINGS)).flatmap(
    lambda kind: damaged({"id": "evt_1", "type": kind, "created": CREATED, "data": {"object": THINGS[kind]}})
)


@given(events)
def test_any_json_is_an_event_or_refused(sent: object):
    """Rule 7."""
    raw = json.dumps(sent).encode()
    found = unless_refused(lambda: parse(raw, event_id(raw), "US"))
    for event in found or []:
        assert_storable(event.fact)
