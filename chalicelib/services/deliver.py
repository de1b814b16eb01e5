"""Deliver a message: claim, send, mark. What is uncertain is said to be unknown and never sent again (P13, P17)."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import InvalidInput, Refused
from chalicelib.domain.messages import OF_AN_ISSUE, Message
from chalicelib.domain.quiet_hours import next_allowed, waits_for_day
from chalicelib.domain.webhooks import Endpoint
from chalicelib.services.compose import Composed, compose, may_unsubscribe
from chalicelib.services.links import unsubscribe_link
from chalicelib.services.ports import Outgoing, Outside, Ports, SendError
from chalicelib.services.shapes import time_shape
from chalicelib.services.tell import tell_of_invitation

#: After this long a claimed message's sender is taken for dead.
CLAIM = timedelta(minutes=5)
RETRY = timedelta(minutes=2)


def deliver(ports: Ports, outside: Outside, message_id: str) -> Message | None:
    """Send a message that is queued and due; one that another worker has is left to it."""
    message = ports.store.messages.get(message_id)
    if message is None:
        return None
    now = ports.now()
    if message.status == "claimed" and message.due_at <= now:
        return _mark(ports, replace(message, status="unknown", reason="the sender stopped between claim and mark"))
    if message.status != "queued" or message.due_at > now:
        return message
    settings = ports.store.settings.get()
    try:
        composed = compose(ports, outside.wording, message, settings)
    except InvalidInput as error:
        return _mark(ports, replace(message, status="failed", reason=str(error)))
    if composed.to is None:
        return _mark(ports, replace(message, status="skipped", reason=composed.reason))
    if waits_for_day(message, now):
        allowed = next_allowed(composed.to, now, settings.quiet_hours, settings.business.timezone)
        if allowed > now:
            return _put_off(ports, message, composed, allowed)
    claimed = _claim(ports, message, composed)
    if claimed is None:
        return ports.store.messages.get(message_id)
    return _send(ports, outside, claimed, composed.text, settings.webhooks)


def _put_off(ports: Ports, message: Message, composed: Composed, until: datetime) -> Message:
    """Let it wait for the day where the recipient is, with its words shown as they stand; they are made anew then."""
    reason = f"waits for the end of quiet hours at {time_shape(until)}"
    shown = replace(message, to=composed.to, subject=composed.subject, text=composed.shown)
    return _mark(ports, replace(shown, due_at=until, reason=reason))


def _claim(ports: Ports, message: Message, composed: Composed) -> Message | None:
    claimed = replace(
        message,
        status="claimed",
        to=composed.to,
        subject=composed.subject,
        text=composed.shown,
        due_at=ports.now() + CLAIM,
    )
    transaction = ports.store.transaction()
    ports.store.messages.change(transaction, claimed)
    # Whoever has just written to us gets the one answer, also after a STOP.
    if message.recipient not in {"owner", "writer", "user"} and composed.to:
        key = ports.pseudonyms.phone if message.channel == "sms" else ports.pseudonyms.email
        ports.store.identities.require_not_opted_out(transaction, key(composed.to))
        if message.channel == "email" and message.recipient == "participant" and message.participant_id:
            # A STOP is noted under the number; the person is the same.
            ports.store.participants.require_not_opted_out(transaction, message.participant_id)
    if message.template in OF_AN_ISSUE and message.reward_id is not None:
        # So whoever words the news of a reversal can tell whether this one had left before it.
        ports.store.rewards.require_not_reversed(transaction, message.reward_id)
    try:
        transaction.commit()
    except Refused as refused:
        if "message" not in refused.failed and "opted_out" in refused.failed:
            _mark(ports, replace(message, status="skipped", to=composed.to, reason="opted out of messages"))
        return None
    return replace(claimed, version=message.version + 1)


def _send(ports: Ports, outside: Outside, message: Message, text: str, webhooks: tuple[Endpoint, ...]) -> Message:
    link = unsubscribe_link(ports, message.to or "") if may_unsubscribe(message) else None
    outgoing = Outgoing(message.id, message.to or "", text, message.subject, link)
    try:
        provider_id = outside.senders[message.channel].send(outgoing)
    except SendError as error:
        if error.opted_out:
            return _note_opt_out(ports, message, str(error))
        if error.again:
            return _mark(ports, replace(message, status="queued", due_at=ports.now() + RETRY, reason=str(error)))
        return _mark(ports, replace(message, status="failed" if error.certain else "unknown", reason=str(error)))
    sent = replace(message, status="sent", sent_at=ports.now(), provider_id=provider_id, reason=None)
    return _mark(ports, sent, webhooks)


def _note_opt_out(ports: Ports, message: Message, reason: str) -> Message:
    """What the provider knows of a number, our own list is to know too: providers are changed."""
    skipped = replace(message, status="skipped", reason=f"opted out, says {reason}")
    transaction = ports.store.transaction()
    ports.store.messages.change(transaction, skipped)
    ports.store.identities.set_opt_out(transaction, ports.pseudonyms.phone(message.to or ""), opted_out=True)
    try:
        transaction.commit()
    except Refused:
        return ports.store.messages.get(message.id) or message
    return replace(skipped, version=message.version + 1)


def _mark(ports: Ports, message: Message, webhooks: tuple[Endpoint, ...] = ()) -> Message:
    transaction = ports.store.transaction()
    ports.store.messages.change(transaction, message)
    tell_of_invitation(ports, transaction, webhooks, message)
    try:
        transaction.commit()
    except Refused:
        return ports.store.messages.get(message.id) or message
    return replace(message, version=message.version + 1)
