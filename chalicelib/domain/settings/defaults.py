"""The settings of a business that has changed nothing yet, as the API shows them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.participants import SEGMENTS
from chalicelib.domain.sequence import DEFAULT_SEQUENCE
from chalicelib.domain.settings.quiet_hours import DEFAULT as QUIET_HOURS

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
    "proof": {
        "rating": None,
        "reviews": None,
        "reviews_on": None,
        "since": None,
        "license": None,
        "guarantee": None,
        "photos": [],
    },
    "theme": {"color": "#12564a", "accent": "#8a5a0b", "font": "system", "logo": None, "preview": None},
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
    "leaderboard_period": "all",
    "thanks_public": False,
    "show_referrer_name": True,
    "submissions_per_hour": 20,
    "messages": {},
    "quiet_hours": QUIET_HOURS,
    "forbidden_phrases": [],
    "ask_again_after_days": 90,
    "sequence": DEFAULT_SEQUENCE,
    "commitments": {"letters": 2, "every_days": 30},
    "results_review_days": 90,
    "sources": {},
    "webhooks": [],
    "gift_cards": {"campaign_id": None, "products": [], "funding_source_id": "BALANCE"},
}
