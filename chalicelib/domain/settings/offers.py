"""What a friend is offered, and when."""

from typing import cast

from chalicelib.domain.discounts import Terms
from chalicelib.domain.fields import Fields
from chalicelib.domain.offers import Offer
from chalicelib.domain.participants import SEGMENTS, Segment
from chalicelib.domain.settings.defaults import DEFAULTS


def parse_offers(fields: Fields) -> tuple[Offer, ...]:
    offers = []
    for entry in fields.objects("offers", most=50):
        entry.only(DEFAULTS["offers"][0])
        offers.append(
            Offer(
                id=entry.text("id", most=40, required=True) or "",
                segment=cast(Segment, entry.choice("segment", SEGMENTS, "customer")),
                headline=entry.text("headline", most=120, required=True) or "",
                friend_text=entry.text("friend_text", most=300, required=True) or "",
                referrer_text=entry.text("referrer_text", most=160, required=True) or "",
                starts_at=entry.time("starts_at"),
                ends_at=entry.time("ends_at"),
                friend_discount=_terms(entry, "friend_discount"),
            )
        )
    if len({offer.id for offer in offers}) != len(offers):
        fields.refuse("offers", "two offers have the same id")
    for offer in offers:
        if offer.starts_at is not None and offer.ends_at is not None and offer.ends_at <= offer.starts_at:
            fields.refuse("offers", f"the offer {offer.id} ends before it starts")
    return tuple(offers)


def _terms(entry: Fields, name: str) -> Terms | None:
    fields = entry.object(name)
    if fields is None:
        return None
    fields.only({"amount_cents", "percent"})
    terms = Terms(fields.cents(), fields.integer("percent", least=1, most=100))
    if (terms.percent is None) == (not terms.amount_cents):
        entry.refuse(name, "must say amount_cents above 0, or percent, and not both")
    return terms
