"""Letters after a promise that was not kept, and the results review."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.fields import Fields
from chalicelib.domain.settings.defaults import DEFAULTS

_MOST_LETTERS = 12


@dataclass(frozen=True)
class Terms:
    """How many letters follow a promise that was not kept, and how long is between them; none turns them off."""

    letters: int = 2
    every: timedelta = timedelta(days=30)


def parse_commitments(fields: Fields | None) -> Terms:
    fields = fields or Fields({})
    fields.only(DEFAULTS["commitments"])
    letters = fields.integer("letters", least=0, most=_MOST_LETTERS, required=True) or 0
    every = fields.integer("every_days", least=7, most=365, required=True) or 7
    return Terms(letters, timedelta(days=every))


def parse_results_review(fields: Fields) -> timedelta | None:
    """How long after a job; null turns the review off."""
    days = fields.integer("results_review_days", least=1, most=730)
    return timedelta(days=days) if days is not None else None
