"""Names that may be one person's, and names of families that are not."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.likeness import alike, distance

LIKE = (
    ("Jane Doe", "Jane Doe"),
    ("Jane Doe", "jane  DOE"),
    ("Jane Doe", "Doe, Jane"),
    ("Jane Doe", "Doe Jane"),
    ("Jane Doe", "Mrs. Jane Doe"),
    ("Jane Doe", "Jane M. Doe"),
    ("Jane Doe", "Jane Marie Doe"),
    ("Jane Doe", "JaneDoe"),
    ("Jane Doe", "J. Doe"),
    ("José García", "Jose Garcia"),
    ("Robert Smith", "Bob Smith"),
    ("Rob Smith", "Bobby Smith"),
    ("Elizabeth O'Brien", "Liz OBrien"),
    ("Jonathan Miller", "Jonathon Miller"),
    ("Michael Anderson", "Micheal Andersen"),
    ("Katherine Wilson", "Kate Wilsno"),
    ("John Smith Jr.", "John Smith Sr."),
    ("Mary-Ann Jones", "Mary Ann Jones"),
    ("李小明", "李小明"),
    ("Jr Jr", "jr. jr."),
    ("Dr V", "V, Dr"),
)
UNLIKE = (
    ("Jane Doe", "John Doe"),
    ("Jane Doe", "Jane Roe"),
    ("Maria Rossi", "Mario Rossi"),
    ("Paul Weber", "Paula Weber"),
    ("Erik Larsen", "Erika Larsen"),
    ("Robert Smith", "Richard Smith"),
    ("Smith", "Jane Smith"),
    ("Jane", "Jane Doe"),
    ("Sam Lee", "Jane Doe"),
    ("Ann Lee", "Ian Lee"),
    ("Mr. Smith", "Mrs. Jones"),
    ("!", "?"),
)
words = st.text(string.ascii_lowercase, min_size=2, max_size=9)
names = st.lists(words, min_size=2, max_size=3).map(" ".join)


@pytest.mark.parametrize(("one", "other"), LIKE)
def test_names_that_may_be_one_person(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_names_of_two_people(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


@given(name=names, order=st.randoms(use_true_random=False))
def test_a_name_is_like_itself_in_any_order(name: str, order: "st.random.Random") -> None:  # type: ignore[name-defined]
    parts = name.split()
    order.shuffle(parts)
    assert alike(name, " ".join(parts).upper())


@given(one=st.text(max_size=20), other=st.text(max_size=20))
def test_any_two_texts_can_be_compared_either_way_round(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(one=words, other=words)
def test_a_distance_is_the_same_both_ways_and_nothing_for_the_same_word(one: str, other: str) -> None:
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)


@given(word=words, place=st.integers(0, 7))
def test_two_letters_swapped_are_one_slip(word: str, place: int) -> None:
    place %= len(word) - 1
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    assert distance(word, swapped, 3) <= 1
