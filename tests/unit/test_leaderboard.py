"""Who refers most (P21), by the name each allowed (rule 9)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.leaderboard import closings, next_turn, period_of, rank, thanked
from chalicelib.domain.participants import LEADERBOARD_NAMES, SPANS, Totals
from tests.unit.examples import participant

ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu", "America/Asuncion", "UTC")]
)
MOMENTS = st.integers(0, 15 * 365 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


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


@given(MOMENTS, ZONES)
def test_a_month_ends_when_the_next_begins_and_not_before(at: datetime, zone: ZoneInfo):
    turn = next_turn(at, zone)
    month, after = period_of("month", at, zone), period_of("month", turn, zone)
    assert at < turn <= at + timedelta(days=31, hours=2)
    assert period_of("month", turn - timedelta(seconds=1), zone) == month < after
    assert turn.astimezone(zone).day == 1


@given(MOMENTS, ZONES)
def test_a_month_is_in_its_year_and_everything_in_all_time(at: datetime, zone: ZoneInfo):
    month, year, all_time = (period_of(span, at, zone) for span in SPANS)
    assert month.startswith(f"{year}-")
    someone = participant("Jane Smith", totals=Totals(closed=5), closed_in={month: 2, "1999-12": 3})
    assert [closings(someone, period) for period in (month, year, all_time, "1999", "1998")] == [2, 2, 5, 3, 0]


@pytest.mark.parametrize(("period", "ranked"), [("2026-05", [("B", 2)]), ("2026", [("A", 3), ("B", 2)])])
def test_a_board_counts_its_own_period_only(period: str, ranked: list[tuple[str, int]]):
    people = [
        participant("A", id="00000000", totals=Totals(closed=9), closed_in={"2025-05": 6, "2026-04": 3}),
        participant("B", id="00000001", totals=Totals(closed=2), closed_in={"2026-05": 2}),
    ]
    assert [(s.name, s.closed) for s in rank(people, period)] == ranked


def test_thanked_is_who_referred_and_may_be_named_in_order_of_the_alphabet():
    """M13."""
    people = [
        participant(name, leaderboard_name=allowed, totals=Totals(closed=number))
        for number, (name, allowed) in enumerate(
            zip(["Cy Ames", "Zoe Yates", "Bo Adams"], LEADERBOARD_NAMES, strict=True), 1
        )
    ]
    assert thanked(people) == ("Cy A.", "Zoe")
    assert thanked([participant("Jane Smith")]) == ()
