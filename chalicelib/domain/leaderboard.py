"""Who refers most, by closed referrals (P21); ties share a rank."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.participants import Participant


@dataclass(frozen=True)
class Standing:
    """One line of the leaderboard, with the name as the participant allowed it."""

    rank: int
    name: str
    closed: int


def rank(participants: Iterable[Participant]) -> tuple[Standing, ...]:
    """Rank participants who have closed referrals: 1, 2, 2, 4."""
    ordered = sorted(
        (p for p in participants if p.totals.closed > 0),
        key=lambda p: (-p.totals.closed, p.name_on_leaderboard().casefold(), p.id),
    )
    standings: list[Standing] = []
    for position, participant in enumerate(ordered, start=1):
        tied = standings and standings[-1].closed == participant.totals.closed
        standings.append(
            Standing(
                standings[-1].rank if tied else position,
                participant.name_on_leaderboard(),
                participant.totals.closed,
            )
        )
    return tuple(standings)
