"""Settlement: from the facts in a referral, what its reward must be, and the one change that makes it so.

The same function serves paid, void, refund, delete and every redelivery: it compares what is with what must be
(DESIGN 5). It never looks at what just happened.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.eligibility import capped, month_of, why_not_eligible
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import NEEDS_APPROVAL, Reward, RewardPlan, reward_id
from chalicelib.domain.settings import Settings

REMOVED = "the attribution was removed"
MOVED = "the referral belongs to somebody else"
VOIDED = "the invoice was voided or refunded"
#: Reasons in words a participant may read; any other, such as a note of the office, stays inside.
PUBLIC_REASONS = frozenset({REMOVED, MOVED, VOIDED})


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

    `reward` is the referral's live reward, `participant` the one it is credited to, or its referrer. A new reward has
    version 0. Where an attribution moved, the old referrer's side is undone first; settling again does the new one's.
    """
    moved = referral.credited_to is not None and referral.credited_to != referral.participant_id
    closes = referral.reached(settings.trigger) and not moved
    refusal = why_not_eligible(referral, settings.eligibility, settings.currency)
    earns = closes and refusal is None
    counted = _counted(referral, participant, now, closes=closes)
    if earns and referral.tier is None:
        return _earn(*counted, settings, now)
    if not earns and referral.tier is not None and not (reward is not None and reward.kept):
        why = refusal if closes and refusal else _why_reopened(referral, settings, moved=moved)
        return _unearn(*counted, reward, now, why=why)
    if earns and reward is not None and reward.status == "reversal_due":
        # Redeemed, then reversal was due, and now the invoice stands again: the reward was right all along.
        kept = replace(reward, status="redeemed", why="the invoice stands again")
        return Settlement(replace(counted[0], why=kept.why), counted[1], kept, None, None)
    if earns and reward is not None and reward.status == "pending":
        return _release(*counted, reward, settings, now)
    if closes != referral.closed:
        reason = refusal if closes else _why_reopened(referral, settings, moved=moved)
        return Settlement(replace(counted[0], why=reason or referral.why), counted[1], None, None, None)
    return None


def hold_of(plan_kind: str, settings: Settings) -> timedelta:
    """How long after closing a reward of this kind is held."""
    return timedelta(days=settings.hold_days_by_kind.get(plan_kind, settings.hold_days))


def _counted(
    referral: Referral, participant: Participant, now: datetime, *, closes: bool
) -> tuple[Referral, Participant]:
    """Both with the closing counted, or not counted any more."""
    if closes and not referral.closed:
        closed = replace(referral, closed=True, closed_at=now, credited_to=participant.id)
        return closed, _with_closed(participant, +1)
    if not closes and referral.closed:
        credited_to = referral.credited_to if referral.tier is not None else None
        return replace(referral, closed=False, closed_at=None, credited_to=credited_to), _with_closed(participant, -1)
    return referral, participant


def _earn(referral: Referral, participant: Participant, settings: Settings, now: datetime) -> Settlement:
    """Take the next free count and make its reward, if there is one."""
    tier, tiers = participant.tiers.take()
    participant = replace(participant, tiers=tiers)
    referral = replace(referral, tier=tier, credited_to=participant.id)
    plan = plan_for(participant, settings)
    amount = plan.amount_for(tier)
    if amount is None:
        why = f"no reward is set for closed referral {tier}"
        return Settlement(replace(referral, why=why), participant, None, None, None)
    cents, why_less = capped(
        0 if plan.percent is not None or plan.kind == "custom" else amount,
        participant,
        settings.eligibility,
        settings.currency,
        now,
    )
    if why_less is not None and cents == 0:
        return Settlement(replace(referral, why=why_less), participant, None, None, None)
    generation = referral.reward_count + 1
    due_at = now + hold_of(plan.kind, settings)
    waits = _why_pending(plan, due_at, now)
    made = Reward(
        id=reward_id(referral.id, generation),
        referral_id=referral.id,
        participant_id=participant.id,
        kind=plan.kind,
        tier=tier,
        amount_cents=cents,
        currency=settings.currency,
        status="pending",
        why="; ".join(filter(None, (waits or f"closed referral {tier}", why_less))),
        created_at=now,
        percent=plan.percent,
        text=plan.text,
        version=0,
    )
    referral = replace(referral, reward_id=made.id, reward_count=generation, why=made.why)
    participant = _with_committed(participant, made, +cents)
    if waits is not None:
        return Settlement(referral, participant, made, None, None if plan.kind in NEEDS_APPROVAL else due_at)
    return issue(referral, participant, made, now, why=made.why)


def _unearn(
    referral: Referral, participant: Participant, reward: Reward | None, now: datetime, *, why: str
) -> Settlement | None:
    """Give the count back and reverse its reward; one that was redeemed waits for a person and keeps its count."""
    if reward is not None and reward.status == "reversal_due":
        return None
    if reward is not None and reward.status == "redeemed":
        due = replace(reward, status="reversal_due", why=f"{why}, but the reward was redeemed: a person has to decide")
        return Settlement(replace(referral, why=due.why), participant, due, None, None)
    return reverse(referral, participant, reward, now, why=why)


def _release(
    referral: Referral, participant: Participant, reward: Reward, settings: Settings, now: datetime
) -> Settlement | None:
    if reward.kind in NEEDS_APPROVAL or now < reward.created_at + hold_of(reward.kind, settings):
        return None
    return issue(referral, participant, reward, now, why=f"closed referral {reward.tier}, the hold is over")


def issue(referral: Referral, participant: Participant, reward: Reward, now: datetime, *, why: str) -> Settlement:
    """Give a pending reward: into the ledger and into the participant's total."""
    given = replace(reward, status="issued", issued_at=now, why=why)
    entry = LedgerEntry(
        f"{reward.id}#issued", participant.id, referral.id, reward.id, reward.amount_cents, reward.currency, now
    )
    return Settlement(replace(referral, why=why), _with_earned(participant, reward.amount_cents), given, entry, None)


def reverse(
    referral: Referral, participant: Participant, reward: Reward | None, now: datetime, *, why: str
) -> Settlement:
    """Take a reward back: out of the ledger if it was in it, and its count is free for the next close."""
    if referral.tier is not None:
        participant = replace(participant, tiers=participant.tiers.release(referral.tier))
    credited_to = referral.credited_to if referral.closed else None
    referral = replace(referral, tier=None, reward_id=None, credited_to=credited_to, why=why)
    if reward is None:
        return Settlement(referral, participant, None, None, None)
    entry = None
    participant = _with_committed(participant, reward, -reward.amount_cents)
    if reward.given:
        entry = LedgerEntry(
            f"{reward.id}#reversed", participant.id, referral.id, reward.id, -reward.amount_cents, reward.currency, now
        )
        participant = _with_earned(participant, -reward.amount_cents)
    return Settlement(referral, participant, replace(reward, status="reversed", why=why), entry, None)


def _with_closed(participant: Participant, change: int) -> Participant:
    totals = replace(participant.totals, closed=participant.totals.closed + change)
    return replace(participant, totals=totals)


def _with_earned(participant: Participant, cents: int) -> Participant:
    totals = replace(participant.totals, earned_cents=participant.totals.earned_cents + cents)
    return replace(participant, totals=totals)


def _with_committed(participant: Participant, reward: Reward, cents: int) -> Participant:
    month = month_of(reward.created_at)
    committed = {**participant.committed, month: participant.committed.get(month, 0) + cents}
    return replace(participant, committed={name: sum_ for name, sum_ in committed.items() if sum_})


def _why_pending(plan: RewardPlan, due_at: datetime, now: datetime) -> str | None:
    if plan.kind in NEEDS_APPROVAL:
        return f"a {plan.kind.replace('_', ' ')} waits for approval by staff"
    return f"held until {due_at:%Y-%m-%d}" if due_at > now else None


def _why_reopened(referral: Referral, settings: Settings, *, moved: bool) -> str:
    if moved:
        return MOVED
    if referral.deleted_at is not None:
        return REMOVED
    if referral.disqualified is not None or referral.mark.stage == "disqualified":
        return "the referral was disqualified"
    if referral.invoices and not any(invoice.stands for invoice in referral.invoices.values()):
        return VOIDED
    return f"the referral is no longer {settings.trigger}"
