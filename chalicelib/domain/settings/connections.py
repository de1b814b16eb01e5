"""Which programs tell us, which we tell, and who sends our gift cards."""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.fields import Fields
from chalicelib.domain.gift_cards import CardTerms
from chalicelib.domain.notices import TYPES
from chalicelib.domain.settings.defaults import DEFAULTS
from chalicelib.domain.webhooks import MAX_URL, MOST_ENDPOINTS, Endpoint, why_not_url

_SOURCE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")
_CARD_ID = re.compile(r"[A-Z0-9]{4,20}")
_MOST_SOURCES = 20


def parse_sources(fields: Fields | None) -> Mapping[str, Mapping[str, Any]]:
    """Mappings from other programs' JSON; their expressions are read by `inbound.mapping`. Null removes one."""
    fields = fields or Fields({})
    raw = fields.values()
    if len(raw) > _MOST_SOURCES:
        fields.refuse("", f"are more than {_MOST_SOURCES}")
    for name, source in raw.items():
        if not _SOURCE_NAME.fullmatch(name):
            fields.refuse(name[:40], "must be a name of at most 30 small letters, digits and hyphens")
        if source is not None and not isinstance(source, Mapping):
            fields.refuse(name[:40], "must be an object of expressions, or null to remove it")
    return {name: source for name, source in raw.items() if isinstance(source, Mapping)}


def parse_webhooks(fields: Fields) -> tuple[Endpoint, ...]:
    """Endpoints of webhooks out; an empty list of types means all."""
    endpoints = []
    for entry in fields.objects("webhooks", most=MOST_ENDPOINTS):
        entry.only({"url", "types"})
        url, types = entry.text("url", most=MAX_URL, required=True), entry.raw("types") or []
        why_not = why_not_url(entry.raw("url")) if url else None
        if why_not is not None:
            entry.refuse("url", why_not)
        if not isinstance(types, list) or any(kind not in TYPES for kind in types):
            entry.refuse("types", f"must be a list of some of {', '.join(TYPES)}; an empty one means all")
        elif url:
            endpoints.append(Endpoint(url, tuple(types)))
    if len({endpoint.url for endpoint in endpoints}) != len(endpoints):
        fields.refuse("webhooks", "name the same address twice")
    return tuple(endpoints)


def parse_gift_cards(fields: Fields | None) -> CardTerms:
    """Ids as the provider writes them: a wrong one would fail only when a card is due."""
    fields = fields or Fields({})
    fields.only(DEFAULTS["gift_cards"])
    products = fields.raw("products")
    if not isinstance(products, list) or not all(isinstance(one, str) and _CARD_ID.fullmatch(one) for one in products):
        fields.refuse("products", "must be a list of the provider's ids, of 4 to 20 capital letters and digits")
        products = []
    campaign = fields.text("campaign_id", most=20)
    if campaign is not None and not _CARD_ID.fullmatch(campaign):
        fields.refuse("campaign_id", "must be the provider's id of a campaign, of 4 to 20 capital letters and digits")
    funding = fields.text("funding_source_id", most=40, required=True) or "BALANCE"
    return CardTerms(campaign, tuple(products), funding)
