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
        return _key(item) if item else None

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[ApiKey], str | None]:
        """Every key there ever was, the oldest first."""
        keys = list_keys(KeyItem.lists, _KEYS, limit=limit, cursor=cursor)
        return [_key(item) for item in read_in_order(KeyItem, keys.keys)], keys.next

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

    def revoke(self, transaction: Transaction, kid: str, at: datetime) -> None:
        """Refused as `key` where there is none, or it is revoked already."""
        valid = KeyItem.pk.exists() & KeyItem.revoked_at.does_not_exist()
        transaction.update("key", KeyItem(f"K#{kid}", "KEY"), [KeyItem.revoked_at.set(at)], valid)


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


def _key(item: KeyItem) -> ApiKey:
    return ApiKey(
        item.pk.removeprefix("K#"),
        item.secret_hash,
        item.role,  # type: ignore[arg-type]  # written from the same Literal
        item.name,
        item.created_at,
        item.revoked_at,
    )


def _month(at: datetime) -> str:
    return f"AUDIT#{at:%Y-%m}"
