"""Webhooks out, for staff and owner: what is on its way, and what nobody took (P25)."""

from chalicelib.api.call import Call
from chalicelib.domain.fields import Fields
from chalicelib.domain.webhooks import STATUSES
from chalicelib.services.retry_webhook import retry_webhook
from chalicelib.services.shapes import page_shape, webhook_shape


def list_webhooks(call: Call) -> dict[str, object]:
    """Webhooks out, newest first, all or with one `status`."""
    limit, cursor = call.page()
    status = call.choice("status", STATUSES)
    found, following = call.program.ports.store.webhooks.page(status=status, limit=limit, cursor=cursor)
    return page_shape(map(webhook_shape, found), following)


def post_webhook(call: Call, webhook_id: str) -> dict[str, object]:
    """Send one again that is dead, or that waits."""
    fields = Fields(call.body())
    fields.only({"note"})
    note = fields.text("note", most=500)
    fields.done()
    return webhook_shape(retry_webhook(call.program.ports, webhook_id, call.actor.name, note))
