"""What the owner decides (P19): one JSON object, checked whole before any of it takes effect."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from chalicelib.domain.discounts import Terms
from chalicelib.domain.eligibility import Eligibility
from chalicelib.domain.fields import Fields
from chalicelib.domain.gift_cards import CardTerms
from chalicelib.domain.messages import PARTS, TEMPLATES
from chalicelib.domain.notices import TYPES
from chalicelib.domain.offers import Offer
from chalicelib.domain.participants import SEGMENTS, Segment
from chalicelib.domain.people import clean_text
from chalicelib.domain.quiet_hours import QuietHours
from chalicelib.domain.quiet_hours_setting import DEFAULT as QUIET_HOURS
from chalicelib.domain.quiet_hours_setting import parse_quiet_hours
from chalicelib.domain.referrals import TRIGGERS, Trigger
from chalicelib.domain.rewards import KINDS, TIER_MODES, RewardKind, RewardPlan, Tier, TierMode
from chalicelib.domain.sequence import DEFAULT_SEQUENCE, Step
from chalicelib.domain.sequence_setting import parse_sequence
from chalicelib.domain.suspicion import Watch
from chalicelib.domain.webhooks import MAX_URL, MOST_ENDPOINTS, Endpoint, why_not_url

_CURRENCY = re.compile(r"[A-Z]{3}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_URL = re.compile(r"https?://[^\s\"'<>]{1,300}")
_SOURCE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")
_CARD_ID = re.compile(r"[A-Z0-9]{4,20}")
_MOST_SOURCES = 20
_MOST_PHRASES = 100
_PHRASE = re.compile(r"(?=.*[^\W_]).{3,80}")
_AS_READ = ("currency", "trigger", "leaderboard_public", "show_referrer_name")
MAX_TEMPLATE = 2000

DEFAULTS: Mapping[str, Any] = {
    "business": {
        "name": "Your business",
        "phone": None,
        "owner_phone": None,
        "owner_email": None,
        "website": None,
        "tagline": None,
        "proof_url": None,
        "credentials": None,
        "services": [],
        "country": "US",
        "timezone": "America/New_York",
        "address": None,
    },
    "currency": "USD",
    "rewards": {
        segment: {
            "kind": "service_credit",
            "tiers": [
                {"at": 1, "amount_cents": 2500},
                {"at": 3, "amount_cents": 5000},
                {"at": 5, "amount_cents": 10000},
            ],
            "tier_mode": "step",
            "percent": None,
            "text": None,
        }
        for segment in SEGMENTS
    },
    "offers": [
        {
            "id": f"{segment}-standing",
            "segment": segment,
            "headline": "Good work, recommended by someone you know",
            "friend_text": "Ask for a call back: a free visit and a written quote, no obligation.",
            "referrer_text": "a reward for every friend whose job we complete",
            "friend_discount": None,
            "starts_at": None,
            "ends_at": None,
        }
        for segment in SEGMENTS
    ],
    "trigger": "invoiced",
    "score_threshold": 4,
    "hold_days": 0,
    "hold_days_by_kind": {},
    "eligibility": {
        "first_time_only": True,
        "min_job_cents": 0,
        "month_cap_cents": None,
        "total_cap_cents": None,
    },
    "flags": {
        "similar_name": True,
        "same_address": True,
        "per_network": 3,
        "per_week": 5,
        "disposable_email": True,
    },
    "leaderboard_public": False,
    "leaderboard_size": 20,
    "show_referrer_name": True,
    "submissions_per_hour": 20,
    "messages": {},
    "quiet_hours": QUIET_HOURS,
    "forbidden_phrases": [],
    "ask_again_after_days": 90,
    "sequence": DEFAULT_SEQUENCE,
    "sources": {},
    "webhooks": [],
    "gift_cards": {"campaign_id": None, "products": [], "funding_source_id": "BALANCE"},
}


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


@dataclass(frozen=True)
class Settings:
    """Settings that passed every check; `raw` is the object as the API shows it."""

    raw: Mapping[str, Any]
    business: Business
    currency: str
    rewards: Mapping[Segment, RewardPlan]
    offers: tuple[Offer, ...]
    trigger: Trigger
    score_threshold: float
    hold_days: int
    hold_days_by_kind: Mapping[str, int]
    eligibility: Eligibility
    flags: Watch
    leaderboard_public: bool
    leaderboard_size: int
    show_referrer_name: bool
    submissions_per_hour: int
    messages: Mapping[str, Mapping[str, str]]
    forbidden_phrases: tuple[str, ...]
    ask_again_after: timedelta
    sequence: tuple[Step, ...]
    sources: Mapping[str, Mapping[str, Any]]
    webhooks: tuple[Endpoint, ...]
    quiet_hours: QuietHours
    gift_cards: CardTerms
    version: int = 0


def default_settings() -> Settings:
    """The settings of a business that has changed nothing yet."""
    return parse_settings(DEFAULTS)


def changed(settings: Settings, part: object) -> Settings:
    """Apply a part of the settings object, as `PUT /v1/admin/settings` takes it.

    Objects merge, lists and values replace. Raises InvalidInput naming each field that cannot be accepted.
    """
    fields = Fields(part)
    fields.done()
    return parse_settings(_merged(settings.raw, cast("Mapping[str, Any]", part)), version=settings.version)


def parse_settings(raw: Mapping[str, Any], *, version: int = 0) -> Settings:
    """Check a whole settings object; raises InvalidInput with every error at once."""
    complete = _merged(DEFAULTS, raw)
    fields = Fields(complete)
    fields.only(DEFAULTS)
    currency = fields.text("currency", most=3, required=True) or "USD"
    if not _CURRENCY.fullmatch(currency):
        fields.refuse("currency", "must be three capital letters as in ISO 4217, such as USD")
    settings = Settings(
        raw=complete,
        business=_business(fields.object("business", required=True)),
        currency=currency,
        rewards=_rewards(fields.object("rewards", required=True)),
        offers=_offers(fields),
        trigger=cast(Trigger, fields.choice("trigger", TRIGGERS, "invoiced")),
        score_threshold=fields.number("score_threshold", least=0, most=10, required=True) or 0,
        hold_days=fields.integer("hold_days", least=0, most=365, required=True) or 0,
        hold_days_by_kind=_holds(fields.object("hold_days_by_kind")),
        eligibility=_eligibility(fields.object("eligibility")),
        flags=_watch(fields.object("flags")),
        leaderboard_public=fields.boolean("leaderboard_public"),
        leaderboard_size=fields.integer("leaderboard_size", least=1, most=100, required=True) or 1,
        show_referrer_name=fields.boolean("show_referrer_name"),
        submissions_per_hour=fields.integer("submissions_per_hour", least=1, most=100_000, required=True) or 1,
        messages=_messages(fields.object("messages")),
        forbidden_phrases=_forbidden_phrases(fields),
        ask_again_after=timedelta(days=fields.integer("ask_again_after_days", least=1, most=3650, required=True) or 1),
        sequence=parse_sequence(fields),
        sources=_sources(fields.object("sources")),
        webhooks=_webhooks(fields),
        quiet_hours=parse_quiet_hours(fields.object("quiet_hours")),
        gift_cards=_gift_cards(fields.object("gift_cards")),
        version=version,
    )
    refused = {error.field for error in fields.errors}
    for name in _AS_READ:
        if name in refused:
            continue
        # What is shown is what was typed: so it must be typed as it holds.
        if complete[name] != getattr(settings, name) or isinstance(complete[name], bool) != isinstance(
            getattr(settings, name), bool
        ):
            fields.refuse(name, "must be a JSON boolean, or the text exactly as it is to hold")
    for name in ("messages", "sources", "hold_days_by_kind", "eligibility", "quiet_hours", "gift_cards", "flags"):
        if complete[name] is None:
            fields.refuse(name, "must be an object")
    fields.done()
    return settings


def parse_plan(fields: Fields) -> RewardPlan:
    """Check one reward plan: of a segment, or of one participant by exception (P19)."""
    fields.only({"kind", "tiers", "tier_mode", "percent", "text"})
    kind = cast(RewardKind, fields.choice("kind", KINDS, "service_credit"))
    tiers = []
    for tier in fields.objects("tiers", most=20):
        at = tier.integer("at", least=1, most=10_000, required=True)
        tier.only({"at", "amount_cents"})
        amount = tier.cents(required=True)
        if at is not None and amount is not None:
            tiers.append(Tier(at, amount))
    if len({tier.at for tier in tiers}) != len(tiers):
        fields.refuse("tiers", "name the same count twice")
    percent = fields.integer("percent", least=1, most=100)
    if percent is not None and kind != "discount_code":
        fields.refuse("percent", "goes with the kind discount_code only")
    text = fields.text("text", most=200)
    if kind == "custom" and not text:
        fields.refuse("text", "says what the custom reward is, and is required for it")
    mode = cast(TierMode, fields.choice("tier_mode", TIER_MODES, "step"))
    return RewardPlan(kind, tuple(sorted(tiers, key=lambda tier: tier.at)), mode, percent, text)


def plan_as_json(plan: RewardPlan) -> dict[str, Any]:
    """A reward plan in the shape `parse_plan` takes."""
    return {
        "kind": plan.kind,
        "tiers": [{"at": tier.at, "amount_cents": tier.amount_cents} for tier in plan.tiers],
        "tier_mode": plan.tier_mode,
        "percent": plan.percent,
        "text": plan.text,
    }


def _business(fields: Fields | None) -> Business:
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


def _rewards(fields: Fields | None) -> Mapping[Segment, RewardPlan]:
    fields = fields or Fields({})
    fields.only(SEGMENTS)
    return {segment: parse_plan(fields.object(segment, required=True) or Fields({})) for segment in SEGMENTS}


def _holds(fields: Fields | None) -> Mapping[str, int]:
    fields = fields or Fields({})
    fields.only(KINDS)
    days = {kind: fields.integer(kind, least=0, most=365) for kind in KINDS}
    return {kind: held for kind, held in days.items() if held is not None}


def _eligibility(fields: Fields | None) -> Eligibility:
    fields = fields or Fields({})
    fields.only(DEFAULTS["eligibility"])
    return Eligibility(
        first_time_only=fields.boolean("first_time_only", default=True),
        min_job_cents=fields.cents("min_job_cents") or 0,
        month_cap_cents=fields.cents("month_cap_cents"),
        total_cap_cents=fields.cents("total_cap_cents"),
    )


def _watch(fields: Fields | None) -> Watch:
    """What is looked at; null or false turns one off."""
    fields = fields or Fields({})
    fields.only(DEFAULTS["flags"])
    usual = {
        name: None if fields.raw(name) is False else fields.integer(name, least=1, most=10_000)
        for name in ("per_network", "per_week")
    }
    return Watch(
        similar_name=fields.boolean("similar_name"),
        same_address=fields.boolean("same_address"),
        disposable_email=fields.boolean("disposable_email"),
        **usual,
    )


def _offers(fields: Fields) -> tuple[Offer, ...]:
    offers = []
    for entry in fields.objects("offers", most=50):
        entry.only(DEFAULTS["offers"][0])
        offers.append(
            Offer(
                id=entry.text("id", most=40, required=True) or "",
                segment=cast(Segment, entry.choice("segment", SEGMENTS, "customer")),
                headline=entry.text("headline", most=120, required=True) or "",
                friend_text=entry.text("friend_text", most=300, required=True) or "",
                referrer_text=entry.text("referrer_text", most=160, required=True) or "",
                starts_at=entry.time("starts_at"),
                ends_at=entry.time("ends_at"),
                friend_discount=_terms(entry, "friend_discount"),
            )
        )
    if len({offer.id for offer in offers}) != len(offers):
        fields.refuse("offers", "two offers have the same id")
    for offer in offers:
        if offer.starts_at is not None and offer.ends_at is not None and offer.ends_at <= offer.starts_at:
            fields.refuse("offers", f"the offer {offer.id} ends before it starts")
    return tuple(offers)


def _terms(entry: Fields, name: str) -> Terms | None:
    fields = entry.object(name)
    if fields is None:
        return None
    fields.only({"amount_cents", "percent"})
    terms = Terms(fields.cents(), fields.integer("percent", least=1, most=100))
    if (terms.percent is None) == (not terms.amount_cents):
        entry.refuse(name, "must say amount_cents above 0, or percent, and not both")
    return terms


def _sources(fields: Fields | None) -> Mapping[str, Mapping[str, Any]]:
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


def _webhooks(fields: Fields) -> tuple[Endpoint, ...]:
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


def _gift_cards(fields: Fields | None) -> CardTerms:
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


def _messages(fields: Fields | None) -> Mapping[str, Mapping[str, str]]:
    fields = fields or Fields({})
    fields.only(TEMPLATES)
    messages: dict[str, Mapping[str, str]] = {}
    for template in TEMPLATES:
        entry = fields.object(template)
        if entry is None:
            continue
        entry.only(PARTS)
        messages[template] = {part: value for part in PARTS if (value := _template(entry, part)) is not None}
    return messages


def _forbidden_phrases(fields: Fields) -> tuple[str, ...]:
    """Phrases the business forbids besides ours (S14)."""
    phrases = fields.raw("forbidden_phrases")
    if not isinstance(phrases, list) or len(phrases) > _MOST_PHRASES:
        fields.refuse("forbidden_phrases", f"must be a list of at most {_MOST_PHRASES} phrases")
        return ()
    if not all(isinstance(phrase, str) and _PHRASE.fullmatch(clean_text(phrase) or "") for phrase in phrases):
        fields.refuse("forbidden_phrases", "must be phrases of 3 to 80 characters, with letters or digits in each")
        return ()
    return tuple(phrases)


def _template(entry: Fields, part: str) -> str | None:
    """A template keeps its line breaks, so it is not folded as other text is."""
    value = entry.raw(part)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEMPLATE or _SURROGATE.search(value):
        entry.refuse(part, f"must be text of at most {MAX_TEMPLATE} characters")
        return None
    return value


def _merged(base: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in part.items():
        known = merged.get(key)
        merged[key] = _merged(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged
