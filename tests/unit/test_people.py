"""Names, phone numbers and e-mail addresses as people write them."""

import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.people import (
    clean_text,
    costs_extra,
    email_identity,
    fold_name,
    normalise_email,
    normalise_phone,
)
from tests.unit.examples import any_text

SPELLINGS = (
    """
4155552671|415-555-2671|415.555.2671|415 555 2671|(415) 555-2671|(415)555-2671|(415) 555 2671
415/555-2671|1 415 555 2671|1-415-555-2671|1.415.555.2671|14155552671|1 (415) 555-2671
1(415)555-2671|1/415/555/2671|1-(415)-555-2671|+1 415 555 2671|+14155552671|+1-415-555-2671
+1.415.555.2671|+1 (415) 555-2671|+1(415)555-2671|+1/415/555-2671|+1 4155552671|tel:+1-415-555-2671
tel:+14155552671|Tel. 415-555-2671|phone: (415) 555-2671|my cell is 415 555 2671|011 1 415 555 2671
\u202a+1 415 555 2671\u202c|\u202d(415) 555-2671\u202c|415\u00a0555\u00a02671|415\u2013555\u20132671
415\u2010555\u20102671|\uff14\uff11\uff15\uff15\uff15\uff15\uff12\uff16\uff17\uff11
\uff0b1 415 555 2671|415 - 555 - 2671|415--555--2671|(415) 555-2671 ext. 12|415-555-2671 x12
+1 415 555 2671 #12|  415 555 2671  |415 555 26 71|4 1 5 5 5 5 2 6 7 1
""".strip()
    .replace("\n", "|")
    .split("|")
)


def test_there_are_forty_spellings_of_the_number():
    assert len(set(SPELLINGS)) >= 40


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_phone_is_one_number(spelling: str):
    """Rule 2: a prospect belongs to one participant, however they type their number."""
    assert normalise_phone(spelling, "US") == "+14155552671"


@pytest.mark.parametrize(
    "unreadable",
    ["", " ", "555-2671", "call me", "000-000-0000", "123-456-7890", "415-155-2671", "1" * 41, "+", "+0", "jane@x.com"],
)
def test_what_cannot_be_called_is_no_phone(unreadable: str):
    assert normalise_phone(unreadable, "US") is None


@given(
    any_text | st.text("0123456789+-() .ex;=#tel:\u0664", max_size=45), st.sampled_from(["US", "GB", "DE", "ZZ", ""])
)
def test_any_text_gives_a_number_or_none(text: str, region: str):
    """Rule 7: never an exception, and what is kept reads back as itself."""
    phone = normalise_phone(text, region)
    if phone is not None:
        assert phone[0] == "+"
        assert phone[1:].isdigit()
        assert len(phone) <= 16
        assert normalise_phone(phone, "US") == phone


@pytest.mark.parametrize(
    "phone",
    [
        "+19005550142",
        "+8821612345678",
        "+8816123456789",
        "+870773111632",
        "+97912345678",
        "+449098790000",
        "+33891234567",
    ],
)
def test_a_number_that_is_dear_to_text_is_told_apart(phone: str):
    assert normalise_phone(phone, "US") == phone, "a STOP from it is heard all the same"
    assert costs_extra(phone)


@pytest.mark.parametrize("phone", ["+12125550142", "+14165550142", "+18005550142", "+442079460018", "+4915112345678"])
def test_an_ordinary_number_is_not(phone: str):
    assert not costs_extra(phone)


def test_a_canadian_number_loads_no_other_countries():
    """The path of a lead: the library would look through every country behind +1."""
    script = (
        "import sys; from chalicelib.domain.people import costs_extra, normalise_phone; "
        "assert not costs_extra(normalise_phone('+14165550142', 'US')); "
        "print(*(m for m in sys.modules if m.startswith('phonenumbers.data.region')))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["phonenumbers.data.region_US"]


def test_a_number_is_read_as_written_in_the_country_of_the_business():
    assert normalise_phone("020 7946 0018", "GB") == "+442079460018"
    assert normalise_phone("+44 20 7946 0018", "US") == "+442079460018"


@pytest.mark.parametrize(
    "spelling",
    [
        "jane.doe@gmail.com",
        "JaneDoe@GMAIL.com",
        "j.a.n.e.d.o.e@googlemail.com",
        "janedoe+plumber@gmail.com",
        " Jane.Doe@Gmail.com ",
    ],
)
def test_spellings_of_one_mailbox_are_one_identity(spelling: str):
    """Rule 2."""
    email = normalise_email(spelling)
    assert email is not None
    assert email_identity(email) == "janedoe@gmail.com"


def test_dots_tell_people_apart_elsewhere_than_at_gmail():
    assert email_identity("jane.doe@example.com") != email_identity("janedoe@example.com")
    assert email_identity("jane+x@example.com") == "jane@example.com"


@pytest.mark.parametrize(
    "wrong",
    ["", "jane", "@example.com", "jane@", "jane@example", "a@b@c.com", "a b@c.com", "a..b@c.com", ".a@c.com"],
)
def test_what_is_no_address_is_refused(wrong: str):
    assert normalise_email(wrong) is None


@pytest.mark.parametrize(
    "wrong",
    ["a.@c.com", "a@-c.com", "a@c..com", '"a"@c.com', "<a@c.com>", "a@c.com,b@c.com", f"{'a' * 65}@c.com"],
)
def test_what_cannot_stand_in_an_address_is_refused(wrong: str):
    assert normalise_email(wrong) is None


def test_an_address_is_at_most_as_long_as_one_can_be():
    assert normalise_email(f"a@{'.'.join(letter * 60 for letter in 'bcdef')}.com") is None


@pytest.mark.parametrize("wrong", ["a\x00b@example.com", "\ud800@example.com", "a\x7f@example.com"])
def test_an_address_with_characters_that_are_not_text_is_refused(wrong: str):
    """Rule 7: a lone surrogate cannot be stored, so it must not come this far."""
    assert normalise_email(wrong) is None


@given(any_text.map(lambda text: f"{text}@example.com") | any_text)
def test_an_address_that_is_kept_reads_back_as_itself(text: str):
    email = normalise_email(text)
    assume(email is not None)
    assert email is not None
    assert normalise_email(email) == email
    assert normalise_email(email_identity(email)) is not None


@given(any_text)
def test_clean_text_is_stable_and_can_be_stored(text: str):
    cleaned = clean_text(text)
    assume(cleaned is not None)
    assert cleaned is not None
    assert clean_text(cleaned) == cleaned
    assert cleaned.encode() is not None


@pytest.mark.parametrize("text", ["a\x00b", "a\x07", "\ud83d", "a\x1b[31m"])
def test_control_characters_and_half_characters_are_not_text(text: str):
    assert clean_text(text) is None


@pytest.mark.parametrize("emoji", ["🎉", "👩‍👩‍👧", "❤️", "\U0001fa77", "\U0001fae8", "\U0001fae9"])
def test_emoji_are_text_however_new(emoji: str):
    """Rule 7: a prospect whose phone is newer than our Python is not turned away (pink heart: Unicode 15)."""
    assert clean_text(f"Thank you {emoji}") == f"Thank you {emoji}"


def test_accents_are_composed_and_folded_for_searching():
    assert clean_text("Zoe\u0308  \n Du\tpont") == "Zo\u00eb Du pont"
    assert fold_name("Zoë DUPONT") == fold_name("zoe dupont") == "zoe dupont"
