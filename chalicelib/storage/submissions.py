"""What guards the public form: the hourly limit of one address, and answers to repeated idempotency keys."""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.domain.errors import Raw
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction


class RateItem(Item):
    """`RATE#<kind>#<hashed address>#<hour>` / `RATE`; expires by itself."""

    hits = NumberAttribute(default=0)


class AnswerItem(Item):
    """`IDEM#<hashed key>` / `ANSWER`: what a submission with this key was answered; expires after a day."""

    reference = UnicodeAttribute()
    fingerprint = UnicodeAttribute()


class Submissions:
    """Limits and repeated answers."""

    def count(self, transaction: Transaction, kind: str, address: str, now: datetime, limit: int) -> None:
        """Count one use by a hashed address; refused as `rate` over `limit` an hour."""
        transaction.apply(
            "rate",
            (f"RATE#{kind}#{address}#{now:%Y-%m-%dT%H}", "RATE"),
            "ADD hits :one SET expires_at = :expiry",
            {":one": 1, ":limit": limit, ":expiry": int((now + timedelta(hours=2)).timestamp())},
            "attribute_not_exists(hits) OR hits < :limit",
        )

    def answer(self, transaction: Transaction, key: str, reference: str, fingerprint: str, now: datetime) -> None:
        """Remember what this key was answered; refused as `answer` where it was answered before."""
        item = AnswerItem(
            f"IDEM#{key}", "ANSWER", reference=reference, fingerprint=fingerprint, expires_at=now + timedelta(days=1)
        )
        transaction.create("answer", item)

    def answered(self, raw: Raw) -> tuple[str, str]:
        """The reference and the fingerprint of the answer that stood in the way."""
        item = AnswerItem.from_raw_data(dict(raw))
        return item.reference, item.fingerprint
