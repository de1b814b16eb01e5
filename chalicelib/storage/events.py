"""Webhooks as they arrived: pending, waiting for something not known yet, done, or failed with the reason."""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.errors import Refused
from chalicelib.domain.events import StoredEvent
from chalicelib.storage.reading import list_keys, read, read_in_order
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.work import due_key

_SK = "EVENT"
_FAILED = "EVENTS#failed"
_WAITING = "EVENTS#waiting"
#: Long enough to see a redelivery for what it is; providers retry for days.
KEPT = timedelta(days=90)


class EventItem(Item):
    """`E#<source>#<provider's id>` / `EVENT`: the key refuses a redelivery."""

    source = UnicodeAttribute()
    payload = UnicodeAttribute()
    received_at = UTCDateTimeAttribute()
    status = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    reason = UnicodeAttribute(null=True)


class Events:
    """What other programs told us."""

    def get(self, event_id: str) -> StoredEvent | None:
        item = read(EventItem, f"E#{event_id}", _SK)
        return _event(item) if item else None

    def with_status(
        self, status: str, *, limit: int, cursor: str | None = None
    ) -> tuple[list[StoredEvent], str | None]:
        """Events that failed or wait, oldest first."""
        partition = _FAILED if status == "failed" else _WAITING
        keys = list_keys(EventItem.lists, partition, limit=limit, cursor=cursor)
        return [_event(item) for item in read_in_order(EventItem, keys.keys)], keys.next

    def add(self, transaction: Transaction, event: StoredEvent) -> bool:
        """Store an event; False where it was stored before. Commits the transaction, which holds nothing else."""
        transaction.create("event", _item(event, event.received_at))
        try:
            transaction.commit()
        except Refused:
            return False
        return True

    def change(self, transaction: Transaction, event: StoredEvent, due_at: datetime | None) -> None:
        """Refused as `event` where somebody changed it since it was read."""
        item = _item(event, due_at)
        item.version = event.version + 1
        transaction.replace("event", item, event.version)


def event_in(pk: str, sk: str) -> str | None:
    """The id of the event whose item this key names, or None for another kind of item."""
    return pk.removeprefix("E#") if pk.startswith("E#") and sk == _SK else None


def _item(event: StoredEvent, due_at: datetime | None) -> EventItem:
    work_pk, work_sk = due_key(due_at, event.id) if due_at else (None, None)
    listed = {"failed": _FAILED, "waiting": _WAITING}.get(event.status)
    return EventItem(
        f"E#{event.id}",
        _SK,
        list_pk=listed,
        list_sk=f"{event.received_at:%Y-%m-%dT%H:%M:%S.%f}#{event.id}" if listed else None,
        work_pk=work_pk,
        work_sk=work_sk,
        version=event.version,
        expires_at=event.received_at + KEPT if event.status == "done" else None,
        source=event.source,
        payload=event.payload,
        received_at=event.received_at,
        status=event.status,
        attempts=event.attempts,
        reason=event.reason,
    )


def _event(item: EventItem) -> StoredEvent:
    return StoredEvent(
        id=item.pk.removeprefix("E#"),
        source=item.source,
        payload=item.payload,
        received_at=item.received_at,
        status=item.status,  # type: ignore[arg-type]  # written from the same Literal
        attempts=int(item.attempts),
        reason=item.reason,
        version=int(item.version or 1),
    )
