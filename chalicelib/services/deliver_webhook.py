"""Deliver a webhook: claim, post, mark. At least once: what is uncertain is posted again, under the same id (P25)."""

import json
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from chalicelib.domain.errors import Refused
from chalicelib.domain.notices import with_participant
from chalicelib.domain.settings import Settings
from chalicelib.domain.webhooks import Webhook, WebhookStatus, next_attempt, retry_after
from chalicelib.services.ports import Outside, Ports, PostError
from chalicelib.services.shapes import time_shape

#: After this long a claimed webhook's sender is taken for dead.
CLAIM = timedelta(minutes=1)


def deliver_webhook(ports: Ports, outside: Outside, webhook_id: str) -> Webhook | None:
    """Send a webhook that is due; one that another worker has is left to it."""
    webhook = ports.store.webhooks.get(webhook_id)
    if webhook is None or webhook.status not in {"pending", "claimed"} or webhook.due_at > ports.now():
        return webhook
    if not _wanted(webhook, ports.store.settings.get()):
        return _end(ports, webhook, "dropped", "the settings do not name this address for it any more")
    if webhook.status == "claimed" and ports.now() > webhook.overdue:
        return _end(ports, webhook, "dead", "the sender stopped between claim and mark")
    claimed = _claim(ports, webhook)
    return _post(ports, outside, claimed) if claimed else ports.store.webhooks.get(webhook_id)


def _wanted(webhook: Webhook, settings: Settings) -> bool:
    return any(endpoint.url == webhook.url and endpoint.wants(webhook.type) for endpoint in settings.webhooks)


def _claim(ports: Ports, webhook: Webhook) -> Webhook | None:
    data = webhook.data
    if "participant" not in data:
        participant = ports.store.participants.get(webhook.participant_id)
        if participant is None:
            _end(ports, webhook, "dead", "the participant is not there any more")
            return None
        # From now on it says the same at each attempt.
        data = with_participant(webhook.type, data, participant)
    due_at = ports.now() + CLAIM
    return _written(ports, replace(webhook, status="claimed", data=data, attempts=webhook.attempts + 1, due_at=due_at))


def _post(ports: Ports, outside: Outside, webhook: Webhook) -> Webhook | None:
    document = {"type": webhook.type, "timestamp": time_shape(webhook.at), "data": webhook.data}
    body = json.dumps(document, separators=(",", ":")).encode()
    wait = None
    try:
        reply = outside.webhooks.post(webhook.url, webhook.id, ports.now(), body)
    except PostError as error:
        if error.final:
            return _end(ports, webhook, "dead", str(error))
        reason = str(error)
    else:
        if 200 <= reply.status < 300:
            return _end(ports, webhook, "delivered", None)
        reason = f"answered {reply.status}"
        if reply.status == HTTPStatus.GONE:
            return _end(ports, webhook, "dead", reason)
        wait = retry_after(reply.retry_after, ports.now())
    due_at = next_attempt(webhook, ports.now(), chance=ports.random_bytes(1)[0] / 255, wait=wait)
    if due_at is None:
        return _end(ports, webhook, "dead", reason)
    later = replace(webhook, status="pending", due_at=due_at, reason=reason)
    return _written(ports, later) or ports.store.webhooks.get(webhook.id)


def _end(ports: Ports, webhook: Webhook, status: WebhookStatus, reason: str | None) -> Webhook | None:
    ended = replace(webhook, status=status, reason=reason, ended_at=ports.now())
    return _written(ports, ended) or ports.store.webhooks.get(webhook.id)


def _written(ports: Ports, webhook: Webhook) -> Webhook | None:
    """The webhook as it stands now, or None where another worker changed it first."""
    transaction = ports.store.transaction()
    ports.store.webhooks.change(transaction, webhook)
    try:
        transaction.commit()
    except Refused:
        return None
    return replace(webhook, version=webhook.version + 1)
