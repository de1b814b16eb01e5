"""What follows an ask (P30, O5, O20, M9): steps with their waits, as the owner set them, till a reply or an opt-out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib.domain.messages import Channel, Template
from chalicelib.domain.participants import Participant, Progress, StepTaken
from chalicelib.domain.referrals import Referral

Moment = Literal["invitation", "received", "appointment"]
Condition = Literal["visited", "referred"]
MOMENTS: tuple[Moment, ...] = ("invitation", "received", "appointment")
CONDITIONS: tuple[Condition, ...] = ("visited", "referred")
#: What may be sent after each moment; a thank-you for a closed referral, and its reward, are the settlement's.
TEMPLATES_AFTER: Mapping[Moment, tuple[Template, ...]] = {
    "invitation": ("forward", "reminder", "stay_in_touch"),
    "received": ("referral_received", "referral_appointment"),
    "appointment": ("referral_received", "referral_appointment"),
}
#: Asks, and what belongs to one: not sent where the gate has closed meanwhile.
ASKS: frozenset[Template] = frozenset({"invitation", "forward", "reminder", "stay_in_touch", "introductions"})
SEQUENCE: frozenset[Template] = frozenset(template for after in TEMPLATES_AFTER.values() for template in after)
DEFAULT_SEQUENCE: list[dict[str, Any]] = [
    {"after": "invitation", "template": "forward", "channel": "email", "wait_days": 0, "unless": [], "repeat": False},
    {
        "after": "invitation",
        "template": "reminder",
        "channel": "sms",
        "wait_days": 5,
        "unless": ["visited"],
        "repeat": False,
    },
    {
        "after": "received",
        "template": "referral_received",
        "channel": "sms",
        "wait_days": 0,
        "unless": [],
        "repeat": False,
    },
    {
        "after": "appointment",
        "template": "referral_appointment",
        "channel": "sms",
        "wait_days": 0,
        "unless": [],
        "repeat": False,
    },
    {
        "after": "invitation",
        "template": "stay_in_touch",
        "channel": "sms",
        "wait_days": 90,
        "unless": [],
        "repeat": True,
    },
]


@dataclass(frozen=True)
class Step:
    """Send `template` so many days after a moment, unless; `repeat`: and again every so many days."""

    after: Moment
    template: Template
    channel: Channel
    wait_days: int
    unless: tuple[Condition, ...] = ()
    repeat: bool = False

    @property
    def name(self) -> str:
        return f"{self.template}_{self.channel}"

    @property
    def wait(self) -> timedelta:
        return timedelta(days=self.wait_days)


@dataclass(frozen=True)
class Due:
    """A step to be taken now, for the `number`th time in this round."""

    step: Step
    number: int


def advance(
    participant: Participant, steps: Sequence[Step], against: Sequence[str], now: datetime
) -> tuple[tuple[Due, ...], Progress]:
    """Which steps are to be taken now, and the progress once they are; what must not be sent is passed over with why.

    `against` is what the gate has against this participant. Nothing follows where nobody asked, or it has ended.
    """
    before, asked_at = participant.sequence, participant.invitation.asked_at
    if asked_at is None or before.ended_at is not None:
        return (), replace(before, next_at=None)
    if participant.opted_out:
        return (), ended(before, "opted out of messages", now)
    due, taken, upcoming = [], dict(before.steps), []
    for step in steps:
        last = taken.get(step.name)
        if step.after != "invitation" or (last is not None and not step.repeat):
            continue
        at = (last.at if last else asked_at) + step.wait
        if at <= now:
            number = last.number + 1 if last else 1
            why_not = _why_not(participant, step, against)
            taken[step.name] = StepTaken(now, number, why_not or "queued")
            if why_not is None:
                due.append(Due(step, number))
            if not step.repeat:
                continue
            at = now + step.wait
        upcoming.append(at)
    return tuple(due), replace(before, steps=taken, next_at=min(upcoming, default=None))


def ended(progress: Progress, why: str, now: datetime) -> Progress:
    """No further step until the next ask; the first reason stays."""
    if progress.ended_at is not None:
        return progress
    return replace(progress, ended_at=now, why_ended=why, next_at=None)


def milestones(steps: Sequence[Step], before: Referral | None, after: Referral) -> tuple[Step, ...]:
    """The thank-yous that one change of a referral calls for (M9), each once; `before` is None for a new one."""
    if after.participant_id is None or after.disqualified is not None or after.deleted_at is not None:
        return ()
    reached: set[Moment] = set()
    # Who was introduced has not got in touch; the referrer was answered already.
    if (before is None or before.participant_id is None) and after.source != "introduction":
        reached.add("received")
    if after.stage == "appointment" and not any(change.stage == "appointment" for change in _history(before)):
        reached.add("appointment")
    return tuple(step for step in steps if step.after in reached)


def _history(referral: Referral | None) -> Sequence[Any]:
    return referral.history if referral else ()


def _why_not(participant: Participant, step: Step, against: Sequence[str]) -> str | None:
    if against:
        return "; ".join(against)
    totals = participant.totals
    if "visited" in step.unless and (totals.visits or totals.sent):
        return "the link was opened"
    if "referred" in step.unless and totals.sent:
        return "somebody was referred"
    if step.channel == "email" and participant.email is None:
        return "no e-mail address"
    return None
