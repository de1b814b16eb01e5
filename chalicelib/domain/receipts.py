"""What a provider reports of a message that it took: it arrived, or it did not."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from chalicelib.domain.messages import Message, MessageStatus

Outcome = Literal["delivered", "undelivered"]
#: A message only moves on: whatever order receipts come in, and however often, the end is the same.
_ORDER: dict[MessageStatus, int] = {"claimed": 0, "unknown": 0, "sent": 1, "delivered": 2, "undelivered": 3}


@dataclass(frozen=True)
class Receipt:
    """`message_id` is ours. `opted_out`: the provider gives as the reason that the number said no."""

    message_id: str
    outcome: Outcome
    reason: str | None = None
    provider_id: str | None = None
    opted_out: bool = False


def after_receipt(message: Message, receipt: Receipt, now: datetime) -> Message | None:
    """The message as the receipt leaves it; None where it says nothing new, or of a message that never left.

    An e-mail may be delivered and come back later: so `undelivered` is the last word of the two.
    """
    if _ORDER.get(message.status, _ORDER["undelivered"]) >= _ORDER[receipt.outcome]:
        return None
    return replace(
        message,
        status=receipt.outcome,
        reason=receipt.reason,
        provider_id=message.provider_id or receipt.provider_id,
        sent_at=message.sent_at or now,
    )
