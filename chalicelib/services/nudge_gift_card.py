"""Have a gift card's order looked at now: because the provider sent a notice, or because a person asks for it."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound, Refused
from chalicelib.domain.events import GiftCardTold
from chalicelib.domain.gift_cards import CardOrder, once_more, reward_named
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts


def hear_of_card(ports: Ports, told: GiftCardTold) -> str | None:
    """Look at an order again after a notice about it; returns a note for staff where there is nothing to look at.

    A notice only says where to look, so a late or repeated one does no harm; but a cancellation is final, and is kept.
    """
    for _ in attempts():
        order = ports.store.gift_cards.get(reward_named(told.external_id))
        if order is None or order.external_id != told.external_id:
            return "this order is none of ours, or an earlier one"
        if order.state not in {"placing", "placed", "delivered"}:
            return f"the order is {order.state} already"
        heard = replace(order, canceled_there=order.canceled_there or told.canceled)
        if order.state == "placed" or told.canceled:
            heard = replace(heard, due_at=ports.now())
        if heard == order:
            return None
        transaction = ports.store.transaction()
        ports.store.gift_cards.write(transaction, heard)
        try:
            transaction.commit()
        except Refused:
            continue
        return None
    raise AssertionError  # attempts() raises before this


def retry_gift_card(ports: Ports, reward_id: str, by: str, note: str) -> CardOrder:
    """Try an order again on command (P28). Raises NotFound, and Conflict where there is nothing to try."""
    for _ in attempts():
        order, reward = ports.store.gift_cards.get(reward_id), ports.store.rewards.get(reward_id)
        if order is None or reward is None:
            raise NotFound("gift card for the reward", reward_id)
        if order.state == "delivered":
            raise Conflict("the card was sent already")
        ended = order.state in {"failed", "canceled"}
        if ended and reward.status != "issued":
            raise Conflict(f"the reward is {reward.status}: there is no card to order")
        transaction = ports.store.transaction()
        again = once_more(order, ports.now()) if ended else replace(order, due_at=ports.now())
        ports.store.gift_cards.write(transaction, again)
        record_audit(ports, transaction, by, "gift card tried again", reward_id, note)
        try:
            transaction.commit()
        except Refused:
            continue
        return ports.store.gift_cards.get(reward_id) or again
    raise AssertionError  # attempts() raises before this
