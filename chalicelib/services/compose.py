"""Put a message into words, at the moment it is sent, from what is true then."""

from dataclasses import dataclass

from chalicelib.domain.commitments import Commitment
from chalicelib.domain.messages import ADVERTISING, Message
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.sessions import SIGN_IN
from chalicelib.domain.settings import Settings
from chalicelib.services import message_data
from chalicelib.services.hold_back import held_back
from chalicelib.services.links import console_link, share_token, unsubscribe_link
from chalicelib.services.ports import Ports, Wording

_NOT_KEPT = "A link and a code for signing in; they are not kept."


@dataclass(frozen=True)
class Composed:
    """Where to and what; `to` is None with a reason where there is nobody to send it to.

    `kept` stands in the outbox in place of a text that nobody but its reader may see; dots in place of a `secret`.
    """

    to: str | None
    text: str = ""
    subject: str | None = None
    reason: str | None = None
    kept: str | None = None
    secret: str | None = None

    @property
    def shown(self) -> str:
        text = self.text if self.kept is None else self.kept
        return text.replace(self.secret, "...") if self.secret else text


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
        **message_data.of_people(ports, settings, participant, referral, message.channel),
        **message_data.of_reward(participant, reward),
        "reply": message_data.of_reply(ports, message),
        "card": message_data.of_card(ports, message),
        "commitment": message_data.of_promise(promise) if promise else None,
        "console_link": console_link(ports, message.referral_id),
        "stuck": message_data.of_backlog(ports, message),
        "sign_in": message_data.of_sign_in(ports, message),
    }
    own = settings.messages.get(message.template, {})
    kept = _NOT_KEPT if message.template == "sign_in" else None
    secret = share_token(ports, participant) if participant else None
    if message.template == "forward":
        data["forward"] = wording.render("forward", "sms", data, own.get("sms"))
    if message.channel == "sms":
        text = wording.render(message.template, "sms", data, own.get("sms"))
        return Composed(to, text, kept=kept, secret=secret)
    if message.template in ADVERTISING and settings.business.address is None:
        return Composed(None, reason="business.address is not set in the settings, and advertising must name it")
    text = wording.render(message.template, "email", data, own.get("email"))
    return Composed(
        to,
        text + _footer(ports, settings, to) if may_unsubscribe(message) else text,
        wording.render(message.template, "subject", data, own.get("subject")),
        kept=kept,
        secret=secret,
    )


def text_to_forward(
    ports: Ports, wording: Wording, settings: Settings, participant: Participant, referral: Referral
) -> str:
    """What a participant may send to the friend they introduced, as it also goes to their own phone (M19)."""
    data = {
        **message_data.of_people(ports, settings, participant, referral, "sms"),
        **message_data.of_reward(participant, None),
        "reply": None,
        "card": None,
    }
    return wording.render("introduction", "sms", data, settings.messages.get("introduction", {}).get("sms"))


def words_to_forward(ports: Ports, wording: Wording, settings: Settings, participant: Participant, channel: str) -> str:
    """What a participant may send to any friend by this channel: the template `forward` as it reads today (S9)."""
    data = {
        **message_data.of_people(ports, settings, participant, None, channel),
        **message_data.of_reward(participant, None),
    }
    return wording.render("forward", "sms", data, settings.messages.get("forward", {}).get("sms"))


def letter_words(
    ports: Ports, wording: Wording, participant: Participant, promise: Commitment, settings: Settings
) -> tuple[str, str]:
    """Subject and text of the letter about a promise, as it goes on paper. Raises InvalidInput as above."""
    data = {
        **message_data.of_people(ports, settings, participant, None, "print"),
        **message_data.of_reward(participant, None),
        "commitment": message_data.of_promise(promise),
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
