"""From lead to closed job: how many got how far, and what a job was worth (P24, O18)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median

from chalicelib.domain.referrals import PATH, Referral, Stage


@dataclass
class Funnel:
    """Referrals that came in, those of them that came to an appointment, and those that closed; `jobs` in cents."""

    leads: int = 0
    appointments: int = 0
    closed: int = 0
    jobs: list[int] = field(default_factory=list)

    def add(self, referral: Referral, currency: str) -> None:
        """Count one referral; a job in another currency is counted and not valued."""
        self.leads += 1
        self.appointments += came_to(referral, "appointment")
        self.closed += referral.closed
        if referral.closed and referral.job_cents is not None and _is_in(referral, currency):
            self.jobs.append(referral.job_cents)

    @property
    def median_job_cents(self) -> int | None:
        return round(median(self.jobs)) if self.jobs else None


def came_to(referral: Referral, stage: Stage) -> bool:
    """Whether the referral was ever at this stage of the path, or past it, however it ended."""
    passed = (referral.stage, *(change.stage for change in referral.history))
    return any(one in PATH and PATH.index(one) >= PATH.index(stage) for one in passed)


def funnels(referrals: Iterable[Referral], key: Callable[[Referral], str], currency: str) -> dict[str, Funnel]:
    """A funnel for each value of `key`; what was removed, or never was a lead, is in none."""
    found: dict[str, Funnel] = {}
    for referral in referrals:
        if referral.deleted_at is None and referral.disqualified is None:
            found.setdefault(key(referral), Funnel()).add(referral, currency)
    return found


def _is_in(referral: Referral, currency: str) -> bool:
    return all(invoice.currency in {None, currency} for invoice in referral.invoices.values() if invoice.stands)
