"""What is stuck, and what waits for a person: how much of each kind, since when, and whether any of it is new."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

Kind = Literal[
    "work_overdue",
    "events_failed",
    "events_waiting",
    "messages_failed",
    "messages_unknown",
    "messages_undelivered",
    "webhooks_dead",
    "gift_cards",
    "invoices",
    "mentions",
    "rewards_to_decide",
    "reviews",
    "results_reviews",
    "commitments_overdue",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: The first of each kind that are counted, the oldest first; more have one cause.
MOST = 100
_MARK = 10
_IN_WORDS: Mapping[Kind, tuple[str, str]] = {
    "work_overdue": ("step is late", "steps are late"),
    "events_failed": ("event failed", "events failed"),
    "events_waiting": ("event waits for a customer", "events wait for a customer"),
    "messages_failed": ("message failed", "messages failed"),
    "messages_unknown": ("message may not have left", "messages may not have left"),
    "messages_undelivered": ("message did not arrive", "messages did not arrive"),
    "webhooks_dead": ("webhook was given up", "webhooks were given up"),
    "gift_cards": ("gift card is stuck", "gift cards are stuck"),
    "invoices": ("invoice to decide", "invoices to decide"),
    "mentions": ("mention to confirm", "mentions to confirm"),
    "rewards_to_decide": ("spent reward to decide", "spent rewards to decide"),
    "reviews": ("flagged referral", "flagged referrals"),
    "results_reviews": ("results review to hold", "results reviews to hold"),
    "commitments_overdue": ("promise is overdue", "promises are overdue"),
}


@dataclass(frozen=True)
class Backlog:
    """The things of one kind, by their keys in the table, and how long the oldest has been there."""

    kind: Kind
    keys: tuple[str, ...]
    since: datetime | None


@dataclass(frozen=True)
class StuckReport:
    """The last look for the owner: on which day where the business is, and marks of what there was."""

    day: date
    seen: frozenset[str] = frozenset()
    version: int = 0


def marks(backlogs: Iterable[Backlog]) -> frozenset[str]:
    """A short mark of each thing, to tell tomorrow what is new."""
    keys = (f"{backlog.kind}:{key}" for backlog in backlogs for key in backlog.keys)
    return frozenset(hashlib.sha256(key.encode()).hexdigest()[:_MARK] for key in keys)


def in_words(backlogs: Iterable[Backlog]) -> str:
    """`2 mentions to confirm, 1 message failed`; empty where there is nothing."""
    most_first = sorted(backlogs, key=lambda backlog: -len(backlog.keys))
    return ", ".join(_words(backlog.kind, len(backlog.keys)) for backlog in most_first if backlog.keys)


def _words(kind: Kind, count: int) -> str:
    one, several = _IN_WORDS[kind]
    return f"{count}{'+' if count >= MOST else ''} {one if count == 1 else several}"
