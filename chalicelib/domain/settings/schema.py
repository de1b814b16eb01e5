"""What the owner decides (P19): one JSON object, checked whole before any of it takes effect."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from chalicelib.domain.eligibility import Eligibility
from chalicelib.domain.fields import Fields
from chalicelib.domain.gift_cards import CardTerms
from chalicelib.domain.offers import Offer
from chalicelib.domain.participants import SPANS, Segment, Span
from chalicelib.domain.quiet_hours import QuietHours
from chalicelib.domain.referrals import TRIGGERS, Trigger
from chalicelib.domain.rewards import RewardPlan
from chalicelib.domain.sequence import Step
from chalicelib.domain.settings.appearance import Proof, Theme, parse_proof, parse_theme
from chalicelib.domain.settings.business import Business, parse_business
from chalicelib.domain.settings.commitments import Terms, parse_commitments, parse_results_review
from chalicelib.domain.settings.connections import parse_gift_cards, parse_sources, parse_webhooks
from chalicelib.domain.settings.defaults import DEFAULTS
from chalicelib.domain.settings.eligibility import parse_eligibility, parse_watch
from chalicelib.domain.settings.offers import parse_offers
from chalicelib.domain.settings.quiet_hours import parse_quiet_hours
from chalicelib.domain.settings.rewards import parse_holds, parse_rewards
from chalicelib.domain.settings.sequence import parse_sequence
from chalicelib.domain.settings.wording import parse_forbidden_phrases, parse_messages
from chalicelib.domain.suspicion import Watch
from chalicelib.domain.webhooks import Endpoint

_CURRENCY = re.compile(r"[A-Z]{3}")
_AS_READ = ("currency", "trigger", "leaderboard_public", "leaderboard_period", "thanks_public", "show_referrer_name")


@dataclass(frozen=True)
class Settings:
    """Settings that passed every check; `raw` is the object as the API shows it."""

    raw: Mapping[str, Any]
    business: Business
    proof: Proof
    theme: Theme
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
    leaderboard_period: Span
    thanks_public: bool
    show_referrer_name: bool
    submissions_per_hour: int
    messages: Mapping[str, Mapping[str, str]]
    forbidden_phrases: tuple[str, ...]
    ask_again_after: timedelta
    sequence: tuple[Step, ...]
    commitments: Terms
    results_review_after: timedelta | None
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
        business=parse_business(fields.object("business", required=True)),
        proof=parse_proof(fields.object("proof")),
        theme=parse_theme(fields.object("theme")),
        currency=currency,
        rewards=parse_rewards(fields.object("rewards", required=True)),
        offers=parse_offers(fields),
        trigger=cast(Trigger, fields.choice("trigger", TRIGGERS, "invoiced")),
        score_threshold=fields.number("score_threshold", least=0, most=10, required=True) or 0,
        hold_days=fields.integer("hold_days", least=0, most=365, required=True) or 0,
        hold_days_by_kind=parse_holds(fields.object("hold_days_by_kind")),
        eligibility=parse_eligibility(fields.object("eligibility")),
        flags=parse_watch(fields.object("flags")),
        leaderboard_public=fields.boolean("leaderboard_public"),
        leaderboard_size=fields.integer("leaderboard_size", least=1, most=100, required=True) or 1,
        leaderboard_period=cast(Span, fields.choice("leaderboard_period", SPANS, "all")),
        thanks_public=fields.boolean("thanks_public"),
        show_referrer_name=fields.boolean("show_referrer_name"),
        submissions_per_hour=fields.integer("submissions_per_hour", least=1, most=100_000, required=True) or 1,
        messages=parse_messages(fields.object("messages")),
        forbidden_phrases=parse_forbidden_phrases(fields),
        ask_again_after=timedelta(days=fields.integer("ask_again_after_days", least=1, most=3650, required=True) or 1),
        sequence=parse_sequence(fields),
        commitments=parse_commitments(fields.object("commitments")),
        results_review_after=parse_results_review(fields),
        sources=parse_sources(fields.object("sources")),
        webhooks=parse_webhooks(fields),
        quiet_hours=parse_quiet_hours(fields.object("quiet_hours")),
        gift_cards=parse_gift_cards(fields.object("gift_cards")),
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
    for name in (
        "messages",
        "sources",
        "hold_days_by_kind",
        "eligibility",
        "quiet_hours",
        "gift_cards",
        "flags",
        "commitments",
        "proof",
        "theme",
    ):
        if complete[name] is None:
            fields.refuse(name, "must be an object")
    fields.done()
    return settings


def _merged(base: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in part.items():
        known = merged.get(key)
        merged[key] = _merged(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged
