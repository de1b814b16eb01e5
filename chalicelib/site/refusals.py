"""Say what is wrong with a form to the person who filled it in, in sentences."""

from collections.abc import Iterable

from chalicelib.domain.errors import FieldError

LABELS = {
    "name": "Your name",
    "phone": "Your phone number",
    "email": "Your e-mail address",
    "service": "The service",
    "message": "Your message",
    "callback_window": "The time for our call",
    "referred_by": "Who referred you",
    "sms_consent": "The box about text messages",
    "kind": "What you would like",
    "code": "The link",
}


def sentences(errors: Iterable[FieldError]) -> list[str]:
    """Turn field errors into sentences; a message that already addresses the reader (`please ...`) stands alone."""
    return [_sentence(error) for error in errors]


def _sentence(error: FieldError) -> str:
    if error.message.lower().startswith("please"):
        return f"{error.message[:1].upper()}{error.message[1:]}."
    label = LABELS.get(error.field, "Something in the form")
    return f"{label} {error.message}."
