"""What is read in an answer to "who referred you?"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.answers import Answer, NameSaid, read_answer
from chalicelib.domain.candidates import REASONS, WHY, Hint, best_first, hints_by_name

CODE = "7KQ2M9XA"


def names(text: str) -> list[str]:
    return [" ".join(said.words) for said in read_answer(text, "US").names]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Jane Doe", ["jane doe"]),
        ("Doe, Jane", ["doe jane"]),
        ("my neighbor, Bob Smith, recommended you", ["bob smith"]),
        ("I think it was Jane from church", ["jane"]),
        ("Jane's sister", ["jane"]),
        ("Bob Church", ["bob", "bob church"]),
        ("Jane and Bob Doe", ["jane", "bob doe", "jane doe"]),
        ("Mr. and Mrs. Doe", ["doe"]),
        ("the Smiths", ["smiths", "smith"]),
        ("the Joneses", ["joneses", "jones"]),
        ("O'Brien", ["obrien"]),
        ("Jane Doe (212) 555-0142", ["jane doe"]),
        ("my sister-in-law", []),
        ("Dr. Mary Jane Watson Parker Smith", ["mary jane watson", "parker smith"]),
        ("a b c", []),
        ("12 34", []),
        ("", []),
    ],
)
def test_the_names_in_an_answer(text: str, said: list[str]) -> None:
    assert list(dict.fromkeys(names(text))) == said


def test_a_title_before_one_word_makes_it_a_surname() -> None:
    assert read_answer("Mrs. Doe", "US").names == (NameSaid(("doe",), titled=True),)


@pytest.mark.parametrize(
    ("text", "codes", "linked"),
    [
        (CODE, [CODE], False),
        ("7kq2m9xa", [CODE], False),
        ("7KQ2-M9XA", [CODE], False),
        ("code 7KQ2 M9XA please", [CODE], False),
        (f"https://example.com/r/{CODE}/?via=sms", [CODE], True),
        (f"see example.com/r/{CODE}", [CODE], True),
        ("example.com/r/7kq2%20m9xa", [CODE], True),
        ("7KQ2M9X", [], False),
    ],
)
def test_codes_as_people_write_them(text: str, codes: list[str], linked: bool) -> None:
    answer = read_answer(text, "US")
    assert [code for code in answer.codes if code == CODE] == codes
    assert answer.linked == (frozenset(codes) if linked else frozenset())


def test_aliases_phones_and_e_mails() -> None:
    assert read_answer("jane-doe", "US").aliases == ("jane-doe",)
    assert read_answer("Plumbing Jane", "US").aliases == ("plumbing-jane",)
    assert read_answer("/r/jane-doe/", "US").linked == {"jane-doe"}
    assert read_answer("Jane, 212.555.0142 or +1 (212) 555-0143", "US").phones == ("+12125550142", "+12125550143")
    assert read_answer("Jane <Jane@Example.com>.", "US").emails == ("jane@example.com",)
    assert read_answer("call 555", "US").phones == ()


@given(text=st.text(max_size=200))
def test_any_answer_is_read_and_asks_for_little(text: str) -> None:
    answer = read_answer(text, "US")
    assert len(answer.codes) <= 10
    assert len(answer.aliases) <= 10
    assert len(answer.phones) + len(answer.emails) <= 4
    assert len(answer.names) <= 4
    assert all(1 <= len(said.words) <= 3 and all(said.words) for said in answer.names)


@given(text=st.text(max_size=200), name=st.text(max_size=80))
def test_any_answer_is_held_against_any_name(text: str, name: str) -> None:
    assert len(hints_by_name(read_answer(text, "US"), [(CODE, name)])) <= 1


@given(hints=st.lists(st.builds(Hint, st.sampled_from("ABC"), st.sampled_from(REASONS), st.integers(0, 3)), max_size=9))
def test_each_candidate_is_shown_once_with_what_says_most(hints: list[Hint]) -> None:
    shown = best_first(hints)
    assert [hint.code for hint in shown] == list(dict.fromkeys(hint.code for hint in shown))
    assert {hint.code for hint in shown} == {hint.code for hint in hints}
    assert all(one.rank <= other.rank for one in shown for other in hints if one.code == other.code)
    assert shown == sorted(shown, key=lambda hint: hint.rank)


def test_the_exact_name_stands_before_the_similar_one() -> None:
    people = [("B", "jane dow"), ("A", "janet doe"), ("C", "jane doe"), ("D", "john doe"), ("E", "jane ann doe")]
    hints = best_first(hints_by_name(read_answer("Jane Doe", "US"), people))
    assert [(hint.code, hint.reason) for hint in hints] == [
        ("C", "same_name"),
        ("E", "similar_name"),
        ("A", "similar_name"),
        ("B", "one_letter_off"),
    ]


def test_every_reason_is_put_into_words() -> None:
    assert set(WHY) == set(REASONS)
    assert Answer().names == ()
