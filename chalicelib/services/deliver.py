"""Deliver a message: claim, send, mark. What is uncertain is said to be unknown and never sent again (P13, P17)."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.errors import InvalidInput, Refused
from chalicelib.domain.messages import Message
from chalicelib.services.compose import Composed, compose
from chalicelib.services.ports import Outgoing, Outside, Ports, SendError

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
    try:
        composed = compose(ports, outside.wording, message)
    except InvalidInput as error:
        return _mark(ports, replace(message, status="failed", reason=str(error)))
    if composed.to is None:
        return _mark(ports, replace(message, status="skipped", reason=composed.reason))
    claimed = _claim(ports, message, composed)
    return _send(ports, outside, claimed) if claimed else ports.store.messages.get(message_id)


def _claim(ports: Ports, message: Message, composed: Composed) -> Message | None:
    claimed = replace(
        message,
        status="claimed",
        to=composed.to,
        subject=composed.subject,
        text=composed.text,
        due_at=ports.now() + CLAIM,
    )
    transaction = ports.store.transaction()
    ports.store.messages.change(transaction, claimed)
    if message.channel == "sms" and message.recipient != "owner" and composed.to:
        ports.store.identities.require_not_opted_out(transaction, ports.pseudonyms.phone(composed.to))
    elif message.recipient == "participant" and message.participant_id:
        ports.store.participants.require_not_opted_out(transaction, message.participant_id)
    try:
        transaction.commit()
    except Refused as refused:
        if "message" not in refused.failed and "opted_out" in refused.failed:
            _mark(ports, replace(message, status="skipped", to=composed.to, reason="opted out of messages"))
        return None
    return replace(claimed, version=message.version + 1)


def _send(ports: Ports, outside: Outside, message: Message) -> Message:
    outgoing = Outgoing(message.id, message.to or "", message.text or "", message.subject)
    try:
        provider_id = outside.senders[message.channel].send(outgoing)
    except SendError as error:
        if error.again:
            return _mark(ports, replace(message, status="queued", due_at=ports.now() + RETRY, reason=str(error)))
        return _mark(ports, replace(message, status="failed" if error.certain else "unknown", reason=str(error)))
    return _mark(ports, replace(message, status="sent", sent_at=ports.now(), provider_id=provider_id, reason=None))


def _mark(ports: Ports, message: Message) -> Message:
    transaction = ports.store.transaction()
    ports.store.messages.change(transaction, message)
    try:
        transaction.commit()
    except Refused:
        return ports.store.messages.get(message.id) or message
    return replace(message, version=message.version + 1)
