"""Who refers most (P21), by the name each allowed (rule 9)."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.leaderboard import rank
from chalicelib.domain.participants import Totals
from tests.unit.examples import participant


def board(*counts: int):
    people = [participant(f"Person{i} Smith", id=f"{i:08d}", totals=Totals(closed=n)) for i, n in enumerate(counts)]
    return rank(people)


def test_ties_share_a_rank_and_the_next_is_skipped():
    """P21: 1, 2, 2, 4."""
    assert [(s.rank, s.closed) for s in board(3, 7, 5, 5)] == [(1, 7), (2, 5), (2, 5), (4, 3)]


def test_who_has_no_closed_referral_is_not_on_it():
    assert [s.closed for s in board(0, 2, 0)] == [2]
    assert board() == board(0, 0) == ()


@given(st.data(), st.lists(st.integers(0, 5), max_size=8))
def test_a_rank_is_one_more_than_those_ahead_in_any_order(data: st.DataObject, counts: list[int]):
    people = [participant(f"P{i} Smith", id=f"{i:08d}", totals=Totals(closed=n)) for i, n in enumerate(counts)]
    standings = rank(people)
    assert standings == rank(data.draw(st.permutations(people)))
    for standing in standings:
        assert standing.rank == 1 + sum(n > standing.closed for n in counts)


def test_the_name_is_shown_as_its_owner_allowed():
    """P22; rule 9."""
    shown = {
        allowed: rank([participant("Jane Smith", leaderboard_name=allowed, totals=Totals(closed=1))])[0].name
        for allowed in ("initial", "first", "hidden")
    }
    assert shown == {"initial": "Jane S.", "first": "Jane", "hidden": "Anonymous"}


def test_a_landing_page_calls_the_referrer_by_first_name_or_a_friend():
    jane = participant("Jane Smith")
    assert (jane.name_on_page(shown=True), jane.name_on_page(shown=False)) == ("Jane", "a friend")
