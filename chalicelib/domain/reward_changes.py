"""What can happen to one reward, each as one change of referral, participant, reward and ledger together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.eligibility import month_of
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward


@dataclass(frozen=True)
class LedgerEntry:
    """One append-only line behind a reward; `id` is unique within the participant, so none is written twice."""

    id: str
    participant_id: str
    referral_id: str
    reward_id: str
    amount_cents: int
    currency: str
    at: datetime


@dataclass(frozen=True)
class Settlement:
    """One transaction's worth of change: new states, guarded by the versions they were computed from."""

    referral: Referral
    participant: Participant
    reward: Reward | None
    ledger: LedgerEntry | None = None
    due_at: datetime | None = None

    @property
    def reward_is_new(self) -> bool:
        return self.reward is not None and self.reward.version == 0


def promise(referral: Referral, participant: Participant, reward: Reward) -> tuple[Referral, Participant]:
    """Count a new reward against the caps, and name it as the referral's."""
    referral = replace(referral, reward_id=reward.id, reward_count=referral.reward_count + 1, why=reward.why)
    return referral, _with_committed(participant, reward, reward.amount_cents)


def issue(referral: Referral, participant: Participant, reward: Reward, now: datetime, *, why: str) -> Settlement:
    """Give a pending reward: into the ledger, the participant's total and, where it is credit, into the balance."""
    given = replace(reward, status="issued", issued_at=now, why=why)
    entry = _entry(given, "issued", given.amount_cents, now)
    participant = _with_credit(_with_earned(participant, given.amount_cents), given)
    return Settlement(replace(referral, why=why), participant, given, entry)


def reverse(
    referral: Referral, participant: Participant, reward: Reward | None, now: datetime, *, why: str
) -> Settlement:
    """Take a reward back: out of the ledger if it was in it, and its count is free for the next close."""
    if referral.tier is not None:
        participant = replace(participant, tiers=participant.tiers.release(referral.tier))
    credited_to = referral.credited_to if referral.closed else None
    referral = replace(referral, tier=None, reward_id=None, credited_to=credited_to, why=why)
    if reward is None:
        return Settlement(referral, participant, None)
    participant = _with_committed(participant, reward, -reward.amount_cents)
    back = replace(reward, status="reversed", why=why)
    if not reward.given:
        return Settlement(referral, participant, back)
    entry = _entry(reward, "reversed", -reward.amount_cents, now)
    return Settlement(referral, _with_credit(_with_earned(participant, -reward.amount_cents), back), back, entry)


def make_reversal_due(
    referral: Referral, participant: Participant, reward: Reward, now: datetime, *, why: str
) -> Settlement:
    """Take off what is not spent yet; a person decides about the rest (DESIGN 5, rule 6)."""
    left = 0 if reward.redeemed_at is not None else reward.left_cents
    words = "a part of the reward was used" if left else "the reward was redeemed"
    due = replace(
        reward,
        status="reversal_due",
        cut_cents=reward.cut_cents + left,
        why=f"{why}, but {words}: a person has to decide",
    )
    return _with_amount(replace(referral, why=due.why), participant, due, -left, now)


def restore(referral: Referral, participant: Participant, reward: Reward, now: datetime, *, why: str) -> Settlement:
    """Undo a reversal that was due: what was cut is there again."""
    again = replace(reward, status="issued" if reward.redeemed_at is None else "redeemed", cut_cents=0, why=why)
    return _with_amount(replace(referral, why=why), participant, again, reward.cut_cents, now)


def redeem(referral: Referral, participant: Participant, reward: Reward, now: datetime, *, why: str) -> Settlement:
    """Note that the participant has had all of it. Where a reversal was due, a person let them keep it."""
    had = replace(
        reward,
        status="redeemed",
        redeemed_at=reward.redeemed_at or now,
        spent_cents=reward.amount_cents,
        kept=reward.status == "reversal_due",
        why=why,
    )
    return Settlement(replace(referral, why=why), _with_credit(participant, had), had)


def adjust(
    referral: Referral, participant: Participant, reward: Reward, amount_cents: int, now: datetime, *, why: str
) -> Settlement:
    """Change the amount of a reward; raises ValueError where that would be less than what is spent of it."""
    if amount_cents < reward.spent_cents:
        raise ValueError("less than what is spent already")
    changed = replace(reward, why=why)
    if reward.spent_cents and amount_cents == reward.spent_cents:
        changed = replace(changed, status="redeemed", redeemed_at=now)
    return _with_amount(replace(referral, why=why), participant, changed, amount_cents - reward.amount_cents, now)


def spend(
    participant: Participant, rewards: Mapping[str, Reward], parts: Mapping[str, int], now: datetime, *, why: str
) -> tuple[Participant, list[Reward]]:
    """Spend cents of several service credits, or give them back (negative parts); the ledger is not concerned."""
    changed = []
    for reward_id, cents in parts.items():
        reward = rewards[reward_id]
        spent = reward.spent_cents + cents
        status, redeemed_at = reward.status, reward.redeemed_at
        if status in {"issued", "redeemed"}:
            status, redeemed_at = ("redeemed", now) if spent == reward.amount_cents else ("issued", None)
        after = replace(
            reward,
            spent_cents=spent,
            status=status,
            redeemed_at=redeemed_at if status != "reversal_due" else None,
            kept=reward.kept and status == "redeemed",
            why=why,
        )
        participant = _with_credit(participant, after)
        changed.append(after)
    return participant, changed


def count_closed(participant: Participant, change: int, month: str | None) -> Participant:
    """Count a closing of theirs, or one that is no more, in its month."""
    totals = replace(participant.totals, closed=participant.totals.closed + change)
    if month is None:
        return replace(participant, totals=totals)
    closed_in = {**participant.closed_in, month: participant.closed_in.get(month, 0) + change}
    return replace(participant, totals=totals, closed_in={name: count for name, count in closed_in.items() if count})


def _with_amount(
    referral: Referral, participant: Participant, reward: Reward, change: int, now: datetime
) -> Settlement:
    """Change what a reward is worth, with a line in the ledger where it is in it."""
    if not change:
        return Settlement(referral, _with_credit(participant, reward), reward)
    participant = _with_committed(participant, reward, change)
    reward = replace(reward, amount_cents=reward.amount_cents + change)
    if not reward.given:
        return Settlement(referral, participant, reward)
    reward = replace(reward, adjustments=reward.adjustments + 1)
    entry = _entry(reward, f"adjusted-{reward.adjustments}", change, now)
    return Settlement(referral, _with_credit(_with_earned(participant, change), reward), reward, entry)


def _entry(reward: Reward, what: str, cents: int, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        f"{reward.id}#{what}", reward.participant_id, reward.referral_id, reward.id, cents, reward.currency, now
    )


def _with_earned(participant: Participant, cents: int) -> Participant:
    totals = replace(participant.totals, earned_cents=participant.totals.earned_cents + cents)
    return replace(participant, totals=totals)


def _with_credit(participant: Participant, reward: Reward) -> Participant:
    """The balance as this reward leaves it: only what is issued and not spent can be used."""
    if reward.kind != "service_credit":
        return participant
    left = reward.left_cents if reward.status == "issued" else 0
    if left:
        return replace(participant, credits={**participant.credits, reward.id: left})
    return replace(
        participant, credits={known: cents for known, cents in participant.credits.items() if known != reward.id}
    )


def _with_committed(participant: Participant, reward: Reward, cents: int) -> Participant:
    month = month_of(reward.created_at)
    committed = {**participant.committed, month: participant.committed.get(month, 0) + cents}
    return replace(participant, committed={name: sum_ for name, sum_ in committed.items() if sum_})
