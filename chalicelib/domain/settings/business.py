"""Who runs this deployment."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from chalicelib.domain.fields import Fields
from chalicelib.domain.people import clean_text
from chalicelib.domain.settings.defaults import DEFAULTS

_URL = re.compile(r"https?://[^\s\"'<>]{1,300}")


@dataclass(frozen=True)
class Business:
    """Who runs this deployment.

    `proof_url` shows work of theirs and `credentials` say why to trust it; both are for friends to read (S9).
    """

    name: str
    phone: str | None
    owner_phone: str | None
    owner_email: str | None
    website: str | None
    tagline: str | None
    proof_url: str | None
    credentials: str | None
    services: tuple[str, ...]
    country: str
    timezone: str
    address: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def parse_business(fields: Fields | None) -> Business:
    fields = fields or Fields({})
    fields.only(DEFAULTS["business"])
    country = fields.text("country", most=2, required=True) or "US"
    if country not in phonenumbers.SUPPORTED_REGIONS:
        fields.refuse("country", "must be a country's two letters as in ISO 3166, such as US or GB")
        country = "US"
    timezone = fields.text("timezone", most=60, required=True) or "UTC"
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        fields.refuse("timezone", "is not a time zone's name, such as America/New_York")
    services = fields.raw("services")
    if not isinstance(services, list) or not all(
        isinstance(service, str) and 0 < len(service) <= 60 and clean_text(service) for service in services
    ):
        fields.refuse("services", "must be a list of names of at most 60 characters")
        services = []
    website = fields.text("website", most=300)
    if website is not None and not _URL.fullmatch(website):
        fields.refuse("website", "must begin with https:// or http://")
    proof_url = fields.text("proof_url", most=100)
    if proof_url is not None and not _URL.fullmatch(proof_url):
        fields.refuse("proof_url", "must begin with https:// or http://")
    return Business(
        name=fields.text("name", most=60, required=True) or "",
        phone=fields.phone(country),
        owner_phone=fields.phone(country, "owner_phone"),
        owner_email=fields.email("owner_email"),
        website=website,
        tagline=fields.text("tagline", most=160),
        proof_url=proof_url,
        credentials=fields.text("credentials", most=160),
        services=tuple(services),
        country=country,
        timezone=timezone,
        address=fields.text("address", most=200),
    )
