"""Who refers most, by closed referrals (P21): this month, this year and of all time; ties share a rank."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.participants import Participant, Span

#: The period that never ends.
ALL = "all"
#: A wall of thanks names no more than these, so that it costs the same with a million participants.
MOST_THANKED = 200


@dataclass(frozen=True)
class Standing:
    """One line of the leaderboard, with the name as the participant allowed it."""

    rank: int
    name: str
    closed: int


@dataclass(frozen=True)
class Board:
    """The standings of one period: a month (`2026-05`), a year (`2026`), or `all`."""

    span: Span
    period: str
    standings: tuple[Standing, ...]


def month_of_closing(at: datetime, zone: ZoneInfo) -> str:
    """The calendar month, where the business is, in which something closed."""
    return f"{at.astimezone(zone):%Y-%m}"


def period_of(span: Span, at: datetime, zone: ZoneInfo) -> str:
    """The period that is running at this moment where the business is."""
    month = month_of_closing(at, zone)
    return {"month": month, "year": month[:4], "all": ALL}[span]


def periods_of(month: str) -> tuple[str, str]:
    """The periods in which a closing of this month counts, besides all time."""
    return month, month[:4]


def next_turn(at: datetime, zone: ZoneInfo) -> datetime:
    """When the running month is over where the business is, in UTC."""
    here = at.astimezone(zone)
    year, month = (here.year + 1, 1) if here.month == 12 else (here.year, here.month + 1)
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)


def closings(participant: Participant, period: str) -> int:
    """How many of the participant's closed referrals closed in this period."""
    if period == ALL:
        return participant.totals.closed
    return sum(number for month, number in participant.closed_in.items() if period in periods_of(month))


def rank(participants: Iterable[Participant], period: str = ALL) -> tuple[Standing, ...]:
    """Rank participants with closed referrals in the period, by the names they allowed: 1, 2, 2, 4."""
    return tuple(
        Standing(place, participant.name_on_leaderboard(), closed)
        for place, participant, closed in ranked(participants, period)
    )


def ranked(participants: Iterable[Participant], period: str = ALL) -> list[tuple[int, Participant, int]]:
    """The rank, who it is, and what they closed in the period."""
    ordered = sorted(
        ((closed, p) for p in participants if (closed := closings(p, period)) > 0),
        key=lambda one: (-one[0], one[1].name_on_leaderboard().casefold(), one[1].id),
    )
    places: list[tuple[int, Participant, int]] = []
    for position, (closed, participant) in enumerate(ordered, start=1):
        tied = places and places[-1][2] == closed
        places.append((places[-1][0] if tied else position, participant, closed))
    return places


def thanked(participants: Iterable[Participant]) -> tuple[str, ...]:
    """The names on the wall of thanks, in the order of the alphabet; who wants to be hidden is not on it (M13)."""
    names = {p.name_on_leaderboard() for p in participants if p.totals.closed > 0 and p.leaderboard_name != "hidden"}
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))
