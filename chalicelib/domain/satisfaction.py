"""How jobs, scores and issues are folded into what we know of a customer, in the provider's order (P11, S2-S4)."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.participants import Satisfaction


def job_completed(known: Satisfaction, at: datetime) -> Satisfaction:
    """Note a finished job; the latest counts."""
    return replace(known, job_at=max(at, known.job_at or at))


def scored(known: Satisfaction, score: float, at: datetime) -> Satisfaction:
    """Note a score; the latest counts, and of two at the same time the lower."""
    if known.score_at is not None and (known.score_at, -(known.score or 0)) >= (at, -score):
        return known
    return replace(known, score=score, score_at=at)


def issue_opened(known: Satisfaction, issue: str, at: datetime) -> Satisfaction:
    """Note a complaint or revision as open since `at`, unless a later closing is known."""
    return replace(known, opened={**known.opened, issue: max(at, known.opened.get(issue, at))})


def issue_closed(known: Satisfaction, issue: str, at: datetime) -> Satisfaction:
    """Note that a complaint or revision is settled as of `at`."""
    return replace(known, closed={**known.closed, issue: max(at, known.closed.get(issue, at))})
