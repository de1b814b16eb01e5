"""Put a message into words, at the moment it is sent, from what is true then."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from chalicelib.domain.backlog import in_words
from chalicelib.domain.commitments import Commitment
from chalicelib.domain.messages import ADVERTISING, Channel, Message
from chalicelib.domain.money import amount_in_words, reward_in_words
from chalicelib.domain.offers import DISCLOSURE, REWARD_FOR_ALL, current_offer
from chalicelib.domain.participants import Participant
from chalicelib.domain.people import first_name
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward
from chalicelib.domain.sessions import SIGN_IN
from chalicelib.domain.settings import Settings
from chalicelib.domain.settlement import PUBLIC_REASONS
from chalicelib.services.hold_back import held_back
from chalicelib.services.links import console_link, landing_link, share_link, sign_in_link, unsubscribe_link
from chalicelib.services.overview import PATIENCE
from chalicelib.services.ports import Ports, Wording

_NOT_KEPT = "A link and a code for signing in; they are not kept."


@dataclass(frozen=True)
class Composed:
    """Where to and what; `to` is None with a reason where there is nobody to send it to.

    `kept` stands in the outbox in place of a text that nobody but its reader may see.
    """

    to: str | None
    text: str = ""
    subject: str | None = None
    reason: str | None = None
    kept: str | None = None

    @property
    def shown(self) -> str:
        return self.text if self.kept is None else self.kept


def compose(ports: Ports, wording: Wording, message: Message, settings: Settings) -> Composed:
    """Address and word one message. Raises InvalidInput where a template cannot be filled."""
    participant = ports.store.participants.get(message.participant_id) if message.participant_id else None
    referral = ports.store.referrals.get(message.referral_id) if message.referral_id else None
    reward = ports.store.rewards.get(message.reward_id) if message.reward_id else None
    to, reason = _address(ports, message, settings, participant, referral)
    if to is None:
        return Composed(None, reason=reason)
    promise = _promise(ports, message)
    held = held_back(ports, message, settings, participant, referral, reward, promise)
    if held is not None:
        return Composed(None, reason=held)
    data = {
        **_data(ports, settings, participant, referral, message.channel),
        **_reward_data(participant, reward),
        "reply": _reply_data(ports, message),
        "card": _card_data(ports, message),
        "commitment": _commitment_data(promise) if promise else None,
        "console_link": console_link(ports, message.referral_id),
        "stuck": _stuck_data(ports, message),
        "sign_in": _sign_in_data(ports, message),
    }
    own = settings.messages.get(message.template, {})
    kept = _NOT_KEPT if message.template == "sign_in" else None
    if message.template == "forward":
        data["forward"] = wording.render("forward", "sms", data, own.get("sms"))
    if message.channel == "sms":
        return Composed(to, wording.render(message.template, "sms", data, own.get("sms")), kept=kept)
    if message.template in ADVERTISING and settings.business.address is None:
        return Composed(None, reason="business.address is not set in the settings, and advertising must name it")
    text = wording.render(message.template, "email", data, own.get("email"))
    return Composed(
        to,
        text + _footer(ports, settings, to) if may_unsubscribe(message) else text,
        wording.render(message.template, "subject", data, own.get("subject")),
        kept=kept,
    )


def text_to_forward(
    ports: Ports, wording: Wording, settings: Settings, participant: Participant, referral: Referral
) -> str:
    """What a participant may send to the friend they introduced, as it also goes to their own phone (M19)."""
    data = {
        **_data(ports, settings, participant, referral, "sms"),
        **_reward_data(participant, None),
        "reply": None,
        "card": None,
    }
    return wording.render("introduction", "sms", data, settings.messages.get("introduction", {}).get("sms"))


def _data(
    ports: Ports,
    settings: Settings,
    participant: Participant | None,
    referral: Referral | None,
    channel: Channel | Literal["print"],
) -> dict[str, object]:
    return {
        "business": _business_data(settings),
        **_participant_data(ports, settings, participant, channel),
        **_referral_data(referral),
        "disclosure": DISCLOSURE,
        "discount": _discount_data(ports, settings, referral),
    }


def letter_words(
    ports: Ports, wording: Wording, participant: Participant, promise: Commitment, settings: Settings
) -> tuple[str, str]:
    """Subject and text of the letter about a promise, as it goes on paper. Raises InvalidInput as above."""
    data = {
        **_data(ports, settings, participant, None, "print"),
        **_reward_data(participant, None),
        "commitment": _commitment_data(promise),
    }
    own = settings.messages.get("commitment_reminder", {})
    subject, text = (wording.render("commitment_reminder", part, data, own.get(part)) for part in ("subject", "email"))
    return subject, text


def may_unsubscribe(message: Message) -> bool:
    """Whether a message is an e-mail that its reader may want no more of."""
    return message.channel == "email" and message.recipient in {"participant", "prospect"}


def _footer(ports: Ports, settings: Settings, to: str) -> str:
    """Who writes, from where, and how it ends (CAN-SPAM)."""
    business = settings.business
    who = f"{business.name}, {business.address}" if business.address else business.name
    return f"\n\n-- \n{who}\nNo more e-mails: {unsubscribe_link(ports, to)}"


def _address(
    ports: Ports, message: Message, settings: Settings, participant: Participant | None, referral: Referral | None
) -> tuple[str | None, str | None]:
    if message.sign_in_id is not None and ports.now() >= message.created_at + SIGN_IN:
        return None, "the link would not open anything any more"
    if message.recipient in {"writer", "user"}:
        return message.to, "nobody wrote"
    if message.recipient == "owner" and message.channel == "email":
        return settings.business.owner_email, "business.owner_email is not set in the settings"
    if message.recipient == "owner":
        return settings.business.owner_phone, "business.owner_phone is not set in the settings"
    if message.recipient == "prospect" and referral is not None and referral.source == "introduction":
        return None, "the friend did not give us this number themselves"
    if message.recipient == "prospect":
        return (referral.prospect.phone if referral else None), "the prospect left no phone number"
    if participant is None:
        return None, "the participant is not there any more"
    if participant.opted_out:
        return None, "opted out of messages"
    if message.channel == "email":
        return participant.email, "the participant has no e-mail address"
    return participant.phone, "the participant has no phone number"


def _promise(ports: Ports, message: Message) -> Commitment | None:
    """The promise that a letter reminds of: the participant's last one."""
    if message.template != "commitment_reminder" or message.participant_id is None:
        return None
    return ports.store.commitments.newest(message.participant_id)


def _commitment_data(promise: Commitment) -> dict[str, object]:
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
    ports: Ports, settings: Settings, participant: Participant | None, channel: Channel | Literal["print"]
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


def _reply_data(ports: Ports, message: Message) -> dict[str, object] | None:
    reply = ports.store.replies.get(message.reply_id) if message.reply_id else None
    return {"phone": reply.phone, "text": reply.text} if reply else None


def _stuck_data(ports: Ports, message: Message) -> dict[str, object] | None:
    """What is stuck when the owner is told of it; it may be less than in the morning."""
    if message.template != "stuck":
        return None
    return {"what": in_words(ports.store.backlogs.all(ports.now(), PATIENCE)) or "nothing any more"}


def _sign_in_data(ports: Ports, message: Message) -> dict[str, object] | None:
    if message.sign_in_id is None:
        return None
    code = ports.pseudonyms.sign_in_code(message.sign_in_id)
    return {
        "link": sign_in_link(ports, message.sign_in_id),
        "code": f"{code[:3]} {code[3:]}",
        "minutes": SIGN_IN // timedelta(minutes=1),
    }


def _card_data(ports: Ports, message: Message) -> dict[str, object] | None:
    """The card's link, for the one message that brings it."""
    if message.template != "gift_card_ready" or message.reward_id is None:
        return None
    order = ports.store.gift_cards.get(message.reward_id)
    return {"link": order.link} if order and order.link else None


def _reward_data(participant: Participant | None, reward: Reward | None) -> dict[str, object]:
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
