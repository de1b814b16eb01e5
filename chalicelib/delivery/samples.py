"""Sample data for templates: for previews, and for trying a template before anybody is sent it."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain.messages import Template
from chalicelib.domain.offers import DISCLOSURE, REWARD_FOR_ALL
from chalicelib.domain.people import MAX_NAME
from chalicelib.domain.referrals import WHY_DISQUALIFIED
from chalicelib.domain.rewards import RewardPlan
from chalicelib.domain.settings import Settings
from chalicelib.domain.wording_rules import TO_FRIENDS

#: One of everything a template may name.
SAMPLE: Mapping[str, Any] = {
    "business": {
        "name": "Maple Street Plumbing",
        "phone": "+15555550100",
        "proof_url": "https://example.com/our-work",
        "credentials": "Licensed and insured, 6 years, over 2,500 jobs.",
    },
    "participant": {"first_name": "Jane", "closed": 2, "earned": "$50"},
    "link": "https://example.com/r/0J4NE000/?via=sms",
    "share_link": "https://example.com/share/#0",
    "offer": {"friend_text": "$50 off the first visit", "referrer_text": "a $25 service credit"},
    "what_you_get": "a $25 service credit",
    "disclosure": DISCLOSURE,
    "forward": f"Hi, I recently worked with Maple Street Plumbing ... {DISCLOSURE}",
    "prospect": {"name": "Sam Lee", "first_name": "Sam", "phone": "+15555550101"},
    "lead": {
        "callback_window": "morning",
        "kind": "call back",
        "note": "",
        "referred_by": None,
        "service": "Drains",
        "agreed": True,
    },
    "discount": {"code": "9X4CMQ2T7R", "text": "$25"},
    "reward": {"text": "a $25 service credit", "code": None, "kind": "service_credit", "why": "closed referral 1"},
    "reply": {"phone": "+15555550101", "text": "Thanks, I will tell my friends."},
    "console_link": "https://example.com/admin/#referrals/ref_01KQSR1NC0GMK88W94KF7PZWZ6",
    "stuck": {"what": "2 mentions to confirm, 1 message did not arrive"},
    "commitment": {"people": "3 people", "so_far": "1 person", "due_on": "May 4, 2026"},
    "card": {"link": "https://testflight.tremendous.com/rewards/payout/0"},
    "sign_in": {
        "link": f"https://example.com/admin/#sign-in=sgn_{'0' * 26}.{'0' * 32}",
        "code": "012 345",
        "minutes": 10,
    },
}
#: What one part of one template may name, and no other.
_ONLY_IN: Mapping[str, tuple[Template, str | None]] = {
    "stuck": ("stuck", None),
    "forward": ("forward", "email"),
    "card": ("gift_card_ready", None),
    "commitment": ("commitment_reminder", None),
    "reply": ("reply_received", None),
    "sign_in": ("sign_in", None),
}
#: What others than the participant read: the link to their own page is not for them.
_NOT_TO_THE_PARTICIPANT = TO_FRIENDS | {"lead_received", "new_lead", "reply_received"}
_ASKS = ("prospect", "lead", "reward", "discount")
#: What a message of this kind never has.
ABSENT: Mapping[str, tuple[str, ...]] = {
    "invitation": _ASKS,
    "reminder": _ASKS,
    "stay_in_touch": _ASKS,
    "introductions": _ASKS,
    "commitment_reminder": _ASKS,
    "forward": _ASKS,
    "lead_received": ("reward",),
    "introduction": ("reward",),
    "new_lead": ("reward",),
    "stuck": (*_ASKS, "participant", "link", "share_link", "offer"),
    "referral_received": ("reward",),
    "referral_appointment": ("reward",),
    "reply_received": ("lead", "reward", "discount"),
    "opt_out_confirmed": (*_ASKS, "participant", "link", "share_link"),
    "help": (*_ASKS, "participant", "link", "share_link"),
    "sign_in": (*_ASKS, "participant", "link", "share_link"),
    "share_link": _ASKS,
}
#: Those of whom, or of which, a message of this kind may have none.
_PERHAPS: Mapping[str, tuple[str, ...]] = {
    "lead_received": ("participant", "link", "share_link"),
    "new_lead": ("participant", "link", "share_link"),
    "thank_you": ("reward",),
    "gift_card_ready": ("prospect",),
    "reply_received": ("participant", "prospect", "link", "share_link"),
}
#: What may be missing in any message.
_OPTIONAL = (
    "offer", "discount", "business.phone", "business.proof_url", "business.credentials", "lead.callback_window",
    "lead.service", "lead.note", "lead.referred_by", "lead.agreed", "reward.code", "commitment.so_far",
)  # fmt: skip
_LONG_NAME = ("Wolfeschlegelsteinhausenbergerdorff" * 3)[:MAX_NAME]
_TOKEN = "x" * 43


def known_to(template: Template, part: str) -> Mapping[str, Any]:
    """Everything this part of a template may name."""
    return {
        name: value
        for name, value in SAMPLE.items()
        if name not in _ONLY_IN or _ONLY_IN[name] in {(template, part), (template, None)}
        # A subject stays in the outbox, where whoever reads messages would find what lets in.
        if part != "subject" or name not in {"sign_in", "share_link"}
        if name != "share_link" or template not in _NOT_TO_THE_PARTICIPANT
    }


def sample_of(settings: Settings, public_url: str) -> Mapping[str, Any]:
    """The sample with the business's own name, offer and address."""
    business = settings.business
    link = f"{public_url}/r/0J4NE000/?via=sms"
    offer = next(iter(settings.offers), None)
    return {
        **SAMPLE,
        "business": {
            "name": business.name,
            "phone": business.phone,
            "proof_url": business.proof_url or business.website,
            "credentials": business.credentials,
        },
        "link": link,
        "share_link": f"{public_url}/share/#{_TOKEN}",
        "offer": {"friend_text": offer.friend_text, "referrer_text": offer.referrer_text} if offer else None,
        "what_you_get": offer.referrer_text.rstrip(". ") if offer else REWARD_FOR_ALL,
    }


def longest_of(settings: Settings, public_url: str) -> Mapping[str, Any]:
    """The same with names of 80 characters, and the longest of all else that people and settings let through."""
    sample = sample_of(settings, public_url)
    offers = settings.offers
    return {
        **sample,
        "participant": {"first_name": _LONG_NAME, "closed": 1200, "earned": "$12,500.50"},
        "prospect": {"name": _LONG_NAME, "first_name": _LONG_NAME, "phone": "+15555550101"},
        "offer": {
            "friend_text": max((offer.friend_text for offer in offers), key=len, default=""),
            "referrer_text": max((offer.referrer_text for offer in offers), key=len, default=""),
        },
        "what_you_get": max((REWARD_FOR_ALL, *(offer.referrer_text for offer in offers)), key=len),
        "lead": {
            "callback_window": "afternoon",
            "kind": "introduction",
            "note": max(WHY_DISQUALIFIED.values(), key=len),
            "referred_by": _LONG_NAME,
            "agreed": False,
            "service": max(("Something else", *settings.business.services), key=len),
        },
        "reward": {
            "text": max((_in_words(plan) for plan in settings.rewards.values()), key=len),
            "code": "9X4CMQ2T7R",
            "kind": "service_credit",
            "why": "the invoice was voided or refunded",
        },
    }


def cases(template: Template, data: Mapping[str, Any], mentioned: set[str]) -> Iterator[dict[str, Any]]:
    """The data with all that may be missing there and not there, in every combination that the template can tell."""
    certain = {**data, **dict.fromkeys(ABSENT.get(template, ()))}
    optional = (*_PERHAPS.get(template, ()), *_OPTIONAL)
    toggled = [name for name in optional if name in mentioned]
    for present in itertools.product((True, False), repeat=len(toggled)):
        case = dict(certain)
        for name, there in zip(toggled, present, strict=True):
            if not there:
                _take_out(case, name)
        yield case


def _take_out(case: dict[str, Any], name: str) -> None:
    group, _, part = name.partition(".")
    if not part:
        case[group] = None
    elif case[group] is not None:
        case[group] = {**case[group], part: "" if name == "lead.note" else None}


def _in_words(plan: RewardPlan) -> str:
    return (plan.text or "") if plan.kind == "custom" else "a $12,500.50 off your next invoice"
