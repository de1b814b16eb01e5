"""What is stuck or waits for a person, by the indexes' keys alone, and the last report of it to the owner."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.domain.backlog import KINDS, MOST, Backlog, Kind, StuckReport
from chalicelib.storage.reading import places, read
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_PK, _SK = "STUCK", "REPORT"
_TIME = "%Y-%m-%dT%H:%M:%S.%f"
_LONGEST_STAMP = 26
#: What the owner is told of what is stuck is never stuck itself, or each day would bring another.
_OWN = "M#msg_stuck_"
#: Where each kind stands: the index, and its partition.
_PLACES: Mapping[Kind, tuple[str, str]] = {
    "work_overdue": ("work", "DUE"),
    "events_failed": ("lists", "EVENTS#failed"),
    "events_waiting": ("lists", "EVENTS#waiting"),
    "messages_failed": ("lists", "MESSAGES#failed"),
    "messages_unknown": ("lists", "MESSAGES#unknown"),
    "messages_undelivered": ("lists", "MESSAGES#undelivered"),
    "webhooks_dead": ("lists", "WEBHOOKS#dead"),
    "gift_cards": ("lists", "CARDS#stuck"),
    "invoices": ("lists", "INVOICES#ambiguous"),
    "mentions": ("lists", "MENTIONS"),
    "rewards_to_decide": ("work", "REWARDS#reversal_due"),
    "reviews": ("lists", "REVIEWS"),
    "results_reviews": ("lists", "RESULTS"),
    "commitments_overdue": ("lists", "COMMITMENTS#open"),
}


class StuckReportItem(Item):
    """`STUCK` / `REPORT`, guarded by its version."""

    day = UnicodeAttribute()
    seen = JSONAttribute(null=True)


class Backlogs:
    """How much there is of everything that somebody should look at."""

    def all(self, now: datetime, patience: timedelta) -> list[Backlog]:
        """Every kind there is something of; work counts when it was due for longer than `patience`."""
        ends = {"work_overdue": now - patience, "commitments_overdue": now}
        found = (self._one(kind, ends.get(kind)) for kind in KINDS)
        return [backlog for backlog in found if backlog.keys]

    def last_report(self) -> StuckReport | None:
        item = read(StuckReportItem, _PK, _SK)
        if item is None:
            return None
        return StuckReport(date.fromisoformat(item.day), frozenset(item.seen or ()), int(item.version or 1))

    def write_report(self, transaction: Transaction, report: StuckReport) -> None:
        """Refused as `report` where somebody else has just written one."""
        item = StuckReportItem(
            _PK, _SK, day=report.day.isoformat(), seen=sorted(report.seen) or None, version=report.version + 1
        )
        if report.version == 0:
            transaction.create("report", item)
        else:
            transaction.replace("report", item, report.version)

    def _one(self, kind: Kind, before: datetime | None) -> Backlog:
        which, partition = _PLACES[kind]
        index: Any = Item.work if which == "work" else Item.lists
        order = Item.work_sk if which == "work" else Item.list_sk
        condition = order < f"{before:{_TIME}}" if before else None
        found = [entry for entry in places(index, order, partition, condition, limit=MOST) if not _own(entry[1])]
        since = _time(found[0][0]) if found else None
        return Backlog(kind, tuple(pk for _, pk in found), since)


def _own(pk: str) -> bool:
    return pk.startswith(_OWN)


def _time(order: str) -> datetime:
    """When a thing came, as its place in the list begins with it."""
    return datetime.strptime(order.partition("#")[0][:_LONGEST_STAMP], _TIME).replace(tzinfo=UTC)
