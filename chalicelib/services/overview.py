"""The program's numbers and what is stuck, without reading a table (P24, O18)."""

from datetime import timedelta
from itertools import islice
from typing import Any

from chalicelib.services.ports import Ports
from chalicelib.services.review import waiting_for_review
from chalicelib.services.shapes import time_shape

_MONTHS = 12
#: Lists of stuck things show at most this many; a higher count means there is one cause behind them.
_SHOWN = 20
_COUNTED = 100
PATIENCE = timedelta(minutes=15)


def overview(ports: Ports) -> dict[str, Any]:
    """Counts of this month and of the last twelve, what waits for a decision, and what is stuck."""
    now = ports.now()
    months, at = {}, now
    for _ in range(_MONTHS):
        months[f"{at:%Y-%m}"] = ports.store.statistics.month(at)
        at = at.replace(day=1) - timedelta(days=1)
    this_month = months[f"{now:%Y-%m}"]
    year = {name: sum(month[name] for month in months.values()) for name in this_month}
    return {
        "this_month": this_month,
        "twelve_months": year,
        "months": months,
        "waiting": waiting(ports),
        "stuck": stuck(ports),
        "backlog": backlog(ports),
    }


def waiting(ports: Ports) -> dict[str, int]:
    """How many things wait for a person's decision; a hundred stands for a hundred or more."""
    reviews, _ = waiting_for_review(ports, limit=_COUNTED, cursor=None)
    results, _ = ports.store.results_reviews.page(limit=_COUNTED, cursor=None)
    return {
        "reviews": len(reviews),
        "invoices": ports.store.invoices.count_ambiguous(most=_COUNTED),
        "results_reviews": len(results),
        "commitments_overdue": ports.store.commitments.count_overdue(ports.now(), most=_COUNTED),
    }


def backlog(ports: Ports) -> list[dict[str, str | int | None]]:
    """How much is stuck or waits for a person, and since when; nothing of what there is none of."""
    found = ports.store.backlogs.all(ports.now(), PATIENCE)
    return [{"kind": one.kind, "count": len(one.keys), "since": time_shape(one.since)} for one in found]


def stuck(ports: Ports) -> dict[str, list[dict[str, str | None]]]:
    """What could not be finished, each with its reason."""
    failed, _ = ports.store.events.with_status("failed", limit=_SHOWN)
    waiting, _ = ports.store.events.with_status("waiting", limit=_SHOWN)
    not_sent, _ = ports.store.messages.page(status="failed", limit=_SHOWN, cursor=None)
    undelivered, _ = ports.store.messages.page(status="undelivered", limit=_SHOWN, cursor=None)
    uncertain, _ = ports.store.messages.page(status="unknown", limit=_SHOWN, cursor=None)
    dead, _ = ports.store.webhooks.page(status="dead", limit=_SHOWN, cursor=None)
    cards = ports.store.gift_cards.stuck(limit=_SHOWN)
    overdue = islice(ports.store.work.due(ports.now() - PATIENCE), _SHOWN)
    return {
        "work_overdue": [{"id": pk, "reason": f"due for more than {PATIENCE}"} for pk, _ in overdue],
        "events_failed": [{"id": event.id, "reason": event.reason} for event in failed],
        "events_waiting": [{"id": event.id, "reason": event.reason} for event in waiting],
        "messages_failed": [{"id": message.id, "reason": message.reason} for message in not_sent],
        "messages_unknown": [{"id": message.id, "reason": message.reason} for message in uncertain],
        "messages_undelivered": [{"id": message.id, "reason": message.reason} for message in undelivered],
        "webhooks_dead": [{"id": webhook.id, "reason": f"{webhook.type}: {webhook.reason}"} for webhook in dead],
        "gift_cards": [{"id": card.reward_id, "reason": card.reason} for card in cards],
    }
