"""Orders of gift cards: one beside each reward that is given, among what is due as long as it is under way."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.gift_cards import CardOrder, CardTerms, CardWish
from chalicelib.domain.rewards import referral_of
from chalicelib.storage.reading import list_keys, read, read_in_order
from chalicelib.storage.table import Item, Key
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.work import due_key

_STUCK = "CARDS#stuck"
_SK = "CARD#"


class CardItem(Item):
    """`R#<referral>` / `CARD#<generation>`: beside its reward, guarded by its version."""

    participant_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    due_at = UTCDateTimeAttribute(null=True)
    state = UnicodeAttribute()
    round = NumberAttribute(default=1)
    attempts = NumberAttribute(default=0)
    unsure = BooleanAttribute(null=True)
    wish = JSONAttribute(null=True)
    provider_id = UnicodeAttribute(null=True)
    card_id = UnicodeAttribute(null=True)
    link = UnicodeAttribute(null=True)
    canceled_there = BooleanAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    stuck = BooleanAttribute(null=True)


class GiftCards:
    """What was ordered from the provider of gift cards, or is to be."""

    def get(self, reward_id: str) -> CardOrder | None:
        named = referral_of(reward_id)
        item = read(CardItem, f"R#{named[0]}", f"{_SK}{named[1]}") if named else None
        return _order(item) if item else None

    def stuck(self, *, limit: int) -> list[CardOrder]:
        """Those that need a person, the oldest first."""
        return [_order(item) for item in read_in_order(CardItem, list_keys(CardItem.lists, _STUCK, limit=limit).keys)]

    def write(self, transaction: Transaction, order: CardOrder) -> None:
        """Add an order (version 0) or change one; refused as `card` where it is not as it was read."""
        item = _item(order)
        if order.version == 0:
            transaction.create("card", item)
        else:
            transaction.replace("card", item, order.version)


def card_in(pk: str, sk: str) -> str | None:
    """The id of the reward whose order this key names, or None for another kind of item."""
    if not (pk.startswith("R#") and sk.startswith(_SK)):
        return None
    return f"rew_{pk.removeprefix('R#').removeprefix('ref_')}-{sk.removeprefix(_SK)}"


def _key(reward_id: str) -> Key:
    named = referral_of(reward_id)
    if named is None:
        raise ValueError(f"{reward_id} is not a reward's id")
    return f"R#{named[0]}", f"{_SK}{named[1]}"


def _item(order: CardOrder) -> CardItem:
    work_pk, work_sk = due_key(order.due_at, order.reward_id) if order.due_at else (None, None)
    return CardItem(
        *_key(order.reward_id),
        list_pk=_STUCK if order.stuck else None,
        list_sk=f"{order.created_at:%Y-%m-%dT%H:%M:%S.%f}#{order.reward_id}" if order.stuck else None,
        work_pk=work_pk,
        work_sk=work_sk,
        version=order.version + 1,
        participant_id=order.participant_id,
        created_at=order.created_at,
        due_at=order.due_at,
        state=order.state,
        round=order.round,
        attempts=order.attempts,
        unsure=order.unsure or None,
        wish=_wish_as_json(order.wish) if order.wish else None,
        provider_id=order.provider_id,
        card_id=order.card_id,
        link=order.link,
        canceled_there=order.canceled_there or None,
        reason=order.reason,
        stuck=order.stuck or None,
    )


def _order(item: CardItem) -> CardOrder:
    return CardOrder(
        reward_id=card_in(item.pk, item.sk) or "",
        participant_id=item.participant_id,
        created_at=item.created_at,
        due_at=item.due_at,
        state=item.state,  # type: ignore[arg-type]  # written from the same Literal
        round=int(item.round),
        attempts=int(item.attempts),
        unsure=bool(item.unsure),
        wish=_wish(item.wish) if item.wish else None,
        provider_id=item.provider_id,
        card_id=item.card_id,
        link=item.link,
        canceled_there=bool(item.canceled_there),
        reason=item.reason,
        stuck=bool(item.stuck),
        version=int(item.version or 1),
    )


def _wish_as_json(wish: CardWish) -> dict[str, object]:
    return {
        "external_id": wish.external_id,
        "amount_cents": wish.amount_cents,
        "currency": wish.currency,
        "recipient": wish.recipient,
        "campaign_id": wish.terms.campaign_id,
        "products": list(wish.terms.products),
        "funding_source_id": wish.terms.funding_source_id,
    }


def _wish(raw: dict[str, object]) -> CardWish:
    terms = CardTerms(raw["campaign_id"], tuple(raw["products"]), raw["funding_source_id"])  # type: ignore[arg-type]
    return CardWish(raw["external_id"], raw["amount_cents"], raw["currency"], raw["recipient"], terms)  # type: ignore[arg-type]
