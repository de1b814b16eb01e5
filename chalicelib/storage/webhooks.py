"""Webhooks on their way out, by time, and what is due or dead among them."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.webhooks import KEPT, STATUSES, Webhook, WebhookStatus
from chalicelib.storage.reading import merge_keys, read, read_in_order
from chalicelib.storage.table import Item, Row, row
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.work import due_key

_SK = "WEBHOOK"


class WebhookItem(Item):
    """`H#<id>` / `WEBHOOK`, guarded by its version; the id is made of the notice and the endpoint."""

    type = UnicodeAttribute()
    url = UnicodeAttribute()
    about = UnicodeAttribute()
    at = UTCDateTimeAttribute()
    participant_id = UnicodeAttribute()
    data = JSONAttribute()
    since = UTCDateTimeAttribute()
    due_at = UTCDateTimeAttribute()
    status = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    reason = UnicodeAttribute(null=True)
    ended_at = UTCDateTimeAttribute(null=True)


class Webhooks:
    """Every webhook that was, or is to be, sent."""

    def get(self, webhook_id: str) -> Webhook | None:
        item = read(WebhookItem, f"H#{webhook_id}", _SK)
        return _webhook(item) if item else None

    def page(self, *, status: WebhookStatus | None, limit: int, cursor: str | None) -> tuple[list[Webhook], str | None]:
        """Newest first, all or with one status."""
        partitions = [f"WEBHOOKS#{known}" for known in ([status] if status else STATUSES)]
        keys = merge_keys(WebhookItem.lists, WebhookItem.list_sk, partitions, limit=limit, cursor=cursor)
        return [_webhook(item) for item in read_in_order(WebhookItem, keys.keys)], keys.next

    def queue(self, transaction: Transaction, webhook: Webhook) -> None:
        """Commit the intent; refused as `webhook:<type>` where the endpoint is told of this already."""
        transaction.create(f"webhook:{webhook.type}", _row(webhook, webhook.version))

    def change(self, transaction: Transaction, webhook: Webhook) -> None:
        """Refused as `webhook` where somebody changed it since it was read."""
        transaction.replace("webhook", _row(webhook, webhook.version + 1), webhook.version, WebhookItem)


def webhook_in(pk: str, sk: str) -> str | None:
    """The id of the webhook whose item this key names, or None for another kind of item."""
    return pk.removeprefix("H#") if pk.startswith("H#") and sk == _SK else None


def _row(webhook: Webhook, version: int) -> Row:
    # A claimed one stays in sight: if its sender dies, it is sent again under the same id.
    waits = webhook.status in {"pending", "claimed"}
    work_pk, work_sk = due_key(webhook.due_at, webhook.id) if waits else (None, None)
    kept = KEPT.get(webhook.status)
    return row(
        WebhookItem,
        pk=f"H#{webhook.id}",
        sk=_SK,
        list_pk=f"WEBHOOKS#{webhook.status}",
        list_sk=f"{webhook.at:%Y-%m-%dT%H:%M:%S.%f}#{webhook.id}",
        work_pk=work_pk,
        work_sk=work_sk,
        version=version,
        expires_at=webhook.ended_at + kept if webhook.ended_at and kept else None,
        type=webhook.type,
        url=webhook.url,
        about=webhook.about,
        at=webhook.at,
        participant_id=webhook.participant_id,
        data=webhook.data,
        since=webhook.since,
        due_at=webhook.due_at,
        status=webhook.status,
        attempts=webhook.attempts,
        reason=webhook.reason,
        ended_at=webhook.ended_at,
    )


def _webhook(item: WebhookItem) -> Webhook:
    return Webhook(
        id=item.pk.removeprefix("H#"),
        type=item.type,  # type: ignore[arg-type]  # written from the same Literal
        url=item.url,
        about=item.about,
        at=item.at,
        participant_id=item.participant_id,
        data=item.data,
        since=item.since,
        due_at=item.due_at,
        status=item.status,  # type: ignore[arg-type]  # written from the same Literal
        attempts=int(item.attempts),
        reason=item.reason,
        ended_at=item.ended_at,
        version=int(item.version or 1),
    )
