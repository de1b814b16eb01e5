"""A message is an intent in the outbox: committed with the fact that causes it, sent once, never blindly again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Channel = Literal["sms", "email"]
MessageStatus = Literal["queued", "claimed", "sent", "delivered", "undelivered", "failed", "skipped", "unknown"]
Recipient = Literal["participant", "prospect", "owner", "writer", "user"]
Part = Literal["sms", "subject", "email"]
Template = Literal[
    "invitation",
    "forward",
    "reminder",
    "stay_in_touch",
    "introductions",
    "commitment_reminder",
    "lead_received",
    "introduction",
    "new_lead",
    "stuck",
    "referral_received",
    "referral_appointment",
    "reward_issued",
    "gift_card_ready",
    "thank_you",
    "reward_reversed",
    "reply_received",
    "opt_out_confirmed",
    "help",
    "sign_in",
    "share_link",
]
STATUSES: tuple[MessageStatus, ...] = get_args(MessageStatus)
PARTS: tuple[Part, ...] = get_args(Part)
TEMPLATES: tuple[Template, ...] = get_args(Template)
#: Advertising by CAN-SPAM's primary purpose; the others are about something between us and the reader.
ADVERTISING: frozenset[Template] = frozenset(
    {"invitation", "forward", "reminder", "stay_in_touch", "introductions", "commitment_reminder"}
)

#: What tells of a reward that was given, or thanks for a referral that closed.
OF_AN_ISSUE: frozenset[Template] = frozenset({"reward_issued", "thank_you"})


@dataclass(frozen=True)
class Message:
    """One SMS or e-mail. Its words, and `to`, are made when it is claimed, or put off till the day.

    A `writer` is whoever has just texted us, a `user` who wants to sign in: `to` is known from the start.
    """

    id: str
    template: Template
    channel: Channel
    recipient: Recipient
    created_at: datetime
    due_at: datetime
    participant_id: str | None = None
    referral_id: str | None = None
    reward_id: str | None = None
    reply_id: str | None = None
    sign_in_id: str | None = None
    status: MessageStatus = "queued"
    to: str | None = None
    subject: str | None = None
    text: str | None = None
    reason: str | None = None
    provider_id: str | None = None
    sent_at: datetime | None = None
    version: int = 1


def message_id(template: Template, cause: str) -> str:
    """The id of the one message that `cause` may bring about: a business key, so that there is no second."""
    return f"msg_{template}_{cause}"
