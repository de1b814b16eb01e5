"""One door in many spellings, and the neighbours' that are not the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.postal import same_door

SAME = (
    ("12 Maple Street", "12 maple st."),
    ("12 Maple St, Springfield, IL 62704", "12 Maple Street Springfield Illinois 62704-1234"),
    ("12 Maple St", "12 Maple St, Springfield, IL 62704"),
    ("400 North Oak Avenue, Apt 3B", "400 N. Oak Ave #3b"),
    ("400 N Oak Ave Apartment 3B, Springfield", "400 N Oak Ave, Unit 3B"),
    ("100 Broadway, New York, NY 10005", "100 broadway, new york"),
    ("P.O. Box 12", "PO Box 12"),
    ("7 Martin Luther King Boulevard", "7 Martin Luther King Blvd"),
    ("12345 Main Street, 62704", "12345 Main St"),
)
OTHER = (
    ("12 Maple Street", "14 Maple Street"),
    ("12 Maple Street", "12 Maple Avenue"),
    ("12 Maple Street, 62704", "12 Maple Street, 90210"),
    ("400 Oak Ave Apt 3B", "400 Oak Ave Apt 4A"),
    ("400 Oak Ave Apt 3B", "400 Oak Ave"),
    ("400 N Oak Ave", "400 S Oak Ave"),
    ("P.O. Box 12", "P.O. Box 13"),
    ("12 St James Street", "12 St John Street"),
    ("Springfield", "Shelbyville"),
    ("...", "---"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_door(one: str, other: str) -> None:
    assert same_door(one, other)
    assert same_door(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_doors(one: str, other: str) -> None:
    assert not same_door(one, other)
    assert not same_door(other, one)


@given(one=st.text(max_size=40), other=st.text(max_size=40))
def test_any_two_texts_can_be_compared_either_way_round(one: str, other: str) -> None:
    assert same_door(one, other) == same_door(other, one)
