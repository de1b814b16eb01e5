"""Where referrals came from lately: one small item for each, so that the last few are counted without reading more."""

from datetime import datetime, timedelta

from pynamodb.exceptions import PynamoDBException

from chalicelib.storage.reading import translated
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction


class SightingItem(Item):
    """`SEEN#<kind>#<key>` / `<time>#<referral>`: a referral of this network address or participant; expires."""


class Sightings:
    """Referrals by where they came from, in time."""

    def note(
        self, transaction: Transaction, kind: str, key: str, at: datetime, referral_id: str, *, kept: timedelta
    ) -> None:
        """Note one; again is the same."""
        item = SightingItem(_pk(kind, key), f"{_stamp(at)}#{referral_id}", expires_at=at + kept)
        transaction.put(f"seen:{kind}", item)

    def count(self, kind: str, key: str, since: datetime, until: datetime, *, most: int) -> int:
        """How many there were, consistently; it reads and counts no more than `most`."""
        within = SightingItem.sk.between(_stamp(since), f"{_stamp(until)}~")
        try:
            found = SightingItem.query(_pk(kind, key), within, consistent_read=True, limit=most, page_size=most)
            return sum(1 for _ in found)
        except PynamoDBException as error:
            raise translated(error) from error


def _pk(kind: str, key: str) -> str:
    return f"SEEN#{kind}#{key}"


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}"
