"""Codes people can read aloud, aliases, and sortable ids."""

from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.identifiers import (
    CODE_LENGTH,
    CROCKFORD,
    derived_id,
    new_code,
    new_id,
    normalise_alias,
    normalise_code,
)
from tests.unit.examples import NOW, any_text

codes = st.text(CROCKFORD, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def test_the_alphabet_has_no_look_alikes():
    """P1: nobody has to tell O from 0 or I and L from 1."""
    assert len(set(CROCKFORD)) == 32
    assert not set("OILU") & set(CROCKFORD)


@given(st.binary(min_size=5, max_size=5))
def test_a_code_is_eight_characters_that_read_back_as_themselves(drawn: bytes):
    """P1."""
    code = new_code(lambda n: drawn[:n])
    assert len(code) == CODE_LENGTH
    assert normalise_code(code) == code


@given(st.integers(0, 2**40 - 1), st.integers(0, 39))
def test_a_code_keeps_all_forty_random_bits(drawn: int, bit: int):
    """P1: whichever bit of the draw changes, the code changes."""
    one, other = (number.to_bytes(5, "big") for number in (drawn, drawn ^ (1 << bit)))
    assert new_code(lambda _: one) != new_code(lambda _: other)


@given(codes, st.data())
def test_a_code_is_read_as_people_type_it(code: str, data: st.DataObject):
    """P16: any case, O for 0, I or L for 1, spaces and hyphens anywhere."""
    misread = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(misread.get(character, character + character.lower())))
        + data.draw(st.sampled_from(["", "", "-", " ", "\u00a0", "\t"]))
        for character in code
    )
    assert normalise_code(typed) == code


@given(any_text)
def test_whatever_is_typed_is_a_code_or_none(typed: str):
    code = normalise_code(typed)
    assert code is None or (len(code) == CODE_LENGTH and set(code) <= set(CROCKFORD))


def test_u_and_wrong_lengths_are_no_code():
    assert normalise_code("UUUUUUUU") is None
    assert normalise_code("ABCDEFG") is None
    assert normalise_code("ABCDEFGHJ") is None
    assert normalise_code("") is None


@given(codes)
def test_an_alias_is_never_shaped_like_a_code(code: str):
    """DESIGN 5, rule 1: an alias cannot take a link that is somebody's code, now or later."""
    for typed in (code, code.lower(), f"{code[:4]}-{code[4:]}", code.replace("0", "o").replace("1", "l")):
        assert normalise_alias(typed) is None


@given(st.text("abcdefghijklmnopqrstuvwxyzABC0123456789- ", max_size=45))
def test_an_alias_is_short_lower_case_and_stable(typed: str):
    alias = normalise_alias(typed)
    assume(alias is not None)
    assert alias is not None
    assert 3 <= len(alias) <= 40
    assert set(alias) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert alias[0] != "-" != alias[-1]
    assert normalise_code(alias) is None
    assert normalise_alias(alias) == alias


def test_an_ordinary_alias_is_taken():
    assert normalise_alias(" Jane-Smith ") == "jane-smith"
    assert [normalise_alias(text) for text in ("-jane", "jane-", "ja", "j" * 41, "jane/smith", "jané")] == [None] * 6


@given(st.integers(1, 10**12), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_their_time(later_by_ms: int, one: bytes, other: bytes):
    earlier = new_id("ref", NOW, lambda _: one)
    later = new_id("ref", NOW + timedelta(milliseconds=later_by_ms), lambda _: other)
    assert earlier < later
    assert len(earlier) == len(later) == len("ref_") + 26


@given(st.integers(0, 2**80 - 1), st.integers(0, 79))
def test_an_id_keeps_all_eighty_random_bits(drawn: int, bit: int):
    one, other = (number.to_bytes(10, "big") for number in (drawn, drawn ^ (1 << bit)))
    assert new_id("ref", NOW, lambda _: one) != new_id("ref", NOW, lambda _: other)


@given(st.text(), st.text())
def test_the_same_cause_names_the_same_thing(one: str, other: str):
    """Rule 3: a redelivery makes nothing new."""
    assert derived_id("ref", NOW, one) == derived_id("ref", NOW, one)
    assert (derived_id("ref", NOW, one) == derived_id("ref", NOW, other)) == (one == other)
