"""Thank the referrer at a milestone of a referral (M9): the intent is an item of the transaction that reaches it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.domain.messages import Message, message_id
from chalicelib.domain.referrals import Referral
from chalicelib.domain.sequence import Step, milestones
from chalicelib.services.ports import Ports

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def thank_for_milestone(
    ports: Ports, transaction: "Transaction", steps: Sequence[Step], before: Referral | None, after: Referral
) -> None:
    """Queue what the owner's steps say for the milestones of one change; `before` is None for a new referral."""
    now = ports.now()
    for step in milestones(steps, before, after):
        suffix = "-email" if step.channel == "email" else ""
        message = Message(
            id=message_id(step.template, f"{after.id}-{step.after}{suffix}"),
            template=step.template,
            channel=step.channel,
            recipient="participant",
            created_at=now,
            due_at=now + step.wait,
            participant_id=after.participant_id,
            referral_id=after.id,
        )
        ports.store.messages.queue(transaction, message)
