"""Recompute every total from the ledger and the referrals, and report or repair what differs (DESIGN 5, rule 4)."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from chalicelib.domain.eligibility import month_of
from chalicelib.domain.errors import Refused
from chalicelib.domain.leaderboard import closings, periods_of
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward, TierBook
from chalicelib.services.ports import Ports, attempts

_PAGE = 100


@dataclass(frozen=True)
class Difference:
    """One number that is not what its sources say."""

    participant_id: str
    what: str
    stored: object
    computed: object


def rebuild(ports: Ports, progress: Callable[[int], None], *, repair: bool) -> list[Difference]:
    """Go through every participant; with `repair`, write what was computed, and list everybody under their name.

    `progress` gets participants done.
    """
    found: list[Difference] = []
    for participant in ports.store.participants.everyone():
        for attempt in attempts():
            # What is written, or seems to differ, is read once more: it may have changed since the list was.
            fresh = repair or attempt > 0
            known = (ports.store.participants.get(participant.id) if fresh else None) or participant
            computed, differences = _computed(ports, known)
            if not fresh and differences:
                continue
            if repair:
                transaction = ports.store.transaction()
                ports.store.names.note(transaction, None, computed)
                if differences:
                    # Under the participant's version also where only the boards differ: it guards them.
                    ports.store.participants.change(transaction, computed)
                    periods = ports.store.standings.of(known.id).keys() | _periods(computed)
                    ports.store.standings.write(transaction, computed, periods)
                try:
                    transaction.commit()
                except Refused:
                    continue
            found.extend(differences)
            break
        progress(1)
    return found


def _computed(ports: Ports, known: Participant) -> tuple[Participant, list[Difference]]:
    rewards = list(_rewards(ports, known.id))
    referrals = [r for r in _referrals(ports, known.id) if (r.credited_to or r.participant_id) == known.id]
    ledger = sum(entry.amount_cents for entry in ports.store.rewards.ledger_of(known.id))
    given = sum(reward.amount_cents for reward in rewards if reward.given)
    credits = {
        reward.id: reward.left_cents
        for reward in reversed(rewards)
        if reward.kind == "service_credit" and reward.status == "issued" and reward.left_cents
    }
    committed: dict[str, int] = {}
    for reward in rewards:
        if reward.live and reward.amount_cents:
            month = month_of(reward.created_at)
            committed[month] = committed.get(month, 0) + reward.amount_cents
    totals = replace(known.totals, closed=sum(r.closed for r in referrals), earned_cents=ledger)
    closed_in = dict(Counter(r.closed_in for r in referrals if r.closed and r.closed_in))
    # A removed referral is in no list, but a redeemed reward of it still holds its count.
    tiers = _book({r.tier for r in referrals if r.tier is not None} | {r.tier for r in rewards if r.live})
    right = replace(known, totals=totals, tiers=tiers, committed=committed, credits=credits, closed_in=closed_in)
    differences = [
        Difference(known.id, what, stored, computed)
        for what, stored, computed in (
            ("given rewards against the ledger", given, ledger),
            ("earned_cents", known.totals.earned_cents, totals.earned_cents),
            ("closed", known.totals.closed, totals.closed),
            ("tiers", known.tiers, tiers),
            ("committed", dict(known.committed), committed),
            ("credits", dict(known.credits), credits),
            ("closed_in", dict(known.closed_in), closed_in),
            ("leaderboard", ports.store.standings.of(known.id), {p: closings(right, p) for p in _periods(right)}),
        )
        if stored != computed
    ]
    return right, differences


def _periods(participant: Participant) -> set[str]:
    return {period for month in participant.closed_in for period in periods_of(month)}


def _book(taken: set[int]) -> TierBook:
    highest = max(taken, default=0)
    return TierBook(highest, tuple(n for n in range(1, highest) if n not in taken))


def _rewards(ports: Ports, code: str) -> Iterator[Reward]:
    cursor = None
    while True:
        page, cursor = ports.store.rewards.page(participant_id=code, status=None, limit=_PAGE, cursor=cursor)
        yield from page
        if cursor is None:
            return


def _referrals(ports: Ports, code: str) -> Iterator[Referral]:
    cursor = None
    while True:
        page, cursor = ports.store.referrals.page(participant_id=code, stage=None, limit=_PAGE, cursor=cursor)
        yield from page
        if cursor is None:
            return
