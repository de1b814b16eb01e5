"""Twilio's form posts: a text that came in, or the receipt of one that we sent."""

from collections.abc import Mapping

from chalicelib.domain.errors import Unreadable
from chalicelib.domain.people import normalise_phone
from chalicelib.domain.receipts import Outcome, Receipt
from chalicelib.domain.replies import MAX_TEXT, IncomingText, is_keyword

_MOST_ID = 64
#: The last words; those on the way, such as `sent`, say nothing that we do not know.
_OUTCOMES: Mapping[str, Outcome] = {"delivered": "delivered", "undelivered": "undelivered", "failed": "undelivered"}
_OPTED_OUT = "21610"


def incoming_text(form: Mapping[str, str]) -> IncomingText | None:
    """Read a text; None for one from what cannot be texted back, such as a short code. Raises Unreadable.

    Twilio confirms a STOP by itself, and says in `OptOutType` what else it has answered.
    """
    sid, body = form.get("MessageSid", ""), form.get("Body")
    if not (sid.isascii() and sid.isalnum() and len(sid) <= _MOST_ID) or body is None or "From" not in form:
        raise Unreadable("this is not a text from Twilio: MessageSid, From or Body is missing")
    phone = normalise_phone(form["From"], "US")
    if phone is None:
        return None
    # A lone null byte is refused by nobody on the way, and belongs to no text.
    text = body.replace("\x00", "")[:MAX_TEXT]
    return IncomingText(f"twilio:{sid}", phone, text, answered=is_keyword(text) or bool(form.get("OptOutType")))


def receipt(form: Mapping[str, str], message_id: str) -> Receipt | None:
    """Read a status callback about a message of ours; None where it is not the last word."""
    outcome = _OUTCOMES.get(form.get("MessageStatus", ""))
    if outcome is None:
        return None
    code = form.get("ErrorCode", "")[:10]
    reason = f"Twilio: {code or form['MessageStatus']}" if outcome == "undelivered" else None
    return Receipt(message_id, outcome, reason, form.get("MessageSid", "")[:_MOST_ID] or None, code == _OPTED_OUT)
