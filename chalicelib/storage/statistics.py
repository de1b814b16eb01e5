"""Counts over the whole program, by month, spread over shards so that no item is everybody's bottleneck."""

import zlib
from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import NumberAttribute

from chalicelib.domain.referrals import CHANNELS
from chalicelib.storage.reading import read_partition
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

SHARDS = 8
COUNTS = ("participants", "visits", "leads", "invited", "closed", "earned_cents")
_CHANNELS = (*CHANNELS, "unknown")


class MonthItem(Item):
    """`STATS#<month>` / `SHARD#<n>`."""

    participants = NumberAttribute(null=True)
    visits = NumberAttribute(null=True)
    leads = NumberAttribute(null=True)
    invited = NumberAttribute(null=True)
    closed = NumberAttribute(null=True)
    earned_cents = NumberAttribute(null=True)
    visits_sms = NumberAttribute(null=True)
    visits_whatsapp = NumberAttribute(null=True)
    visits_email = NumberAttribute(null=True)
    visits_qr = NumberAttribute(null=True)
    visits_copy = NumberAttribute(null=True)
    visits_print = NumberAttribute(null=True)
    visits_facebook = NumberAttribute(null=True)
    visits_x = NumberAttribute(null=True)
    visits_link = NumberAttribute(null=True)
    visits_other = NumberAttribute(null=True)
    visits_unknown = NumberAttribute(null=True)


class Statistics:
    """The program's numbers."""

    def count(self, transaction: Transaction, at: datetime, spread: str, **changes: int) -> None:
        """Add to this month's counts; `spread` picks the shard. Unknown names raise KeyError."""
        strange = set(changes) - set(COUNTS) - {f"visits_{channel}" for channel in _CHANNELS}
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
        return _sums(at, COUNTS)

    def visits_by_channel(self, at: datetime) -> dict[str, int]:
        """One month's visits by how the link had travelled, `unknown` where it did not say; without those of none."""
        sums = _sums(at, [f"visits_{channel}" for channel in _CHANNELS])
        return {name.removeprefix("visits_"): count for name, count in sums.items() if count}


def _sums(at: datetime, names: Sequence[str]) -> dict[str, int]:
    sums = dict.fromkeys(names, 0)
    for item in read_partition(MonthItem, _pk(at), "SHARD#"):
        for name in names:
            sums[name] += int(getattr(item, name) or 0)
    return sums


def _pk(at: datetime) -> str:
    return f"STATS#{at:%Y-%m}"
