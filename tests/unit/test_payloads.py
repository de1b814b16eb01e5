"""Any JSON, money with a decimal point, names for what has none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Unreadable
from chalicelib.inbound.customers import described
from chalicelib.inbound.payloads import cents_of, named_by, read_any
from tests.unit.examples import json_values


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        (0, 0),
        (1845, 184500),
        (1845.0, 184500),
        (362.07, 36207),
        (0.1, 10),
        (-5.5, -550),
        (1e-7, None),
        (1e6, 100_000_000),
        ("1845.00", 184500),
        (" 1845.5 ", 184550),
        ("1845.500", 184550),
        (10**9, 10**11),
        (10**9 + 1, None),
        (1.005, None),
        ("1.005", None),
        ("1,845.00", None),
        ("$5", None),
        ("", None),
        ("٣", None),
        ("1e3", None),
        (True, None),
        (None, None),
        ([], None),
        (1e300, None),
        (float("inf"), None),
        (10**400, None),
    ],
)
def test_money_is_read_exactly_or_not_at_all(value: object, cents: int | None):
    """Integer cents; nothing is rounded."""
    assert cents_of(value) == cents


@given(st.integers(-(10**11), 10**11))
def test_every_amount_comes_back_from_its_json(cents: int):
    """A float's shortest text is what stood in the JSON."""
    written = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
    assert cents_of(json.loads(written)) == cents
    assert cents_of(written) == cents


@given(json_values())
def test_any_json_is_read_as_it_is(value: object):
    assert read_any(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "raw", [b"", b" ", b"[", b"[]}", b'[], "more": 1', b'1, "body": 2', b'{"a":1,"a":2}', b"NaN", b"[1] [2]", b"\xff"]
)
def test_what_is_not_one_json_value_is_unreadable(raw: bytes):
    """The wrapping that makes an array readable lets nothing else in."""
    with pytest.raises(Unreadable):
        read_any(raw)


def test_the_same_json_has_the_same_name_however_it_is_written():
    one, other = json.loads('{"a": 1, "b": [2, "é"]}'), json.loads('{ "b":[2,"\\u00e9"],"a":1}')
    assert named_by(one) == named_by(other) != named_by({"a": 1, "b": [2, "e"]})


def test_of_a_persons_details_the_first_that_can_be_read_counts():
    """One badly kept field stops no invoice (docs/decisions.md)."""
    found = described(
        [None, "123", "x" * 81, "Sam Lee"], [7, "ask Bob", "415 555 2672"], ["x", "S@X.org"], ["a:1"], "US"
    )
    assert (found.name, found.contact.phone, found.contact.email) == ("Sam Lee", "+14155552672", "s@x.org")
    assert described([], [], [], ["a:1", "a:1"], "US").contact.external_ids == ("a:1",)
