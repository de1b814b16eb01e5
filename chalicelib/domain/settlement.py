"""Settlement: from the facts in a referral, what its reward must be, and the one change that makes it so.

The same function serves paid, void, refund, delete and every redelivery: it compares what is with what must be
(DESIGN 5). It never looks at what just happened.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import NEEDS_APPROVAL, Reward, RewardPlan, TierBook, reward_id
from chalicelib.domain.settings import Settings

REMOVED = "the attribution was removed"
VOIDED = "the invoice was voided or refunded"
#: Reasons in words a participant may read; any other, such as a note of the office, stays inside.
PUBLIC_REASONS = frozenset({REMOVED, VOIDED})


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
    ledger: LedgerEntry | None
    due_at: datetime | None

    @property
    def reward_is_new(self) -> bool:
        return self.reward is not None and self.reward.version == 0


def plan_for(participant: Participant, settings: Settings) -> RewardPlan:
    """The participant's own plan where an exception is set (P19), else the segment's."""
    return participant.reward_plan or settings.rewards[participant.segment]


def settle(
    referral: Referral, participant: Participant, reward: Reward | None, settings: Settings, now: datetime
) -> Settlement | None:
    """Return the change that makes the reward what it must be, or None where it is so already.

    `reward` is the referral's live reward, `participant` its referrer. A new reward has version 0.
    """
    closes = referral.reached(settings.trigger)
    if closes and not referral.closed:
        return _close(referral, participant, reward, settings, now)
    if not closes and referral.closed:
        return _reopen(referral, participant, reward, settings, now)
    if closes and reward is not None and reward.status == "pending":
        return _release(referral, participant, reward, settings, now)
    return None


def _close(
    referral: Referral, participant: Participant, reward: Reward | None, settings: Settings, now: datetime
) -> Settlement:
    closed = replace(referral, closed=True, closed_at=now)
    counted = _with_closed(participant, +1)
    if reward is not None:
        # Redeemed, then reversal was due, and now the invoice stands again: the reward was right all along.
        kept = replace(reward, status="redeemed", why="the invoice stands again")
        return Settlement(replace(closed, why=kept.why), counted, kept, None, None)
    if referral.withheld is not None:
        return Settlement(replace(closed, why=f"withheld by staff: {referral.withheld}"), counted, None, None, None)
    tier, tiers = counted.tiers.take()
    counted = replace(counted, tiers=tiers)
    closed = replace(closed, tier=tier)
    plan = plan_for(participant, settings)
    amount = plan.amount_for(tier)
    if amount is None:
        return Settlement(
            replace(closed, why=f"no reward is set for closed referral {tier}"), counted, None, None, None
        )
    generation = referral.reward_count + 1
    due_at = now + timedelta(days=settings.hold_days)
    made = Reward(
        id=reward_id(referral.id, generation),
        referral_id=referral.id,
        participant_id=participant.id,
        kind=plan.kind,
        tier=tier,
        amount_cents=0 if plan.percent is not None else amount,
        currency=settings.currency,
        status="pending",
        why=_why_pending(plan, due_at, now) or f"closed referral {tier}",
        created_at=now,
        percent=plan.percent,
        text=plan.text,
        version=0,
    )
    closed = replace(closed, reward_id=made.id, reward_count=generation, why=made.why)
    if _why_pending(plan, due_at, now) is not None:
        return Settlement(closed, counted, made, None, None if plan.kind in NEEDS_APPROVAL else due_at)
    return issue(closed, counted, made, now, why=made.why)


def _release(
    referral: Referral, participant: Participant, reward: Reward, settings: Settings, now: datetime
) -> Settlement | None:
    if reward.kind in NEEDS_APPROVAL or now < reward.created_at + timedelta(days=settings.hold_days):
        return None
    return issue(referral, participant, reward, now, why=f"closed referral {reward.tier}, the hold is over")


def issue(referral: Referral, participant: Participant, reward: Reward, now: datetime, *, why: str) -> Settlement:
    """Give a pending reward: into the ledger and into the participant's total."""
    given = replace(reward, status="issued", issued_at=now, why=why)
    entry = LedgerEntry(
        f"{reward.id}#issued", participant.id, referral.id, reward.id, reward.amount_cents, reward.currency, now
    )
    return Settlement(replace(referral, why=why), _with_earned(participant, reward.amount_cents), given, entry, None)


def reverse(referral: Referral, participant: Participant, reward: Reward, now: datetime, *, why: str) -> Settlement:
    """Take a reward back: out of the ledger if it was in it, and its count is free for the next close."""
    entry = None
    if reward.given:
        entry = LedgerEntry(
            f"{reward.id}#reversed", participant.id, referral.id, reward.id, -reward.amount_cents, reward.currency, now
        )
        participant = _with_earned(participant, -reward.amount_cents)
    taken_back = replace(reward, status="reversed", why=why)
    referral = replace(referral, reward_id=None, why=why)
    return Settlement(referral, participant, taken_back, entry, None)


def _reopen(
    referral: Referral, participant: Participant, reward: Reward | None, settings: Settings, now: datetime
) -> Settlement:
    why = _why_reopened(referral, settings)
    reopened = replace(referral, closed=False, closed_at=None, why=why)
    counted = _with_closed(participant, -1)
    if reward is not None and reward.status in {"redeemed", "reversal_due"}:
        due = replace(reward, status="reversal_due", why=f"{why}, but the reward was redeemed: a person has to decide")
        return Settlement(replace(reopened, why=due.why), counted, due, None, None)
    counted = replace(counted, tiers=_released(counted.tiers, referral.tier))
    reopened = replace(reopened, tier=None)
    if reward is None:
        return Settlement(reopened, counted, None, None, None)
    return reverse(reopened, counted, reward, now, why=why)


def _released(tiers: TierBook, tier: int | None) -> TierBook:
    return tiers if tier is None else tiers.release(tier)


def _with_closed(participant: Participant, change: int) -> Participant:
    totals = replace(participant.totals, closed=participant.totals.closed + change)
    return replace(participant, totals=totals)


def _with_earned(participant: Participant, cents: int) -> Participant:
    totals = replace(participant.totals, earned_cents=participant.totals.earned_cents + cents)
    return replace(participant, totals=totals)


def _why_pending(plan: RewardPlan, due_at: datetime, now: datetime) -> str | None:
    if plan.kind in NEEDS_APPROVAL:
        return f"a {plan.kind.replace('_', ' ')} waits for approval by staff"
    return f"held until {due_at:%Y-%m-%d}" if due_at > now else None


def _why_reopened(referral: Referral, settings: Settings) -> str:
    if referral.deleted_at is not None:
        return REMOVED
    if referral.disqualified is not None or referral.mark.stage == "disqualified":
        return "the referral was disqualified"
    if referral.invoices and not any(invoice.stands for invoice in referral.invoices.values()):
        return VOIDED
    return f"the referral is no longer {settings.trigger}"
