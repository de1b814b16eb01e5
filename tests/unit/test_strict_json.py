"""JSON as RFC 8259 means it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Unreadable
from chalicelib.domain.strict_json import MAX_DEPTH, read_object
from tests.unit.examples import json_values, unless_refused


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b'{"score": NaN}', "NaN is not JSON"),
        (b'{"score": Infinity}', "Infinity is not JSON"),
        (b'{"score": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"data": {"a": 1, "a": 1}}', "twice"),
        (b'{"a": 1} {"b": 2}', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_one_json_object_is_refused_with_the_reason(body: bytes, why: str):
    """Rule 7: a malformed body changes nothing and says what is wrong."""
    with pytest.raises(Unreadable, match=why):
        read_object(body)


def _nested(depth: int) -> bytes:
    return b'{"a":' * (depth - 1) + b"{}" + b"}" * (depth - 1)


def test_nesting_is_limited_exactly():
    assert read_object(_nested(MAX_DEPTH)) is not None
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_object(_nested(MAX_DEPTH + 1))


def test_lists_count_as_nesting_too():
    with pytest.raises(Unreadable, match="nested too deeply"):
        read_object(b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}")


@given(st.dictionaries(st.text(), json_values(), max_size=5))
def test_every_ordinary_object_is_read_as_the_standard_library_reads_it(value: dict[str, object]):
    assert read_object(json.dumps(value).encode()) == value


@given(st.binary(max_size=60) | st.text('{}[]":,0123456789.eE+-truefalsn\\u ', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes):
    """Rule 7: never another error."""
    found = unless_refused(lambda: read_object(body))
    assert found is None or isinstance(found, dict)
