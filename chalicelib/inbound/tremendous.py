"""Tremendous' notices about orders and rewards: each says which one changed, and is a reason to look at it again."""

from chalicelib.domain.errors import Deferred
from chalicelib.domain.events import Event, GiftCardTold
from chalicelib.domain.fields import Fields
from chalicelib.domain.strict_json import read_object
from chalicelib.services.ports import CardError, GiftCards, Parser

#: What may change how one of our orders stands; the others of its thirty kinds are answered and ignored.
_TYPES = frozenset(
    {
        "ORDERS.APPROVED",
        "ORDERS.CANCELED",
        "ORDERS.FAILED",
        "REWARDS.CANCELED",
        "REWARDS.FLAGGED",
        "REWARDS.DELIVERY.FAILED",
        "REWARDS.DELIVERY.SUCCEEDED",
    }
)
_CANCELED = frozenset({"ORDERS.CANCELED", "REWARDS.CANCELED"})
_RESOURCES = ("orders", "rewards")


def notice(body: bytes) -> Event | None:
    """Read a notice, without what it is about; None for a kind we have no use for. Raises Unreadable, InvalidInput."""
    read = _read(body)
    return read[0] if read else None


def parser(cards: GiftCards | None) -> Parser:
    """A parser that asks the provider which of our orders a notice is about."""

    def parse(body: bytes, event_id: str, region: str) -> list[Event]:
        read = _read(body)
        if read is None:
            return []
        event, resource, identifier = read
        if cards is None:
            raise Deferred("GOODWORD_TREMENDOUS_KEY is not set, so the order cannot be read")
        try:
            name = cards.name_of(resource, identifier)
        except CardError as error:
            raise Deferred(str(error)) from error
        fact = GiftCardTold(name, event.type in _CANCELED) if name else None
        return [Event(event_id, event.type, event.at, fact)]

    return parse


def _read(body: bytes) -> tuple[Event, str, str] | None:
    fields = Fields(read_object(body))
    identifier = fields.text("uuid", most=100, required=True)
    kind = fields.text("event", most=100, required=True)
    at = fields.time("created_utc", required=True)
    payload = fields.object("payload", required=True)
    if kind is not None and kind not in _TYPES:
        fields.done()
        return None
    resource = payload.object("resource", required=True) if payload else None
    named = resource.text("id", most=60, required=True) if resource else None
    what = resource.choice("type", _RESOURCES) if resource else None
    if resource is not None and what is None and not resource.errors:
        resource.refuse("type", "is required: orders or rewards")
    fields.done()
    if at is None or identifier is None or kind is None or named is None or what is None:
        return None
    return Event(identifier, kind, at, None), what, named
