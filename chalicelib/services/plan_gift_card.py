"""Let the order of a gift card follow its reward, in the transaction that changes the reward."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.gift_cards import CardOrder
from chalicelib.domain.messages import Message, message_id
from chalicelib.domain.reward_changes import Settlement
from chalicelib.domain.rewards import Reward
from chalicelib.services.ports import Ports

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def plan_gift_card(
    ports: Ports,
    transaction: "Transaction",
    settlement: Settlement,
    before: Reward | None,
    now: datetime,
    card: CardOrder | None,
) -> None:
    """Plan an order when the reward is issued, have it looked at when the reward changes, and tell of a card sent."""
    after = settlement.reward
    if after is None or after.kind != "gift_card":
        return
    if card is not None:
        ports.store.gift_cards.write(transaction, card)
        if card.state == "delivered":
            ports.store.messages.queue(transaction, _ready(card, settlement, now))
    elif after.status == "issued" and (before is None or not before.given):
        ports.store.gift_cards.write(transaction, CardOrder(after.id, after.participant_id, now, due_at=now))
    elif before is not None and before.given and before.status != after.status:
        order = ports.store.gift_cards.get(after.id)
        if order is not None and _concerned(order, after):
            ports.store.gift_cards.write(transaction, replace(order, due_at=now))


def _concerned(order: CardOrder, reward: Reward) -> bool:
    # What was sent is the participant's: it is called off only when a person took the reward back.
    return order.state in {"planned", "placing", "placed"} or (
        order.state == "delivered" and reward.status == "reversed"
    )


def _ready(card: CardOrder, settlement: Settlement, now: datetime) -> Message:
    """The message with the link; its id is made of the order's, so there is no second one."""
    return Message(
        id=message_id("gift_card_ready", card.external_id),
        template="gift_card_ready",
        channel="sms" if settlement.participant.phone else "email",
        recipient="participant",
        created_at=now,
        due_at=now,
        participant_id=settlement.participant.id,
        referral_id=settlement.referral.id,
        reward_id=card.reward_id,
    )
