"""Outside data, read field by field."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fields import MAX_CENTS, Fields
from tests.unit.examples import json_values


def refused(fields: Fields) -> list[str]:
    return [error.field for error in fields.errors]


def test_all_errors_come_at_once_each_with_the_path_of_its_field():
    """Rule 7."""
    fields = Fields({"name": 7, "email": "no", "data": {"customer": {"phone": "x"}, "lines": [{"n": 1}, {"n": "two"}]}})
    fields.name()
    fields.email()
    data = fields.object("data")
    assert data is not None
    customer = data.object("customer")
    assert customer is not None
    customer.phone("US")
    customer.text("id", most=10, required=True)
    for line in data.objects("lines"):
        line.integer("n", least=0, most=9)
    fields.object("missing", required=True)
    with pytest.raises(InvalidInput) as caught:
        fields.done()
    assert [error.field for error in caught.value.errors] == [
        "name",
        "email",
        "data.customer.phone",
        "data.customer.id",
        "data.lines[1].n",
        "missing",
    ]
    assert all(error.message for error in caught.value.errors)


@pytest.mark.parametrize("body", [None, [], "text", 7, True])
def test_a_body_that_is_no_object_is_refused_as_body(body: object):
    fields = Fields(body)
    assert refused(fields) == ["body"]


def test_an_inner_value_that_is_no_object_is_refused_by_its_name():
    fields = Fields({"data": [1]})
    inner = fields.object("data")
    assert inner is not None
    assert inner.text("id", most=5) is None
    assert refused(fields) == ["data"]


def test_unknown_fields_are_named():
    fields = Fields({"nmae": "Jane", "name": "Jane"})
    fields.only(["name"])
    assert refused(fields) == ["nmae"]


@pytest.mark.parametrize("value", [25.0, 25.5, "25", True, -1, MAX_CENTS + 1, 10**400, float("inf"), [], {}])
def test_money_is_whole_cents_and_nothing_else(value: object):
    """STYLE: money is integer cents; a float is refused, never rounded."""
    fields = Fields({"amount_cents": value})
    assert fields.cents() is None
    assert refused(fields) == ["amount_cents"]


def test_money_from_nothing_to_the_most():
    assert Fields({"amount_cents": 0}).cents() == 0
    assert Fields({"amount_cents": MAX_CENTS}).cents() == MAX_CENTS


@pytest.mark.parametrize(
    "value", [10**400, -(10**400), float("inf"), float("nan"), "4", True, -0.1, 10.1], ids=lambda value: str(value)[:8]
)
def test_a_score_out_of_range_is_refused(value: object):
    """Rule 7: a number too large for a float is refused like any other, not a crash."""
    fields = Fields({"score": value})
    assert fields.number("score", least=0, most=10) is None
    assert refused(fields) == ["score"]


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", "a\x1bb", "x" * 11, 5, ["x"]])
def test_what_is_not_plain_text_is_refused(value: object):
    fields = Fields({"note": value})
    assert fields.text("note", most=10) is None
    assert refused(fields) == ["note"]


@pytest.mark.parametrize("value", ["", "   ", "\n", None])
def test_empty_text_counts_as_absent(value: object):
    assert Fields({"note": value}).text("note", most=10) is None
    fields = Fields({"note": value})
    fields.text("note", most=10, required=True)
    assert refused(fields) == ["note"]


@pytest.mark.parametrize("name", ["415 555 2671", "!!!", "7"])
def test_a_name_has_a_letter(name: str):
    fields = Fields({"name": name})
    assert fields.name() is None
    assert refused(fields) == ["name"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (False, False), ("on", True), ("Yes", True), ("0", False), (None, False), ("", False)],
)
def test_a_check_box_and_a_json_boolean_are_understood(value: object, expected: bool):
    fields = Fields({"consent": value})
    assert fields.boolean("consent") is expected
    assert not fields.errors


@pytest.mark.parametrize("value", ["maybe", 1, [], {}])
def test_what_is_neither_yes_nor_no_is_refused(value: object):
    """Consent is never guessed."""
    fields = Fields({"consent": value})
    assert fields.boolean("consent") is False
    assert refused(fields) == ["consent"]


@pytest.mark.parametrize("written", ["2026-05-04T09:30:00Z", "2026-05-04T11:30:00+02:00", "2026-05-04T09:30:00.000Z"])
def test_a_time_is_read_in_utc(written: str):
    moment = Fields({"at": written}).time("at")
    assert moment == datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    assert moment is not None
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    ["2026-05-04T09:30:00", "2026-05-04", "yesterday", 1_777_887_000, "", "0001-01-01T00:00:00+23:59", "9" * 50, {}],
)
def test_a_time_without_a_zone_or_out_of_reach_is_refused(written: object):
    fields = Fields({"at": written})
    assert fields.time("at") is None
    assert refused(fields) == ["at"]


READERS: dict[str, Any] = {
    "text": lambda fields: fields.text("x", most=5, required=True),
    "name": lambda fields: fields.name("x", required=True),
    "phone": lambda fields: fields.phone("US", "x", required=True),
    "email": lambda fields: fields.email("x"),
    "choice": lambda fields: fields.choice("x", ("a", "b")),
    "boolean": lambda fields: fields.boolean("x"),
    "integer": lambda fields: fields.integer("x", least=0, most=5, required=True),
    "number": lambda fields: fields.number("x", least=0, most=5, required=True),
    "time": lambda fields: fields.time("x", required=True),
    "object": lambda fields: fields.object("x", required=True),
    "objects": lambda fields: fields.objects("x"),
}


@pytest.mark.parametrize("reader", READERS)
@given(value=json_values() | st.text())
def test_any_json_is_read_or_refused_by_name(reader: str, value: object):
    """Rule 7: never an exception, and never an error without its field."""
    fields = Fields({"x": value})
    READERS[reader](fields)
    assert all(error.field.startswith("x") and error.message for error in fields.errors)
