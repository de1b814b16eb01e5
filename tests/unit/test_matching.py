"""Whose an invoice is: an outside id decides alone, then phone and e-mail together, and nobody guesses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identities import Contact
from chalicelib.domain.matching import Candidate, Means, candidates, only, together

people = st.sets(st.sampled_from(["ref_a", "ref_b", "ref_c"]), max_size=2)
found = st.fixed_dictionaries({"outside id": people, "phone": people, "e-mail": people})


@pytest.mark.parametrize(
    ("ids", "phone", "email", "certain"),
    [
        ("a", "", "", "a"),
        ("", "a", "", "a"),
        ("", "", "a", "a"),
        ("", "a", "a", "a"),
        ("a", "b", "b", "a"),
        ("a", "b", "c", "a"),
        ("ab", "a", "a", None),
        ("", "a", "b", None),
        ("", "", "", None),
    ],
)
def test_whom_what_is_known_leads_to(ids: str, phone: str, email: str, certain: str | None) -> None:
    assert only({"outside id": set(ids), "phone": set(phone), "e-mail": set(email)}) == certain


def test_each_candidate_says_why() -> None:
    assert candidates({"phone": ["a"], "e-mail": ["a", "b"]}) == (
        Candidate("a", ("phone", "e-mail")),
        Candidate("b", ("e-mail",)),
    )


@given(found=found)
def test_the_certain_one_is_named_by_something_and_contradicted_by_nothing_of_its_rank(
    found: dict[Means, set[str]],
) -> None:
    certain = only(found)
    deciding = found["outside id"] or found["phone"] | found["e-mail"]
    assert (deciding == {certain}) if certain else len(deciding) != 1


def test_what_was_told_at_different_times_is_put_together() -> None:
    first = Contact("+12125550142", None, ("crm:1",))
    assert together(first, Contact(None, "sam@example.com", ("crm:1", "crm-job:7"))) == Contact(
        "+12125550142", "sam@example.com", ("crm:1", "crm-job:7")
    )
