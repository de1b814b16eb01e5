"""Consent to texts: the words that were agreed to, when, and where (S13; carriers ask for the very words)."""

from dataclasses import dataclass
from datetime import datetime

SMS_BOX = "Text me about my request"


@dataclass(frozen=True)
class Consent:
    """`text` is what stood beside the box, `source` the door it came through."""

    text: str
    at: datetime
    source: str


def sms_terms(business: str) -> str:
    """What stands below the box on every page with a form."""
    return (
        f"By ticking this box I agree to get text messages from {business} about my request at the number above."
        " How many depends on the request. Message and data rates may apply. Reply STOP to end them, HELP for help."
        " Agreeing is not a condition of buying anything."
    )


def sms_consent(business: str, at: datetime, source: str) -> Consent:
    """The consent of somebody who ticked the box: the page is built from the same words."""
    return Consent(f"{SMS_BOX}. {sms_terms(business)}", at, source)
