"""Whether a closed referral earns a reward, and how much of it the caps leave; each no has a reason staff can read."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.money import amount_in_words
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral


@dataclass(frozen=True)
class Eligibility:
    """The owner's limits, in cents of the program's currency; None is no limit.

    `first_time_only`: who is a customer already is not a referral (a person may decide otherwise by hand).
    """

    first_time_only: bool = True
    min_job_cents: int = 0
    month_cap_cents: int | None = None
    total_cap_cents: int | None = None


def why_not_eligible(referral: Referral, limits: Eligibility, currency: str) -> str | None:
    """Why this referral earns nothing although it closed, or None. One closed by hand, without invoices, may earn."""
    if referral.withheld is not None:
        return f"withheld by staff: {referral.withheld}"
    worth = referral.job_cents
    if worth is not None and worth < limits.min_job_cents:
        least = amount_in_words(limits.min_job_cents, currency)
        return f"the job's {amount_in_words(worth, currency)} is below the minimum of {least}"
    return None


def capped(
    cents: int, participant: Participant, limits: Eligibility, currency: str, now: datetime
) -> tuple[int, str | None]:
    """What the caps leave of a reward, and why it is less. The month is that of the closing, in UTC."""
    left, why = cents, None
    month = participant.committed.get(month_of(now), 0)
    for cap, committed, name in (
        (limits.month_cap_cents, month, "monthly"),
        (limits.total_cap_cents, sum(participant.committed.values()), "total"),
    ):
        if cap is not None and cap - committed < left:
            left = max(0, cap - committed)
            why = f"the {name} cap of {amount_in_words(cap, currency)} for one participant is reached"
    return left, why


def month_of(at: datetime) -> str:
    """The calendar month by which rewards are capped."""
    return f"{at:%Y-%m}"
