"""Counts over the whole program, by month, spread over shards so that no item is everybody's bottleneck."""

import zlib
from datetime import datetime

from pynamodb.attributes import NumberAttribute

from chalicelib.storage.reading import read_partition
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

SHARDS = 8
COUNTS = ("participants", "visits", "leads", "invited", "closed", "earned_cents")


class MonthItem(Item):
    """`STATS#<month>` / `SHARD#<n>`."""

    participants = NumberAttribute(null=True)
    visits = NumberAttribute(null=True)
    leads = NumberAttribute(null=True)
    invited = NumberAttribute(null=True)
    closed = NumberAttribute(null=True)
    earned_cents = NumberAttribute(null=True)


class Statistics:
    """The program's numbers."""

    def count(self, transaction: Transaction, at: datetime, spread: str, **changes: int) -> None:
        """Add to this month's counts; `spread` picks the shard. Unknown names raise KeyError."""
        strange = set(changes) - set(COUNTS)
        if strange:
            raise KeyError(f"not counted: {', '.join(sorted(strange))}")
        added = {name: change for name, change in changes.items() if change}
        if added:
            shard = zlib.crc32(spread.encode()) % SHARDS
            expression = "ADD " + ", ".join(f"{name} :{name}" for name in added)
            values = {f":{name}": change for name, change in added.items()}
            transaction.apply("statistics", (_pk(at), f"SHARD#{shard}"), expression, values)

    def month(self, at: datetime) -> dict[str, int]:
        """One month's counts."""
        sums = dict.fromkeys(COUNTS, 0)
        for item in read_partition(MonthItem, _pk(at), "SHARD#"):
            for name in COUNTS:
                sums[name] += int(getattr(item, name) or 0)
        return sums


def _pk(at: datetime) -> str:
    return f"STATS#{at:%Y-%m}"
