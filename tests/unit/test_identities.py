"""Keys that say nothing, and share tokens nobody guesses."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identities import Contact, Pseudonyms, token_hash

pseudonyms = Pseudonyms(b"a key for tests, 32 bytes long!!")
values = st.text(min_size=3, max_size=30)


@given(values)
def test_the_same_value_has_another_key_for_each_kind(value: str):
    made = {pseudonyms.phone(value), pseudonyms.email(value), pseudonyms.external(value), pseudonyms.address(value)}
    assert len(made) == 4


@given(values)
def test_a_key_never_contains_what_it_stands_for(value: str):
    """Rule 9."""
    for key in (pseudonyms.phone(value), pseudonyms.email(value), pseudonyms.external(value)):
        assert re.fullmatch(r"[0-9a-f]{32}", key)
        assert value not in key or re.fullmatch(r"[0-9a-f]+", value)


def test_a_phone_number_cannot_be_read_off_its_key():
    assert "4155552671" not in pseudonyms.phone("+14155552671")


@given(values, values)
def test_different_values_have_different_keys(one: str, other: str):
    assert (pseudonyms.phone(one) == pseudonyms.phone(other)) == (one == other)


def test_another_secret_makes_other_keys():
    assert Pseudonyms(b"another").phone("+14155552671") != pseudonyms.phone("+14155552671")


def test_spellings_of_one_mailbox_share_a_key():
    """Rule 2."""
    assert pseudonyms.email("jane.doe+x@gmail.com") == pseudonyms.email("janedoe@googlemail.com")


def test_a_contact_is_looked_up_by_its_most_telling_key_first():
    """S10: an id in the other program says more than a phone that a household shares."""
    contact = Contact("+14155552671", "jane@example.com", ("crm:7", "stripe:cus_1"))
    assert list(pseudonyms.of(contact)) == [
        pseudonyms.external("crm:7"),
        pseudonyms.external("stripe:cus_1"),
        pseudonyms.phone("+14155552671"),
        pseudonyms.email("jane@example.com"),
    ]
    assert list(pseudonyms.of(Contact())) == []


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_a_share_token_has_256_bits_and_changes_with_its_generation(one: int, other: int):
    token = pseudonyms.share_token("0J4NE000", one)
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    assert (token == pseudonyms.share_token("0J4NE000", other)) == (one == other)
    assert token != pseudonyms.share_token("0J4NE001", one)


def test_a_token_is_stored_as_its_hash_only():
    token = pseudonyms.share_token("0J4NE000", 1)
    assert token_hash(token) != token
    assert re.fullmatch(r"[0-9a-f]{64}", token_hash(token))
    assert token not in token_hash(token)
