"""Twilio's form posts: a text that came in."""

from collections.abc import Mapping

from chalicelib.domain.errors import Unreadable
from chalicelib.domain.people import normalise_phone
from chalicelib.domain.replies import MAX_TEXT, IncomingText, is_keyword

_MOST_ID = 64


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
