"""What AWS publishes to our SNS topic: texts that came in, receipts of texts, and what became of e-mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.people import normalise_email, normalise_phone
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.replies import MAX_TEXT, IncomingText, is_keyword
from chalicelib.domain.strict_json import read_object

#: By country the one or the other is the last word of a text that arrived.
_ARRIVED = frozenset({"TEXT_DELIVERED", "TEXT_SUCCESSFUL"})
_NOBODY_KNOWS = "TEXT_UNKNOWN"
#: The carriers' words that AWS answers by itself; the others of ours it hands on like any text.
_CONFIRMED = frozenset({"stop", "unsubscribe", "cancel", "end", "quit", "optout"})


@dataclass(frozen=True)
class Returned:
    """E-mail addresses to send nothing more to, and why."""

    emails: tuple[str, ...]
    why: str


Notice = IncomingText | Receipt | Returned


def read_notices(text: str) -> list[Notice]:
    """Read the message of one SNS notice; nothing for what we do not follow. Raises Unreadable for what is no JSON."""
    data = read_object(text.encode())
    if "originationNumber" in data:
        return [*_incoming(data)]
    kind = str(data.get("eventType") or data.get("notificationType") or "")
    if kind.startswith("TEXT_"):
        return [*_text_receipt(kind, data)]
    return _mail_news(kind, data)


def _incoming(data: Mapping[str, Any]) -> list[IncomingText]:
    phone = normalise_phone(str(data["originationNumber"]), "US")
    name, text = data.get("inboundMessageId"), data.get("messageBody")
    if phone is None or not isinstance(name, str) or not isinstance(text, str) or not 0 < len(name) <= 100:
        return []
    # AWS sends its own answers to these; START is answered by nobody.
    confirmed = is_keyword(text) and text.strip().casefold() in _CONFIRMED
    return [IncomingText(f"aws:{name}", phone, text[:MAX_TEXT], answered=confirmed)]


def _text_receipt(kind: str, data: Mapping[str, Any]) -> list[Receipt]:
    message_id = _named(data.get("context"), "message")
    if message_id is None or data.get("isFinal") is not True or kind == _NOBODY_KNOWS:
        return []
    provider_id = str(data.get("messageId") or "") or None
    if kind in _ARRIVED:
        return [Receipt(message_id, "delivered", provider_id=provider_id)]
    reason = str(data.get("messageStatusDescription") or kind)[:200]
    return [Receipt(message_id, "undelivered", f"End User Messaging: {reason}", provider_id)]


def _mail_news(kind: str, data: Mapping[str, Any]) -> list[Notice]:
    mail = data.get("mail")
    tags = mail.get("tags") if isinstance(mail, Mapping) else None
    message_id = _named(tags, "message")
    found: list[Notice] = []
    if kind == "Delivery" and message_id:
        found.append(Receipt(message_id, "delivered"))
    if kind == "Bounce":
        bounce = data.get("bounce")
        bounce = bounce if isinstance(bounce, Mapping) else {}
        if message_id:
            reason = f"SES: bounced, {bounce.get('bounceType')} {bounce.get('bounceSubType')}"
            found.append(Receipt(message_id, "undelivered", reason))
        # A full mailbox may have room tomorrow; one that does not exist never has.
        if bounce.get("bounceType") == "Permanent":
            found.append(Returned(_addresses(bounce.get("bouncedRecipients")), "it bounced for good"))
    if kind == "Complaint":
        complaint = data.get("complaint")
        complained = complaint.get("complainedRecipients") if isinstance(complaint, Mapping) else None
        found.append(Returned(_addresses(complained), "marked as spam by its reader"))
    return found


def _addresses(recipients: object) -> tuple[str, ...]:
    named = recipients if isinstance(recipients, list) else []
    raw = [str(one.get("emailAddress") or "") for one in named if isinstance(one, Mapping)]
    return tuple(email for address in raw if (email := normalise_email(address.rpartition("<")[2].rstrip(">"))))


def _named(fields: object, name: str) -> str | None:
    """A value of a context, or the one value of a tag."""
    value = fields.get(name) if isinstance(fields, Mapping) else None
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and value else None
