"""What templates may name, from what is true when a message is sent."""

from datetime import timedelta

from chalicelib.domain.backlog import in_words
from chalicelib.domain.commitments import Commitment
from chalicelib.domain.messages import Message
from chalicelib.domain.money import amount_in_words, reward_in_words
from chalicelib.domain.offers import DISCLOSURE, REWARD_FOR_ALL, current_offer
from chalicelib.domain.participants import Participant
from chalicelib.domain.people import first_name
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward
from chalicelib.domain.sessions import SIGN_IN
from chalicelib.domain.settings import Settings
from chalicelib.domain.settlement import PUBLIC_REASONS
from chalicelib.services.links import landing_link, share_link, sign_in_link
from chalicelib.services.overview import PATIENCE
from chalicelib.services.ports import Ports


def of_people(
    ports: Ports,
    settings: Settings,
    participant: Participant | None,
    referral: Referral | None,
    channel: str,
) -> dict[str, object]:
    """The business, the participant with their links and offer, the referral with its prospect.

    `channel` is one of `CHANNELS`: how the link in the words will travel.
    """
    return {
        "business": _business_data(settings),
        **_participant_data(ports, settings, participant, channel),
        **_referral_data(referral),
        "disclosure": DISCLOSURE,
        "discount": _discount_data(ports, settings, referral),
    }


def of_promise(promise: Commitment) -> dict[str, object]:
    """A promise as a letter may speak of it."""
    return {
        "people": _people(promise.promised),
        "so_far": _people(promise.counted) if promise.counted else None,
        "due_on": f"{promise.due_on:%B} {promise.due_on.day}, {promise.due_on.year}",
    }


def _people(number: int) -> str:
    return f"{number} {'person' if number == 1 else 'people'}"


def _business_data(settings: Settings) -> dict[str, object]:
    business = settings.business
    return {
        "name": business.name,
        "phone": business.phone,
        "proof_url": business.proof_url or business.website,
        "credentials": business.credentials,
    }


def _participant_data(
    ports: Ports, settings: Settings, participant: Participant | None, channel: str
) -> dict[str, object]:
    if participant is None:
        return dict.fromkeys(("participant", "link", "share_link", "offer")) | {"what_you_get": REWARD_FOR_ALL}
    offer = current_offer(settings.offers, participant.segment, ports.now())
    return {
        "participant": {
            "first_name": first_name(participant.name),
            "closed": participant.totals.closed,
            "earned": amount_in_words(participant.totals.earned_cents, settings.currency),
        },
        "link": f"{landing_link(ports, participant.id)}?via={channel}",
        "share_link": share_link(ports, participant),
        "offer": {"friend_text": offer.friend_text, "referrer_text": offer.referrer_text} if offer else None,
        "what_you_get": offer.referrer_text.rstrip(". ") if offer else REWARD_FOR_ALL,
    }


def _referral_data(referral: Referral | None) -> dict[str, object]:
    if referral is None:
        return {"prospect": None, "lead": None}
    return {
        "prospect": {
            "name": referral.prospect.name,
            "first_name": first_name(referral.prospect.name),
            "phone": referral.prospect.phone,
        },
        "lead": {
            "agreed": referral.agreed_to_call,
            "callback_window": referral.callback_window,
            "kind": "call back" if referral.source == "callback" else referral.source,
            "note": referral.why,
            "referred_by": referral.referred_by,
            "service": referral.service,
        },
    }


def _discount_data(ports: Ports, settings: Settings, referral: Referral | None) -> dict[str, object] | None:
    """The friend's own code, where they have one."""
    if referral is not None and referral.source == "introduction":
        return _introduced_discount(ports, settings, referral)
    code = referral.discount_code if referral else None
    discount = ports.store.discounts.get(code) if code else None
    return {"code": code, "text": discount.terms.in_words(discount.currency)} if discount else None


def _introduced_discount(ports: Ports, settings: Settings, referral: Referral) -> dict[str, object] | None:
    """The same whoever the friend is: a code that is worth nothing would tell the referrer who is known to us."""
    offer = next((offer for offer in settings.offers if offer.id == referral.offer), None)
    if offer is None or offer.friend_discount is None:
        return None
    return {
        "code": ports.pseudonyms.friend_code(referral.id),
        "text": offer.friend_discount.in_words(settings.currency),
    }


def of_reply(ports: Ports, message: Message) -> dict[str, object] | None:
    """What somebody texted back."""
    reply = ports.store.replies.get(message.reply_id) if message.reply_id else None
    return {"phone": reply.phone, "text": reply.text} if reply else None


def of_backlog(ports: Ports, message: Message) -> dict[str, object] | None:
    """What is stuck when the owner is told of it; it may be less than in the morning."""
    if message.template != "stuck":
        return None
    return {"what": in_words(ports.store.backlogs.all(ports.now(), PATIENCE)) or "nothing any more"}


def of_sign_in(ports: Ports, message: Message) -> dict[str, object] | None:
    """The link and the code, computed from the id: neither is stored."""
    if message.sign_in_id is None:
        return None
    code = ports.pseudonyms.sign_in_code(message.sign_in_id)
    return {
        "link": sign_in_link(ports, message.sign_in_id),
        "code": f"{code[:3]} {code[3:]}",
        "minutes": SIGN_IN // timedelta(minutes=1),
    }


def of_card(ports: Ports, message: Message) -> dict[str, object] | None:
    """The card's link, for the one message that brings it."""
    if message.template != "gift_card_ready" or message.reward_id is None:
        return None
    order = ports.store.gift_cards.get(message.reward_id)
    return {"link": order.link} if order and order.link else None


def of_reward(participant: Participant | None, reward: Reward | None) -> dict[str, object]:
    """The reward in words, and why it was taken back where that may be told."""
    if reward is None:
        return {"reward": None}
    return {
        "reward": {
            "text": reward_in_words(
                reward.kind, reward.amount_cents, reward.currency, percent=reward.percent, text=reward.text
            ),
            "code": reward.discount_code,
            "kind": reward.kind,
            "why": reward.why if reward.why in PUBLIC_REASONS else "it was given by mistake",
        }
    }
