"""Settlement: from the facts in a referral, what its reward must be, and the one change that makes it so.

The same function serves paid, void, refund, delete and every redelivery: it compares what is with what must be
(DESIGN 5). It never looks at what just happened.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.eligibility import capped, why_not_eligible
from chalicelib.domain.leaderboard import month_of_closing
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.reward_changes import (
    Settlement,
    count_closed,
    issue,
    make_reversal_due,
    promise,
    restore,
    reverse,
)
from chalicelib.domain.rewards import NEEDS_APPROVAL, Reward, RewardKind, RewardPlan, reward_id
from chalicelib.domain.settings import Settings

REMOVED = "the attribution was removed"
MOVED = "the referral belongs to somebody else"
VOIDED = "the invoice was voided or refunded"
#: Reasons in words a participant may read; any other, such as a note of the office, stays inside.
PUBLIC_REASONS = frozenset({REMOVED, MOVED, VOIDED})


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
    counted = _counted(referral, participant, settings, now, closes=closes)
    if earns and referral.tier is None:
        return _earn(*counted, settings, now)
    if not earns and referral.tier is not None and not (reward is not None and reward.kept):
        why = refusal if closes and refusal else _why_reopened(referral, settings, moved=moved)
        return _unearn(*counted, reward, now, why=why)
    if earns and reward is not None and reward.status == "reversal_due":
        # Used, then reversal was due, and now the invoice stands again: the reward was right all along.
        return restore(*counted, reward, now, why="the invoice stands again")
    if earns and reward is not None and reward.status == "pending":
        return _release(*counted, reward, settings, now)
    if closes != referral.closed:
        reason = refusal if closes else _why_reopened(referral, settings, moved=moved)
        return Settlement(replace(counted[0], why=reason or referral.why), counted[1], None)
    return None


def hold_of(plan_kind: str, settings: Settings) -> timedelta:
    """How long after closing a reward of this kind is held."""
    return timedelta(days=settings.hold_days_by_kind.get(plan_kind, settings.hold_days))


def _counted(
    referral: Referral, participant: Participant, settings: Settings, now: datetime, *, closes: bool
) -> tuple[Referral, Participant]:
    """Both with the closing counted, or not counted any more in the month in which it was."""
    if closes and not referral.closed:
        month = month_of_closing(now, settings.business.zone)
        closed = replace(referral, closed=True, closed_at=now, closed_in=month, credited_to=participant.id)
        return closed, count_closed(participant, +1, month)
    if not closes and referral.closed:
        credited_to = referral.credited_to if referral.tier is not None else None
        reopened = replace(referral, closed=False, closed_at=None, closed_in=None, credited_to=credited_to)
        return reopened, count_closed(participant, -1, referral.closed_in)
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
        return Settlement(replace(referral, why=why), participant, None)
    cents, why_less = capped(
        0 if plan.percent is not None or plan.kind == "custom" else amount,
        participant,
        settings.eligibility,
        settings.currency,
        now,
    )
    if why_less is not None and cents == 0:
        return Settlement(replace(referral, why=why_less), participant, None)
    generation = referral.reward_count + 1
    due_at = now + hold_of(plan.kind, settings)
    waits = _why_pending(referral, plan, due_at, now)
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
    referral, participant = promise(referral, participant, made)
    if waits is not None:
        return Settlement(referral, participant, made, due_at=None if _needs_person(referral, plan.kind) else due_at)
    return issue(referral, participant, made, now, why=made.why)


def _unearn(
    referral: Referral, participant: Participant, reward: Reward | None, now: datetime, *, why: str
) -> Settlement | None:
    """Give the count back and reverse its reward; what is spent of it waits for a person, and keeps the count."""
    if reward is None or reward.untouched:
        return reverse(referral, participant, reward, now, why=why)
    if reward.status == "reversal_due" and (reward.redeemed_at is not None or not reward.left_cents):
        return None
    return make_reversal_due(referral, participant, reward, now, why=why)


def _release(
    referral: Referral, participant: Participant, reward: Reward, settings: Settings, now: datetime
) -> Settlement | None:
    if _needs_person(referral, reward.kind) or now < reward.created_at + hold_of(reward.kind, settings):
        return None
    ended = "approved by a person" if referral.review == "approved" else "the hold is over"
    return issue(referral, participant, reward, now, why=f"closed referral {reward.tier}, {ended}")


def _needs_person(referral: Referral, kind: RewardKind) -> bool:
    return kind in NEEDS_APPROVAL or referral.awaits_review


def _why_pending(referral: Referral, plan: RewardPlan, due_at: datetime, now: datetime) -> str | None:
    if referral.awaits_review:
        return f"held for a person: {'; '.join(flag.why for flag in referral.flags)}"
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
