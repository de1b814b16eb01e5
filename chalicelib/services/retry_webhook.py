"""Send webhooks again on command: what is dead, or what waits for its next attempt."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.webhooks import Webhook, WebhookStatus
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts

#: The others are delivered, or just now with a worker, or nobody wants them any more.
AGAIN: tuple[WebhookStatus, ...] = ("pending", "dead")


def retry_webhook(ports: Ports, webhook_id: str, by: str, note: str | None = None) -> Webhook:
    """Make a webhook due now, with three days before it; the stream sends it. Raises NotFound and Conflict."""
    for _ in attempts():
        webhook = ports.store.webhooks.get(webhook_id)
        if webhook is None:
            raise NotFound("webhook", webhook_id)
        if webhook.status not in AGAIN:
            raise Conflict(f"a webhook that is {webhook.status} is not sent again")
        now = ports.now()
        again = replace(webhook, status="pending", attempts=0, since=now, due_at=now, ended_at=None)
        transaction = ports.store.transaction()
        ports.store.webhooks.change(transaction, again)
        record_audit(ports, transaction, by, "webhook sent again", webhook_id, note)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(again, version=webhook.version + 1)
    raise AssertionError  # attempts() raises before this


def retry_webhooks(ports: Ports, by: str) -> int:
    """Do so with all that are dead or wait; returns how many that were."""
    again = 0
    for status in AGAIN:
        cursor = None
        while True:
            page, cursor = ports.store.webhooks.page(status=status, limit=50, cursor=cursor)
            for webhook in page:
                try:
                    retry_webhook(ports, webhook.id, by)
                except Conflict:
                    # It was taken up in the same moment.
                    continue
                again += 1
            if cursor is None:
                break
    return again
