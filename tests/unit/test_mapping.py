"""Any JSON into an event, by expressions that are compiled, bounded, and say what is wrong."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.events import InvoiceChanged
from chalicelib.inbound import standard
from chalicelib.inbound.mapping import EXPRESSIONS, MAX_SOURCES, read_sources, source_named, translate
from tests.unit.examples import NOW, assert_storable, damaged, json_values, unless_refused

ZAPIER: dict[str, Any] = {
    "type": "event",
    "types": {"Invoice Paid": "invoice.paid", "Invoice Sent": "invoice.issued"},
    "id": "zap_id",
    "at": "happened",
    "customer_id": "client.ref",
    "customer_name": "join(' ', [client.first, client.last])",
    "customer_phone": "client.phones[?kind=='mobile'].number | [0]",
    "customer_email": "client.email",
    "invoice_id": "invoice.ref",
    "invoice_number": "invoice.no",
    "invoice_amount": "invoice.total",
    "currency": "'usd'",
}
PAYLOAD: dict[str, Any] = {
    "event": "Invoice Paid",
    "zap_id": "z-1",
    "happened": "2026-05-04T09:30:00Z",
    "client": {
        "ref": 7,
        "first": "Sam",
        "last": "Lee",
        "phones": [{"kind": "home", "number": "1"}, {"kind": "mobile", "number": "(415) 555-2672"}],
        "email": "sam@example.com",
    },
    "invoice": {"ref": "A-1", "no": "1042", "total": "1845.00"},
}


def event(payload: object, **changes: Any) -> dict[str, Any]:
    """What a payload becomes by ZAPIER's expressions with some replaced."""
    entry = {key: value for key, value in {**ZAPIER, **changes}.items() if value is not None}
    mapped = translate(source_named({"sources": {"zapier": entry}}, "zapier"), payload, NOW)
    assert mapped.body is not None
    made: dict[str, Any] = json.loads(mapped.body)
    return made


def refused(sources: object) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read_sources({"sources": sources})
    return {error.field: error.message for error in caught.value.errors}


def test_a_payload_becomes_an_event_that_standard_reads():
    assert event(PAYLOAD) == {
        "type": "invoice.paid",
        "timestamp": "2026-05-04T09:30:00Z",
        "data": {
            "customer": {
                "id": "zapier:7",
                "name": "Sam Lee",
                "phone": "(415) 555-2672",
                "email": "sam@example.com",
            },
            "invoice": {"id": "zapier:A-1", "number": "1042", "amount_cents": 184500, "currency": "usd"},
        },
    }
    (read,) = standard.parse(json.dumps(event(PAYLOAD)).encode(), "mapped:zapier:z-1", "US")
    assert isinstance(read.fact, InvoiceChanged)
    assert (read.fact.fact.invoice_id, read.fact.fact.amount_cents) == ("crm:zapier:A-1", 184500)


def test_two_programs_that_count_alike_are_kept_apart():
    """Unless the owner says that the ids are the CRM's own."""
    assert event(PAYLOAD, same_ids=True)["data"]["customer"]["id"] == "7"
    other = translate(source_named({"sources": {"other": ZAPIER}}, "other"), PAYLOAD, NOW)
    assert json.loads(other.body or b"")["data"]["invoice"]["id"] == "other:A-1"


@pytest.mark.parametrize(
    ("expression", "value", "name"),
    [("zap_id", "z-1", "z-1"), ("zap_id", 7, "7"), ("zap_id", 7.0, "7"), ("zap_id", None, None), (None, "z-1", None)],
)
def test_the_sender_may_name_its_events(expression: str | None, value: object, name: str | None):
    entry = {"type": "'job.completed'", **({"id": expression} if expression else {})}
    mapped = translate(source_named({"sources": {"a": entry}}, "a"), {"zap_id": value}, NOW)
    assert mapped.id == name


@pytest.mark.parametrize(
    ("given_time", "read"),
    [
        ("2026-05-04T09:30:00Z", "2026-05-04T09:30:00Z"),
        (1777887000, "2026-05-04T09:30:00+00:00"),
        ("1777887000", "2026-05-04T09:30:00+00:00"),
        (1777887000123, "2026-05-04T09:30:00.123000+00:00"),
        ("1777887000.5", "2026-05-04T09:30:00.500000+00:00"),
        ("04/05/2026", "04/05/2026"),
        (10**17, str(10**17)),
        (-1, "-1"),
        (None, NOW.isoformat()),
    ],
)
def test_a_time_is_read_in_the_forms_that_programs_send(given_time: object, read: str):
    """What is none of them is left for `standard` to refuse; without one it happened now."""
    assert event({**PAYLOAD, "happened": given_time})["timestamp"] == read


@pytest.mark.parametrize(
    ("part", "value", "path", "read"),
    [
        ("customer_phone", 4155552672, ("customer", "phone"), "4155552672"),
        ("invoice_amount", 1845.5, ("invoice", "amount_cents"), 184550),
        ("review_score", "4.5", ("review", "score"), 4.5),
        ("review_score", "5", ("review", "score"), 5),
        ("review_score", "good", ("review", "score"), "good"),
        ("lead_code", "7KQ2M9XA", ("lead", "code"), "7KQ2M9XA"),
        ("issue_id", 12, ("issue", "id"), "zapier:12"),
        ("job_id", "j", ("invoice", "job_id"), "zapier:j"),
    ],
)
def test_values_take_the_form_their_place_wants(part: str, value: object, path: tuple[str, str], read: object):
    made = event({**PAYLOAD, "value": value}, **{part: "value"})
    assert made["data"][path[0]][path[1]] == read


def test_cents_stay_cents():
    made = event({**PAYLOAD, "cents": 2500}, invoice_amount=None, invoice_amount_cents="cents")
    assert made["data"]["invoice"]["amount_cents"] == 2500


@pytest.mark.parametrize(
    ("part", "expression", "message"),
    [
        ("invoice_amount", "'12,50'", "money"),
        ("invoice_amount", "`1.005`", "money"),
        ("customer_name", "client", "text or a number"),
        ("customer_name", "`true`", "text or a number"),
        ("customer_name", "join(' ', [client.first, client.middle])", "worked out"),
        ("customer_name", "contains('abc', `1`)", "worked out"),
        ("customer_name", "nothing_like_it(@)", "worked out"),
        ("customer_name", "client.phones[::0]", "worked out"),
        ("customer_name", "to_string(@)", "2000 characters"),
        ("review_score", "to_number('1e999')", "text or a number"),
        ("id", "join('', [zap_id, long])", "longer"),
        ("id", "bell", "not text"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(part: str, expression: str, message: str):
    """Rule 7: which expression, and why."""
    payload = {**PAYLOAD, "long": "x" * 160, "longer": "y" * 2000, "bell": "\u0007"}
    with pytest.raises(InvalidInput) as caught:
        event(payload, **{part: expression})
    assert [error.field for error in caught.value.errors] == [part]
    assert message in caught.value.errors[0].message


def test_a_word_that_the_owner_did_not_list_is_ignored():
    source = source_named({"sources": {"zapier": ZAPIER}}, "zapier")
    assert translate(source, {**PAYLOAD, "event": "Quote Sent"}, NOW).body is None
    assert event({**PAYLOAD, "event": "invoice.paid"}, types=None)["type"] == "invoice.paid"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("", "required"),
        ("a[", "JMESPath"),
        ("(" * 290, "JMESPath"),
        ("a." * 149 + "a", "complicated"),
        ("[a] | [@] | [@]", "complicated"),
        ("x" * 301, "longer"),
        (7, "text"),
        ("\ud800", "not text"),
    ],
)
def test_an_expression_that_cannot_be_used_is_refused_before_it_is_needed(expression: object, message: str):
    """Bounded in length and in parts; nothing in it can run for long or fill the memory."""
    found = refused({"zapier": {"type": expression}})
    assert list(found) == ["sources.zapier.type"]
    assert message in found["sources.zapier.type"]


@pytest.mark.parametrize(
    ("sources", "field"),
    [
        ([], "sources"),
        ({"Zapier": {"type": "a"}}, "sources.Zapier"),
        ({"a/b": {"type": "a"}}, "sources.a/b"),
        ({"": {"type": "a"}}, "sources"),
        ({"x" * 31: {"type": "a"}}, "sources." + "x" * 31),
        ({"a": {}}, "sources.a.type"),
        ({"a": []}, "sources.a"),
        ({"a": {"type": "a", "typo": "b"}}, "sources.a.typo"),
        ({"a": {"type": "a", "types": ["x"]}}, "sources.a.types"),
        ({"a": {"type": "a", "types": {"x": 1}}}, "sources.a.types"),
        ({"a": {"type": "a", "same_ids": "perhaps"}}, "sources.a.same_ids"),
        ({"a": {"type": "a", "invoice_amount": "b", "invoice_amount_cents": "b"}}, "sources.a.invoice_amount"),
        ({f"s{n}": {"type": "a"} for n in range(MAX_SOURCES + 1)}, "sources"),
    ],
    ids=str,
)
def test_sources_that_cannot_be_used_are_refused(sources: object, field: str):
    assert field in refused(sources)


def test_a_source_is_taken_away_by_null():
    """Settings merge, so leaving it out would keep it."""
    assert read_sources({"sources": {"a": None, "b": {"type": "x"}}}).keys() == {"b"}
    assert read_sources({}) == read_sources({"sources": None}) == {}
    for raw in ({}, {"sources": {}}, {"sources": {"zapier": None}}):
        with pytest.raises(NotFound):
            source_named(raw, "zapier")


def test_the_worst_expression_within_the_bounds_stays_small():
    """Ten values of ten whole payloads at the most."""
    ten = ",".join("@" * 10)
    with pytest.raises(InvalidInput):
        event({"x": "y" * 1000, "event": "Invoice Paid"}, customer_name=f"to_string([{ten}] | [{ten}])")


@given(json_values() | damaged(PAYLOAD))
def test_any_json_is_an_event_or_refused(payload: object):
    """Rule 7: nothing but a refusal, from the expressions to the fact."""

    def read() -> list[Any]:
        mapped = translate(source_named({"sources": {"zapier": ZAPIER}}, "zapier"), payload, NOW)
        return standard.parse(mapped.body, mapped.id or "x", "US") if mapped.body else []

    for found in unless_refused(read) or []:
        assert_storable(found)


words = st.sampled_from(
    ["a", "b", "@", "[0]", "[*]", "[]", ".", "|", "[?", "]", "(", ")", "&", "'x'", "`1`", "==", ","]
)
calls = st.sampled_from(["length(", "join(", "to_string(", "to_number(", "sort(", "max_by(", "abs(", "sum(", "keys("])


@given(st.lists(words | calls, max_size=12).map("".join), json_values())
def test_any_expression_on_any_json_is_a_value_or_a_refusal(expression: str, payload: object):
    """What jmespath raises, of whatever class, never passes."""

    def read() -> object:
        sources = {"a": {"type": "'job.completed'", "customer_name": expression}}
        return translate(source_named({"sources": sources}, "a"), payload, NOW)

    unless_refused(read)


def test_every_expression_has_its_place():
    entry = {name: "v" for name in EXPRESSIONS if name != "invoice_amount_cents"}
    made = translate(source_named({"sources": {"a": entry}}, "a"), {"v": "5"}, datetime(2026, 1, 1, tzinfo=UTC))
    assert set(json.loads(made.body or b"")["data"]) == {"customer", "invoice", "review", "issue", "lead"}
