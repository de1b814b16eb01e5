"""API keys, and the audit of every change."""

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.access import ApiKey, AuditEntry
from chalicelib.storage.reading import list_keys, read, read_in_order
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_KEYS = "KEYS"


class KeyItem(Item):
    """`K#<kid>` / `KEY`."""

    secret_hash = UnicodeAttribute()
    role = UnicodeAttribute()
    name = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    revoked_at = UTCDateTimeAttribute(null=True)


class AuditItem(Item):
    """`AUDIT#<id>` / `AUDIT`, listed by month."""

    at = UTCDateTimeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    subject = UnicodeAttribute()
    note = UnicodeAttribute(null=True)


class Keys:
    """Keys for machines."""

    def get(self, kid: str) -> ApiKey | None:
        item = read(KeyItem, f"K#{kid}", "KEY")
        if item is None:
            return None
        return ApiKey(
            kid,
            item.secret_hash,
            item.role,  # type: ignore[arg-type]  # written from the same Literal
            item.name,
            item.created_at,
            item.revoked_at,
        )

    def create(self, transaction: Transaction, key: ApiKey) -> None:
        """Refused as `key` where the kid is taken."""
        item = KeyItem(
            f"K#{key.kid}",
            "KEY",
            list_pk=_KEYS,
            list_sk=f"{key.created_at:%Y-%m-%dT%H:%M:%S.%f}#{key.kid}",
            secret_hash=key.secret_hash,
            role=key.role,
            name=key.name,
            created_at=key.created_at,
        )
        transaction.create("key", item)


class Audit:
    """Who changed what."""

    def record(self, transaction: Transaction, entry: AuditEntry) -> None:
        item = AuditItem(
            f"AUDIT#{entry.id}",
            "AUDIT",
            list_pk=_month(entry.at),
            list_sk=f"{entry.at:%Y-%m-%dT%H:%M:%S.%f}#{entry.id}",
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            note=entry.note,
        )
        transaction.create("audit", item)

    def page(self, month: datetime, *, limit: int, cursor: str | None) -> tuple[list[AuditEntry], str | None]:
        """One month's entries, newest first."""
        keys = list_keys(AuditItem.lists, _month(month), limit=limit, cursor=cursor, newest_first=True)
        entries = [
            AuditEntry(item.pk.removeprefix("AUDIT#"), item.at, item.actor, item.action, item.subject, item.note)
            for item in read_in_order(AuditItem, keys.keys)
        ]
        return entries, keys.next


def _month(at: datetime) -> str:
    return f"AUDIT#{at:%Y-%m}"
