"""What a participant's own page shows: their links and words, their friends, their rewards (P24, P27)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.money import reward_in_words
from chalicelib.domain.offers import DISCLOSURE, REWARD_FOR_ALL, current_offer
from chalicelib.domain.participants import Participant
from chalicelib.domain.people import first_name
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward, next_tier
from chalicelib.domain.settings import Settings
from chalicelib.domain.settlement import plan_for
from chalicelib.domain.share_states import reward_state, shown_to_referrer, state_of
from chalicelib.domain.share_wishes import MOST_OWN_ALIASES
from chalicelib.services.compose import words_to_forward
from chalicelib.services.links import alias_link, landing_link
from chalicelib.services.ports import Ports, Wording
from chalicelib.services.shapes import time_shape

#: Of friends and of rewards, the newest.
MOST_SHOWN = 100
#: How the page's own buttons let a link travel.
_CHANNELS = ("sms", "whatsapp", "email", "facebook", "copy", "link")


def show_share(ports: Ports, wording: Wording, settings: Settings, participant: Participant) -> dict[str, Any]:
    """The page as docs/openapi.yaml describes it; of a friend the first name and how far the job has come."""
    referrals, _ = ports.store.referrals.page(participant_id=participant.id, stage=None, limit=MOST_SHOWN, cursor=None)
    rewards, _ = ports.store.rewards.page(participant_id=participant.id, status=None, limit=MOST_SHOWN, cursor=None)
    offer = current_offer(settings.offers, participant.segment, ports.now())
    link = landing_link(ports, participant.id)
    today = ports.now().astimezone(ZoneInfo(settings.business.timezone)).date()
    return {
        "first_name": first_name(participant.name),
        "opted_out": participant.opted_out,
        "link": link,
        "links": {channel: f"{link}?via={channel}" for channel in _CHANNELS},
        "aliases": [{"alias": alias, "link": alias_link(ports, alias)} for alias in participant.aliases],
        "aliases_left": max(0, MOST_OWN_ALIASES - len(participant.aliases)),
        "words": _words(ports, wording, settings, participant),
        "offer": {"headline": offer.headline, "friend_text": offer.friend_text} if offer else None,
        "what_you_get": offer.referrer_text.rstrip(". ") if offer else REWARD_FOR_ALL,
        "disclosure": DISCLOSURE,
        "referrals": _referrals(referrals, rewards, today),
        "rewards": [_reward(ports, reward, referrals) for reward in rewards],
        "totals": {
            "sent": participant.totals.sent,
            "closed": participant.totals.closed,
            "earned_cents": participant.totals.earned_cents,
        },
        "credit_cents": participant.credit_cents,
        "currency": settings.currency,
        "next_tier": _next_tier(participant, settings),
        "leaderboard": {
            "name": participant.leaderboard_name,
            "shown_as": participant.name_on_leaderboard(),
            "public": settings.leaderboard_public,
        },
    }


def _words(ports: Ports, wording: Wording, settings: Settings, participant: Participant) -> dict[str, str]:
    """The words to pass on by each channel, with the link by which that channel is told from the others."""
    words = {
        channel: words_to_forward(ports, wording, settings, participant, channel)
        for channel in ("sms", "whatsapp", "email", "copy", "link")
    }
    return {**words, "subject": f"{settings.business.name}: a recommendation"}


def _referrals(referrals: Iterable[Referral], rewards: Iterable[Reward], today: date) -> list[dict[str, Any]]:
    by_id = {reward.id: reward for reward in rewards}
    return [
        {
            "first_name": first_name(referral.prospect.name),
            "state": state_of(referral, by_id.get(referral.reward_id or ""), today),
            "since": time_shape(referral.created_at),
        }
        for referral in referrals
        if shown_to_referrer(referral)
    ]


def _reward(ports: Ports, reward: Reward, referrals: Iterable[Referral]) -> dict[str, Any]:
    names = {referral.id: first_name(referral.prospect.name) for referral in referrals}
    text = reward_in_words(reward.kind, reward.amount_cents, reward.currency, percent=reward.percent, text=reward.text)
    return {
        "id": reward.id,
        "for": names.get(reward.referral_id),
        "text": text,
        "amount_cents": reward.amount_cents,
        "left_cents": reward.left_cents if reward.status == "issued" else 0,
        "currency": reward.currency,
        "status": reward.status,
        "state": reward_state(reward),
        "discount_code": reward.discount_code if reward.status == "issued" else None,
        "card_link": _card_link(ports, reward),
        "since": time_shape(reward.created_at),
    }


def _card_link(ports: Ports, reward: Reward) -> str | None:
    """The link of a gift card that was sent to them and not called off since."""
    if reward.kind != "gift_card" or reward.status != "redeemed":
        return None
    order = ports.store.gift_cards.get(reward.id)
    return order.link if order is not None and order.state == "delivered" else None


def _next_tier(participant: Participant, settings: Settings) -> Mapping[str, Any] | None:
    plan = plan_for(participant, settings)
    found = next_tier(plan, participant.tiers)
    if found is None:
        return None
    more, cents = found
    text = reward_in_words(plan.kind, cents, settings.currency, percent=plan.percent, text=plan.text)
    return {"more": more, "amount_cents": cents, "currency": settings.currency, "text": text}
