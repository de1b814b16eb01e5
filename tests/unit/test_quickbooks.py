"""QuickBooks' notices in both forms, and what its invoices say when they are read."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Deferred, InvalidInput
from chalicelib.domain.events import Customer, Event, InvoiceChanged
from chalicelib.domain.fields import Fields
from chalicelib.domain.identities import Contact
from chalicelib.domain.invoices import Invoice, fold
from chalicelib.inbound.access import QuickBooksAccess
from chalicelib.inbound.quickbooks import notices, parser
from chalicelib.inbound.quickbooks_api import QuickBooksApi
from tests.unit.examples import assert_storable, damaged, unless_refused
from tests.unit.source_payloads import (
    AT,
    QUICKBOOKS_PAYMENT,
    REALM,
    FakeApi,
    cloud_event,
    encoded,
    old_notice,
    quickbooks_customer,
    quickbooks_invoice,
)

NOTICED = "2026-05-04T09:30:00.179Z"
SAM = Customer("Sam Lee", Contact("+14155552672", "sam@example.com", (f"qbo:{REALM}:24",)))
ACCESS = QuickBooksAccess(url="https://qb.example.com/", token="t")


def books(**invoice: Any) -> FakeApi:
    """QuickBooks with one invoice, last changed at 09:30 UTC."""
    api = FakeApi()
    api.put("/invoice/145", quickbooks_invoice("2026-05-04T02:30:00-07:00", **invoice))
    api.put("/customer/24", quickbooks_customer())
    api.put("/payment/163", QUICKBOOKS_PAYMENT)
    return api


def read(body: object, api: FakeApi) -> list[Event]:
    return parser(QuickBooksApi(ACCESS, api))(encoded(body), "quickbooks:1", "US")


def told(body: object, api: FakeApi) -> InvoiceChanged:
    (event,) = read(body, api)
    assert isinstance(event.fact, InvoiceChanged)
    assert event.at == event.fact.fact.at
    return event.fact


@pytest.mark.parametrize(
    "body", [[cloud_event("updated", "145", NOTICED)], old_notice("Update", "145", NOTICED)], ids=["new", "old"]
)
@pytest.mark.parametrize(
    ("invoice", "state", "cents"),
    [
        ({}, "issued", 184500),
        ({"balance": 45.5}, "issued", 184500),
        ({"balance": 0}, "paid", 184500),
        ({"total": 0, "balance": 0, "PrivateNote": "Voided"}, "voided", None),
        ({"total": 0, "balance": 0}, "voided", None),
        ({"balance": 0, "PrivateNote": "Voided the older one"}, "paid", 184500),
    ],
    ids=str,
)
def test_an_invoice_is_what_its_amounts_say(body: object, invoice: dict[str, Any], state: str, cents: int | None):
    """FACTS: `Balance` 0 is paid; a void takes every amount to nothing, whatever people write in the note."""
    changed = told(body, books(**invoice))
    assert (changed.fact.invoice_id, changed.fact.kind, changed.fact.amount_cents) == (f"qbo:{REALM}:145", state, cents)
    assert (changed.fact.currency, changed.fact.number, changed.customer) == ("USD", "1037", SAM)


def test_a_reading_is_as_of_its_notice_or_its_own_last_change():
    """Of the two the later: see `quickbooks`."""
    late, early = "2026-05-04T09:31:00Z", "2026-05-04T09:00:00Z"
    assert told([cloud_event("updated", "145", late)], books()).fact.at == AT + timedelta(minutes=1)
    assert told([cloud_event("updated", "145", early)], books(balance=0)).fact.at == AT


def test_an_old_notice_that_comes_last_undoes_nothing():
    """Issued 9:00, voided 9:30; the notices arrive in any order, both find it voided."""
    older, newer = [cloud_event("created", "145", "2026-05-04T09:00:00Z")], [cloud_event("voided", "145", NOTICED)]
    api = books(total=0, balance=0)
    for order in ((older, newer), (newer, older)):
        invoice = Invoice("x")
        for body in order:
            invoice = fold(invoice, told(body, api).fact)
        assert (invoice.state, invoice.stands) == ("voided", False)


@pytest.mark.parametrize(
    "body", [[cloud_event("deleted", "145", NOTICED)], old_notice("Delete", "145", NOTICED)], ids=["new", "old"]
)
def test_a_deleted_invoice_is_voided_and_not_asked_for(body: object):
    api = books()
    changed = told(body, api)
    assert (changed.fact.kind, changed.fact.at.replace(microsecond=0), changed.customer.contact) == (
        "voided",
        AT,
        Contact(),
    )
    assert api.asked == []


def test_a_void_that_cannot_be_seen_yet_waits():
    """Never guessed: QuickBooks still answers with the invoice as it was."""
    with pytest.raises(Deferred, match="145 as it was before"):
        read([cloud_event("voided", "145", NOTICED)], books())
    changed_since = books()
    changed_since.put("/invoice/145", quickbooks_invoice("2026-05-04T10:00:00Z"))
    assert told([cloud_event("voided", "145", NOTICED)], changed_since).fact.kind == "issued"


def test_a_payment_leads_to_the_invoices_it_pays():
    api = books(balance=0)
    assert told([cloud_event("created", "163", NOTICED, entity="payment")], api).fact.kind == "paid"
    api.put("/payment/163", {"Payment": {"Id": "163", "Line": []}})
    assert [event.fact for event in read([cloud_event("created", "163", NOTICED, entity="payment")], api)] == [None]
    assert [event.fact for event in read([cloud_event("deleted", "163", NOTICED, entity="payment")], api)] == [None]


def test_notices_of_one_delivery_are_told_apart_and_stand_alone():
    """Each is stored, and tried again, by itself."""
    events = [cloud_event("updated", str(n), NOTICED) for n in range(3)]
    customer = cloud_event("updated", "24", NOTICED, entity="customer")
    found = notices(encoded([*events, customer, {"type": "something.else"}]))
    assert [(notice.id, notice.entity_id) for notice in found] == [(e["id"], e["intuitentityid"]) for e in events]
    for notice in found:
        assert notices(notice.payload.encode()) == [notice]
    old = old_notice("Update", "145", NOTICED)
    old["eventNotifications"][0]["dataChangeEvent"]["entities"] += [
        {"name": "Payment", "id": "163", "operation": "Create", "lastUpdated": NOTICED},
        {"name": "Vendor", "id": "1", "operation": "Create", "lastUpdated": "?"},
    ]
    one, other = notices(encoded(old))
    assert one.id != other.id
    for notice in (one, other):
        assert notices(notice.payload.encode()) == [notice]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ([{}], ["events[0].type"]),
        ([cloud_event("updated", "145", "soon")], ["events[0].time"]),
        ([cloud_event("updated", "../145", NOTICED)], ["events[0].intuitentityid"]),
        ([cloud_event("updated", "145", NOTICED, id=None)], ["events[0].id"]),
        ([1], ["events[0]", "events[0].type"]),
        ({}, ["eventNotifications"]),
        (7, ["body", "eventNotifications"]),
        ({"eventNotifications": [{}]}, ["eventNotifications[0].dataChangeEvent", "eventNotifications[0].realmId"]),
    ],
)
def test_each_wrong_field_of_a_notice_is_named(body: object, fields: list[str]):
    with pytest.raises(InvalidInput) as caught:
        notices(encoded(body))
    assert sorted(error.field for error in caught.value.errors) == fields


def test_who_it_is_may_be_known_by_the_id_alone():
    api = books()
    api.put("/customer/24", quickbooks_customer(phone="ask Bob", email=None))
    assert told([cloud_event("updated", "145", NOTICED)], api).customer.contact == Contact(
        None, None, (f"qbo:{REALM}:24",)
    )


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "GOODWORD_QUICKBOOKS_TOKEN"), (403, "403"), (404, "invoice 145"), (500, "500")]
)
def test_what_cannot_be_read_waits_with_the_reason(status: int, reason: str):
    api = books()
    api.put("/invoice/145", {}, status)
    with pytest.raises(Deferred, match=reason):
        read([cloud_event("updated", "145", NOTICED)], api)


def test_without_a_token_the_reason_says_what_to_set():
    with pytest.raises(Deferred, match="GOODWORD_QUICKBOOKS_TOKEN is not set"):
        QuickBooksApi(QuickBooksAccess(), FakeApi()).read(REALM, "invoice", "1")


def test_an_expired_token_is_renewed_once_and_kept():
    """RFC 6749, 6: with the client's id and secret; the newest refresh token goes into the next renewal."""
    access = QuickBooksAccess(
        "https://qb.example.com", None, "id", "secret", "refresh-1", "https://oauth.example.com/t"
    )
    api = books()
    api.put("/t", {"access_token": "fresh", "refresh_token": "refresh-2", "expires_in": 3600})
    reader = QuickBooksApi(access, api)
    assert reader.read(REALM, "invoice", "145").raw("DocNumber") == "1037"
    assert [(url[-4:], headers["Authorization"][:7]) for url, headers, _ in api.asked] == [
        ("om/t", "Basic a"),
        ("/145", "Bearer "),
    ]
    assert api.asked[0][2] == b"grant_type=refresh_token&refresh_token=refresh-1"
    api.put("/invoice/145", {}, 401)
    with pytest.raises(Deferred, match="401"):
        reader.read(REALM, "invoice", "145")
    assert [body for _, _, body in api.asked if body] == [
        b"grant_type=refresh_token&refresh_token=refresh-1",
        b"grant_type=refresh_token&refresh_token=refresh-2",
    ]
    api.put("/t", {"error": "invalid_grant"}, 400)
    with pytest.raises(Deferred, match="GOODWORD_QUICKBOOKS_REFRESH_TOKEN"):
        reader.read(REALM, "invoice", "145")


def test_an_id_stays_within_its_address():
    api = FakeApi()
    with pytest.raises(Deferred):
        QuickBooksApi(ACCESS, api).read("1/2", "invoice", "../a?b")
    assert api.asked[0][0] == "https://qb.example.com/v3/company/1%2F2/invoice/..%2Fa%3Fb"


deliveries = st.one_of(
    damaged([cloud_event("updated", "145", NOTICED)]),
    damaged([cloud_event("deleted", "145", NOTICED)]),
    damaged(old_notice("Update", "145", NOTICED)),
)


@given(deliveries)
def test_any_json_is_notices_or_refused(sent: object):
    """Rule 7."""
    for notice in unless_refused(lambda: notices(encoded(sent))) or []:
        assert_storable(notice)
        assert notices(notice.payload.encode()) == [notice]


class Loose:
    """Books that answer whatever they are given."""

    def __init__(self, invoice: object, customer: object) -> None:
        self._answers = {"invoice": invoice, "customer": customer}

    def read(self, realm: str, entity: str, entity_id: str) -> Fields:
        found = self._answers[entity]
        return Fields(json.loads(json.dumps(found)) if isinstance(found, dict) else {})


@given(
    damaged(quickbooks_invoice(NOTICED, balance=0, BillEmail={"Address": "x@example.com"})["Invoice"]),
    damaged(quickbooks_customer()["Customer"]),
)
def test_any_answer_is_a_reading_or_refused(invoice: object, customer: object):
    parse = parser(Loose(invoice, customer))
    raw = encoded([cloud_event("updated", "145", NOTICED)])
    for event in unless_refused(lambda: parse(raw, "quickbooks:1", "US")) or []:
        assert_storable(event.fact)
