"""The results review (O2): some time after the job a person asks how it turned out, and for three introductions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

Outcome = Literal["good", "poor"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
#: How many introductions the ask is for.
INTRODUCTIONS = 3


@dataclass(frozen=True)
class ResultsReview:
    """The last review that came due, or was held: of the job that was done at `job_at`.

    `asked` says what became of the ask that follows a good outcome: `queued`, or why not.
    """

    job_at: datetime
    opened_at: datetime
    outcome: Outcome | None = None
    held_at: datetime | None = None
    held_by: str | None = None
    asked: str | None = None


def review_due(job_at: datetime | None, last: ResultsReview | None, after: timedelta | None) -> datetime | None:
    """When the review of the last job is to be held; None where there is none to come. `after` None: never."""
    if job_at is None or after is None or (last is not None and last.job_at >= job_at):
        return None
    return job_at + after
