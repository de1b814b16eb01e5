"""What a referrer says of a friend they introduce with a form of their own (M19, F6), checked field by field."""

from dataclasses import dataclass

from chalicelib.domain.fields import Fields
from chalicelib.domain.referrals import Prospect


@dataclass(frozen=True)
class Introduction:
    """The friend, what they may want, and whether they agreed to be called."""

    prospect: Prospect
    agreed_to_call: bool
    service: str | None = None
    message: str | None = None


def parse_introduction(data: object, region: str) -> Introduction:
    """Check a JSON body; raises InvalidInput naming every field that is wrong."""
    fields = Fields(data)
    fields.only({"name", "phone", "email", "service", "message", "agreed_to_call"})
    name, phone, email = fields.name(required=True), fields.phone(region), fields.email()
    if not fields.errors and phone is None and email is None:
        fields.refuse("phone", "or email is needed: how can we reach your friend?")
    if not fields.has("agreed_to_call"):
        fields.refuse("agreed_to_call", "is required: does your friend know that we get in touch?")
    introduction = Introduction(
        Prospect(name or "", phone, email),
        fields.boolean("agreed_to_call"),
        fields.text("service", most=80),
        fields.text("message", most=1000),
    )
    fields.done()
    return introduction
