"""A prospect on the way in, from whichever door: the form, the CRM, a person in the office."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.consent import Consent
from chalicelib.domain.discounts import Terms
from chalicelib.domain.referrals import Prospect, Source


@dataclass(frozen=True)
class Lead:
    """Who wants what, and who is said to have sent them. `by` is who told us, as the history names them.

    `discount` are the terms of the code that comes with their request, where the offer has one (F5).
    """

    prospect: Prospect
    source: Source
    at: datetime
    by: str
    code: str | None = None
    alias: str | None = None
    referred_by: str | None = None
    agreed_to_call: bool | None = None
    service: str | None = None
    message: str | None = None
    callback_window: str | None = None
    channel: str | None = None
    sms_consent: bool = False
    consent: Consent | None = None
    honeypot: bool = False
    external_ids: tuple[str, ...] = ()
    offer: str | None = None
    discount: Terms | None = None
    currency: str = "USD"
