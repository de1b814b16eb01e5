"""What the public sees of a name (DESIGN 5, rule 9)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.people import FRIEND, clean_text, first_name, short_name

letters = st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0x2FF)
#: Longer than any title or suffix.
names = st.text(letters, min_size=5, max_size=12).filter(lambda name: clean_text(name) == name)


@pytest.mark.parametrize(
    ("name", "first", "short"),
    [
        ("Jane Smith", "Jane", "Jane S."),
        ("Smith, Jane", "Jane", "Jane S."),
        ("Smith,Jane", "Jane", "Jane S."),
        ("Dr. Jane Smith", "Jane", "Jane S."),
        ("Prof Dr Jane Smith", "Jane", "Jane S."),
        ("Smith, Dr. Jane", "Jane", "Jane S."),
        ("Jane Anne Smith", "Jane", "Jane S."),
        ("Jane Smith-Jones", "Jane", "Jane S."),
        ("Jane", "Jane", "Jane"),
        ("jane smith", "jane", "jane S."),
        ("Mary-Jane O'Neil", "Mary-Jane", "Mary-Jane O."),
        ("Łukasz Żak", "Łukasz", "Łukasz Ż."),
        ("Иван Петров", "Иван", "Иван П."),
        ("🎉 Jane", "Jane", "Jane"),
        ("2125550160", FRIEND, FRIEND),
        ("jane.doe", FRIEND, FRIEND),
        ("Doe|Jane", FRIEND, FRIEND),
        ("", FRIEND, FRIEND),
        ("   ", FRIEND, FRIEND),
    ],
)
def test_a_name_is_shown_as_a_friend_would_say_it(name: str, first: str, short: str):
    assert first_name(name) == first
    assert short_name(name) == short


@pytest.mark.parametrize(
    "name", ["Mr. Smith", "Mrs Smith", "Dr. Smith", "Smith, Dr.", "Smith,", "Smith, ", "Ms. Smith"]
)
def test_a_title_and_a_surname_alone_show_no_surname(name: str):
    """Rule 9: offices note people as `Mrs. Smith`; there is no first name in it."""
    assert "Smith" not in short_name(name)
    assert "Smith" not in first_name(name)


@pytest.mark.parametrize(
    "name", ["Jane Smith, MD", "Jane Smith, Jr.", "Jane Smith, PhD", "Jane Smith Jr.", "Jane Smith III"]
)
def test_what_follows_a_name_is_not_taken_for_the_first_name(name: str):
    """Rule 9, and nobody is greeted as `MD`."""
    assert first_name(name) == "Jane"
    assert "Smith" not in short_name(name)


@given(names, names)
def test_a_surname_never_shows_beyond_its_initial(given_name: str, surname: str):
    """Rule 9, for `Jane Smith` and `Smith, Jane` alike."""
    assume(surname.casefold() not in given_name.casefold())
    for written in (f"{given_name} {surname}", f"{surname}, {given_name}", f"Dr. {given_name} {surname}"):
        for shown in (short_name(written), first_name(written)):
            assert surname.casefold() not in shown.casefold()
            assert shown.startswith(given_name)


@given(st.text(st.characters(), max_size=80))
def test_any_name_can_be_shown(name: str):
    assert first_name(name)
    assert short_name(name)
