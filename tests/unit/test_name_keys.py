"""A name is found at the places where it is listed, whatever slip of the pen the answer has."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.likeness import name_words
from chalicelib.domain.name_keys import NameKey, likely_places, name_keys, soundex, unlikely_places
from chalicelib.domain.nicknames import other_names
from chalicelib.domain.people import MAX_NAME, is_no_name

words = st.text(string.ascii_lowercase, min_size=2, max_size=12).filter(lambda word: not is_no_name(word))


def found(said: tuple[str, ...], name: str, *, likely: bool = False) -> bool:
    """Whether looking for these words leads to where the name stands."""
    places = [*likely_places(said), *(() if likely else unlikely_places(said))]
    keys = name_keys(name)
    return any(key.sound == place.sound and key.beside.startswith(place.beside) for key in keys for place in places)


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("robert", "r163"), ("rupert", "r163"), ("rubin", "r15"), ("ashcraft", "a261"), ("tymczak", "t522"),
        ("pfister", "p236"), ("honeyman", "h555"), ("jane", "j5"), ("lee", "l"), ("smith", "s53"), ("schmidt", "s53"),
        ("cathy", "k3"), ("kathy", "k3"), ("philip", "f41"), ("filip", "f41"), ("knight", "n23"), ("wright", "r23"),
        ("zimmer", "s56"), ("李小明", "李小明"), ("søren", "s65"), ("иванова" * 5, ("иванова" * 5)[:20]),
    ],
)  # fmt: skip
def test_words_that_sound_alike_have_one_sound(word: str, sound: str) -> None:
    """The first seven are those of the National Archives, but for the zeros at the end."""
    assert soundex(word) == sound


def test_where_a_name_stands() -> None:
    assert name_keys("Mrs. Jane Doe") == (NameKey("j5", "d"), NameKey("d", "j"))
    assert name_keys("Mary Jane Watson") == (NameKey("m6", "w"), NameKey("j5", "w"), NameKey("w325", "m"))
    assert name_keys("Cher") == (NameKey("k6", ""),)
    assert name_keys("...") == ()


@given(given_name=words, surname=words)
def test_a_name_is_likely_where_it_stands_in_either_order(given_name: str, surname: str) -> None:
    name = f"{given_name} {surname}"
    assert found((given_name, surname), name, likely=True)
    assert found((surname, given_name), name, likely=True)


@given(given_name=words, surname=words, data=st.data())
def test_any_slip_in_one_word_leads_there_all_the_same(given_name: str, surname: str, data: st.DataObject) -> None:
    """However wrong one word is, also where it begins: the other one has its own place."""
    wrong = data.draw(words)
    said = (wrong, surname) if data.draw(st.booleans()) else (given_name, wrong)
    assert found(said, f"{given_name} {surname}")


@given(surname=words, data=st.data())
def test_a_nickname_is_likely_to_lead_there(surname: str, data: st.DataObject) -> None:
    given_name = data.draw(st.sampled_from(["robert", "bill", "peggy", "elizabeth", "dick", "kate"]))
    called = data.draw(st.sampled_from(other_names(given_name)))
    assert found((called, surname), f"{given_name} {surname}", likely=True)
    assert found((called,), f"{given_name} {surname}")


@given(given_name=words, middle=words, surname=words)
def test_a_middle_name_may_be_left_out(given_name: str, middle: str, surname: str) -> None:
    assert found((given_name, surname), f"{given_name} {middle} {surname}", likely=True)
    assert found((middle, surname), f"{given_name} {middle} {surname}")


@given(name=st.text(max_size=MAX_NAME))
def test_any_name_has_a_place_for_each_word_at_most(name: str) -> None:
    keys = name_keys(name)
    assume(name_words(name))
    assert 1 <= len(keys) <= len(name_words(name))
    assert all(key.sound and len(key.sound) <= 20 and len(key.beside) <= 1 for key in keys)
