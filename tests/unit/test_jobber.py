"""Jobber's webhooks, and what its invoices say when they are read."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Deferred, InvalidInput
from chalicelib.domain.events import Customer, Event, InvoiceChanged, JobCompleted
from chalicelib.domain.identities import Contact
from chalicelib.inbound.access import JobberAccess
from chalicelib.inbound.fetch import Answer
from chalicelib.inbound.jobber import TOPICS, JobberApi, notice, parser
from tests.unit.examples import assert_storable, damaged, unless_refused
from tests.unit.source_payloads import AT, FakeApi, encoded, jobber_client, jobber_event, jobber_invoice

HAPPENED = "2026-05-04T09:30:00Z"
ITEM = "aW52b2ljZS8x"
SAM = Customer("Sam Lee", Contact("+14155552672", "sam@example.com", ("jobber:Y2xpZW50LzE=",)))


def jobber(**invoice: Any) -> FakeApi:
    api = FakeApi()
    api.put(ITEM, {"data": {"invoice": jobber_invoice(HAPPENED, **invoice)}})
    api.put("am9iLzE=", {"data": {"job": {"id": "am9iLzE=", "client": jobber_client()}}})
    api.put("cGF5LzE=", {"data": {"paymentRecord": {"id": "cGF5LzE=", "invoice": jobber_invoice(HAPPENED, **invoice)}}})
    return api


def read(body: object, api: FakeApi, token: str | None = "t") -> Event:
    parse = parser(JobberApi(JobberAccess(url="https://jobber.example.com/graphql", token=token), api))
    (event,) = parse(encoded(body), "jobber:1", "US")
    return event


def told(body: object, api: FakeApi) -> InvoiceChanged:
    event = read(body, api)
    assert isinstance(event.fact, InvoiceChanged)
    assert event.at == event.fact.fact.at
    return event.fact


@pytest.mark.parametrize("spelling", ["occurredAt", "occuredAt"])
@pytest.mark.parametrize(
    ("topic", "item"), [("INVOICE_CREATE", ITEM), ("INVOICE_UPDATE", ITEM), ("PAYMENT_CREATE", "cGF5LzE=")]
)
@pytest.mark.parametrize(
    ("invoice", "state"),
    [
        ({}, "issued"),
        ({"status": "past_due"}, "issued"),
        ({"status": "bad_debt"}, "issued"),
        ({"status": "PAID"}, "paid"),
        ({"balance": 0}, "paid"),
        ({"balance": -5}, "paid"),
        ({"total": 0, "balance": 0}, "issued"),
    ],
    ids=str,
)
def test_an_invoice_is_what_it_says_when_it_is_read(
    topic: str, item: str, spelling: str, invoice: dict[str, Any], state: str
):
    """FACTS: there is no invoice-paid; older apps are sent `occuredAt`."""
    changed = told(jobber_event(topic, item, HAPPENED, spelling=spelling), jobber(**invoice))
    assert (changed.fact.invoice_id, changed.fact.kind, changed.fact.at) == (f"jobber:{ITEM}", state, AT)
    assert (changed.fact.number, changed.customer) == ("12", SAM)


def test_a_draft_is_no_invoice_yet():
    assert read(jobber_event("INVOICE_CREATE", ITEM, HAPPENED), jobber(status="draft")).fact is None


def test_a_deposit_pays_no_invoice():
    api = FakeApi()
    api.put("cGF5LzE=", {"data": {"paymentRecord": {"id": "cGF5LzE=", "invoice": None}}})
    assert read(jobber_event("PAYMENT_CREATE", "cGF5LzE=", HAPPENED), api).fact is None


def test_a_reading_is_as_of_its_event_or_its_own_last_change():
    late, early = "2026-05-04T09:31:00Z", "2026-05-04T05:00:00-04:00"
    assert told(jobber_event("INVOICE_UPDATE", ITEM, late), jobber()).fact.at == AT + timedelta(minutes=1)
    assert told(jobber_event("INVOICE_UPDATE", ITEM, early), jobber()).fact.at == AT


def test_a_deleted_invoice_is_voided_and_not_asked_for():
    api = jobber()
    changed = told(jobber_event("INVOICE_DESTROY", ITEM, HAPPENED), api)
    assert (changed.fact.invoice_id, changed.fact.kind, changed.fact.at) == (f"jobber:{ITEM}", "voided", AT)
    assert api.asked == []


def test_a_closed_job_is_a_completed_one():
    event = read(jobber_event("JOB_CLOSED", "am9iLzE=", HAPPENED), jobber())
    assert (event.fact, event.at) == (JobCompleted(SAM), AT)


def test_it_is_asked_as_jobber_wants_it():
    """The token, the schema's version, the item as a variable and never in the query's text."""
    api = jobber()
    told(jobber_event("INVOICE_UPDATE", ITEM, HAPPENED), api)
    ((url, headers, body),) = api.asked
    assert (url, headers["Authorization"]) == ("https://jobber.example.com/graphql", "Bearer t")
    assert headers["X-JOBBER-GRAPHQL-VERSION"]
    sent = json.loads(body or b"")
    assert sent["variables"] == {"id": ITEM}
    assert ITEM not in sent["query"]


def test_the_same_event_has_the_same_name_and_another_has_another():
    """Jobber gives none."""
    name = notice(encoded(jobber_event("INVOICE_UPDATE", ITEM, HAPPENED)))
    again = notice(encoded(jobber_event("INVOICE_UPDATE", ITEM, "2026-05-04T05:30:00-04:00", spelling="occuredAt")))
    assert name is not None
    assert again is not None
    assert name.id == again.id
    others = [
        jobber_event("INVOICE_CREATE", ITEM, HAPPENED),
        jobber_event("INVOICE_UPDATE", "other", HAPPENED),
        jobber_event("INVOICE_UPDATE", ITEM, "2026-05-04T09:30:01Z"),
    ]
    names = {found.id for other in others if (found := notice(encoded(other)))}
    assert len(names | {name.id}) == 4


@pytest.mark.parametrize("topic", ["CLIENT_CREATE", "QUOTE_SENT", "APP_DISCONNECT"])
def test_a_topic_without_use_is_taken_and_does_nothing(topic: str):
    assert topic not in TOPICS
    assert notice(encoded(jobber_event(topic, ITEM, "?"))) is None


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["data"]),
        ({"data": {}}, ["data.webHookEvent"]),
        ({"data": {"webHookEvent": {}}}, ["data.webHookEvent.topic"]),
        (
            {"data": {"webHookEvent": {"topic": "JOB_CLOSED"}}},
            ["data.webHookEvent.accountId", "data.webHookEvent.itemId", "data.webHookEvent.occuredAt"],
        ),
    ],
)
def test_each_wrong_field_is_named(body: object, fields: list[str]):
    with pytest.raises(InvalidInput) as caught:
        notice(encoded(body))
    assert sorted(error.field for error in caught.value.errors) == fields


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(401, b""), "401.*GOODWORD_JOBBER_TOKEN"),
        (Answer(404, b""), "404"),
        (Answer(429, b""), "429"),
        (Answer(200, b'{"errors": [{"message": "Throttled"}], "data": null}'), "Throttled"),
        (Answer(200, b'{"errors": "odd"}'), "no reason given"),
        (Answer(200, b'{"data": {"invoice": null}}'), "does not know invoice"),
        (Answer(200, b'{"data": []}'), "does not know invoice"),
        (Answer(200, b"{}"), "does not know invoice"),
    ],
)
def test_what_cannot_be_read_waits_with_the_reason(answer: Answer, reason: str):
    api = FakeApi()
    api.answers[ITEM] = answer
    with pytest.raises(Deferred, match=reason):
        read(jobber_event("INVOICE_UPDATE", ITEM, HAPPENED), api)


def test_without_a_token_the_reason_says_what_to_set():
    with pytest.raises(Deferred, match="GOODWORD_JOBBER_TOKEN is not set"):
        read(jobber_event("INVOICE_UPDATE", ITEM, HAPPENED), jobber(), token=None)


@given(st.sampled_from(TOPICS).flatmap(lambda topic: damaged(jobber_event(topic, ITEM, HAPPENED))))
def test_any_json_is_a_notice_or_refused(sent: object):
    """Rule 7."""
    found = unless_refused(lambda: notice(encoded(sent)))
    assert_storable(found)


@given(damaged(jobber_invoice(HAPPENED)))
def test_any_answer_is_a_reading_or_refused(invoice: object):
    api = FakeApi()
    api.put(ITEM, {"data": {"invoice": invoice if isinstance(invoice, dict) else {}}})
    try:
        event = unless_refused(lambda: read(jobber_event("INVOICE_UPDATE", ITEM, HAPPENED), api))
    except Deferred as deferred:
        assert "Jobber" in str(deferred)  # noqa: PT017 - either outcome is right
        return
    assert_storable(event and event.fact)
