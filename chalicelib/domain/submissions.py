"""What a prospect sends from a landing page, checked field by field (P15)."""

from dataclasses import dataclass
from typing import Literal, cast

from chalicelib.domain.fields import Fields
from chalicelib.domain.identifiers import normalise_alias, normalise_code
from chalicelib.domain.postal import MAX_ADDRESS
from chalicelib.domain.referrals import CHANNELS

CALLBACK_WINDOWS = ("morning", "afternoon", "evening")
_KINDS = ("form", "callback")


@dataclass(frozen=True)
class Submission:
    """A checked submission. Either `code`, or `alias`, or `referred_by` says who referred."""

    name: str
    phone: str
    kind: Literal["form", "callback"]
    code: str | None = None
    alias: str | None = None
    referred_by: str | None = None
    email: str | None = None
    address: str | None = None
    service: str | None = None
    message: str | None = None
    callback_window: str | None = None
    sms_consent: bool = False
    channel: str | None = None
    honeypot: bool = False
    offer: str | None = None


def parse_submission(data: object, region: str) -> Submission:
    """Check a form or JSON body; raises InvalidInput naming every field that is wrong.

    Fields nobody knows are ignored: a browser extension or a marketing tool may add its own.
    """
    fields = Fields(data)
    typed = fields.text("code", most=60)
    code = normalise_code(typed) if typed else None
    alias = normalise_alias(typed) if typed and code is None else None
    referred_by = fields.text("referred_by", most=80)
    if typed and code is None and alias is None:
        fields.refuse("code", "is not one of our links; leave it out and say in referred_by who referred you")
    if (not fields.has("code") and not fields.has("referred_by")) or (
        not typed and referred_by is None and not fields.errors
    ):
        fields.refuse("referred_by", "please tell us who referred you")
    name = fields.name(required=True)
    phone = fields.phone(region, required=True)
    submission = Submission(
        name=name or "",
        phone=phone or "",
        kind=cast('Literal["form", "callback"]', fields.choice("kind", _KINDS, "form")),
        code=code,
        alias=alias,
        referred_by=referred_by,
        email=fields.email(),
        address=fields.text("address", most=MAX_ADDRESS),
        service=fields.text("service", most=80),
        message=fields.text("message", most=1000),
        callback_window=fields.choice("callback_window", CALLBACK_WINDOWS),
        sms_consent=fields.boolean("sms_consent"),
        channel=fields.choice("channel", CHANNELS),
        honeypot=bool(fields.raw("website")),
        offer=fields.text("offer", most=40),
    )
    fields.done()
    return submission
