"""Read a wish to enrol somebody: from the command line, a file's row, or the API (P1, P25)."""

from dataclasses import dataclass
from typing import cast

from chalicelib.domain.fields import Fields
from chalicelib.domain.identities import Contact
from chalicelib.domain.participants import SEGMENTS, Segment
from chalicelib.domain.postal import MAX_ADDRESS

FIELDS = ("name", "phone", "email", "external_id", "segment", "address")


@dataclass(frozen=True)
class Enrolment:
    """A checked wish to enrol. `segment` None keeps what is known, or makes a customer."""

    name: str
    contact: Contact
    external_id: str | None = None
    segment: Segment | None = None
    address: str | None = None


def parse_enrolment(data: object, region: str) -> Enrolment:
    """Check one person's details; raises InvalidInput naming each field that is wrong."""
    fields = Fields(data)
    fields.only(FIELDS)
    name = fields.name(required=True)
    phone = fields.phone(region)
    email = fields.email()
    external_id = fields.text("external_id", most=100)
    segment = fields.choice("segment", SEGMENTS)
    address = fields.text("address", most=MAX_ADDRESS)
    if phone is None and email is None and not fields.errors:
        fields.refuse("phone", "or an e-mail is required")
    fields.done()
    external_ids = (f"crm:{external_id}",) if external_id else ()
    contact = Contact(phone, email, external_ids)
    return Enrolment(name or "", contact, external_id, cast(Segment | None, segment), address)
