"""What a participant types into the small forms of their page."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.identifiers import normalise_alias
from chalicelib.domain.share_wishes import parse_contact, parse_share_wishes


@pytest.mark.parametrize(
    ("typed", "alias"),
    [
        ("Jane Smith", "jane-smith"),
        ("  jane__smith ", "jane-smith"),
        ("JANE-1994-B", "jane-1994-b"),
        ("", None),
        (None, None),
    ],
)
def test_an_alias_is_read_as_people_type_it(typed: str | None, alias: str | None) -> None:
    assert parse_share_wishes({"alias": typed}).alias == alias


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("jé", "3 to 40 letters"),
        ("a/b/c", "3 to 40 letters"),
        ("-jane-", "3 to 40 letters"),
        ("bob smith", "one of the links we give out"),
        ("7KQ2M9XA", "one of the links we give out"),
        ("212-555-0142-jane", "looks like a phone number"),
    ],
)
def test_an_alias_that_cannot_be_says_why(typed: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        parse_share_wishes({"alias": typed})


@given(typed=st.text(max_size=60))
def test_whatever_is_typed_becomes_an_alias_that_is_a_path_or_is_refused(typed: str) -> None:
    alias = None
    with suppress(InvalidInput):
        alias = parse_share_wishes({"alias": typed}).alias
    assert alias is None or normalise_alias(alias) == alias


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("(212) 555-0142", ("+12125550142", None)),
        (" Jane@Example.com ", (None, "jane@example.com")),
        ("+44 20 7946 0123", ("+442079460123", None)),
    ],
)
def test_one_field_takes_a_number_or_an_address(typed: str, found: tuple[str | None, str | None]) -> None:
    assert parse_contact({"contact": typed}, "US") == found


@given(typed=st.one_of(st.text(max_size=300), st.integers(), st.none(), st.lists(st.text())))
def test_anything_else_is_refused(typed: object) -> None:
    found = None
    with suppress(InvalidInput):
        found = parse_contact({"contact": typed}, "US")
    assert found is None or (found[0] is None) != (found[1] is None)
