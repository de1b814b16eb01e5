"""The orders behind gift cards, for staff (P6, P28)."""

from chalicelib.api.call import Call
from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import Fields
from chalicelib.domain.gift_cards import CardOrder
from chalicelib.services.nudge_gift_card import retry_gift_card
from chalicelib.services.shapes import time_shape


def show_gift_card(call: Call, reward_id: str) -> dict[str, object]:
    """How the order of a reward's gift card stands."""
    order = call.program.ports.store.gift_cards.get(reward_id)
    if order is None:
        raise NotFound("gift card for the reward", reward_id[:60])
    return _shape(order)


def post_gift_card(call: Call, reward_id: str) -> dict[str, object]:
    """Try a gift card's order again now, whatever it waits for, with a note (P28)."""
    fields = Fields(call.body())
    fields.only({"note"})
    note = fields.text("note", most=500, required=True)
    fields.done()
    return _shape(retry_gift_card(call.program.ports, reward_id[:100], call.actor.name, note or ""))


def _shape(order: CardOrder) -> dict[str, object]:
    """Without the link: who has it has the money."""
    return {
        "reward_id": order.reward_id,
        "state": order.state,
        "external_id": order.external_id,
        "provider_id": order.provider_id,
        "attempts": order.attempts,
        "reason": order.reason,
        "due_at": time_shape(order.due_at),
        "created_at": time_shape(order.created_at),
    }
