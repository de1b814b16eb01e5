"""What a participant reads on their page about each friend and each reward: one plain sentence.

It tells nothing of the friend but how far the job has come, and nothing of who is known to us: a referral that counts
for nobody reads as one that has just come in.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from chalicelib.domain.money import amount_in_words
from chalicelib.domain.referrals import Referral, Stage
from chalicelib.domain.rewards import Reward, RewardKind
from chalicelib.domain.settlement import PUBLIC_REASONS

_WEEK = timedelta(days=7)
_STAGES: Mapping[Stage, str] = {
    "new": "Received",
    "contacted": "We are in touch",
    "qualified": "We are in touch",
    "appointment": "Appointment made",
    "quoted": "They have our quote",
    "won": "They chose us",
    "invoiced": "Job done",
    "paid": "Job done",
    "lost": "It did not work out this time",
    "disqualified": "It did not work out this time",
}
_READY: Mapping[RewardKind, str] = {
    "service_credit": "Yours: it comes off your next invoice",
    "discount_code": "Yours: tell us the code with your next job",
    "gift_card": "Yours: the gift card is on its way",
    "custom": "Yours",
}
_USED: Mapping[RewardKind, str] = {
    "service_credit": "Used",
    "discount_code": "Used",
    "gift_card": "Sent to you",
    "custom": "Given to you",
}


def shown_to_referrer(referral: Referral) -> bool:
    """Whether it is somebody; what a program sent into the form is nobody."""
    return referral.disqualified != "honeypot"


def state_of(referral: Referral, reward: Reward | None, today: date) -> str:
    """How far a friend's job has come; `reward` is the referral's own, `today` the day where the business is."""
    if referral.disqualified is not None:
        return _STAGES["new"]
    if referral.stage == "appointment" and referral.appointment_on is not None:
        return f"Appointment {_day(referral.appointment_on, today)}"
    if not referral.closed:
        return _STAGES[referral.stage]
    if reward is None or not reward.live:
        return "Job done: thank you"
    if reward.status == "pending":
        return "Job done: your reward is on its way"
    return "Job done: your reward is ready" if reward.status == "issued" else "Job done: you have had your reward"


def _day(day: date, today: date) -> str:
    """The weekday alone where that is plain."""
    if day == today:
        return "today"
    return f"on {day:%A}" if today < day < today + _WEEK else f"on {day:%A}, {day:%B} {day.day}"


def reward_state(reward: Reward) -> str:
    """What has become of a reward; of why it was taken back, only what a participant may read."""
    match reward.status:
        case "pending":
            return "On its way"
        case "reversed":
            return f"Taken back: {reward.why}" if reward.why in PUBLIC_REASONS else "Taken back"
        case "issued" if reward.spent_cents and reward.left_cents:
            return f"{amount_in_words(reward.left_cents, reward.currency)} of it is left"
        case "issued":
            return _READY[reward.kind]
        case _:
            return _USED[reward.kind]
