"""What the friend gets, and what the referrer is told they get; belongs to a segment, several at once (O4, O13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.discounts import Terms
from chalicelib.domain.participants import Segment

#: What a referrer gets while no offer runs.
REWARD_FOR_ALL = "a reward for each friend whose job we complete"
#: What a friend must read beside a link that they are sent (16 CFR 255.5).
DISCLOSURE = "Just so you know: I get a reward if you become their customer."


@dataclass(frozen=True)
class Offer:
    """`headline` and `friend_text` stand on the landing page, `referrer_text` in messages and the disclosure.

    `friend_discount`: the friend gets a code of their own with their request (F5).
    """

    id: str
    segment: Segment
    headline: str
    friend_text: str
    referrer_text: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    friend_discount: Terms | None = None

    def runs(self, now: datetime) -> bool:
        return (self.starts_at is None or self.starts_at <= now) and (self.ends_at is None or now < self.ends_at)


def current_offer(offers: Iterable[Offer], segment: Segment, now: datetime) -> Offer | None:
    """The segment's running offer: the one that began last, so that a campaign takes over from the standing offer."""
    running = [offer for offer in offers if offer.segment == segment and offer.runs(now)]
    return max(running, key=lambda offer: (offer.starts_at is not None, offer.starts_at or now), default=None)


def offer_taken(offers: Iterable[Offer], named: str | None, now: datetime) -> Offer | None:
    """The running offer that a landing page names; of a page that names none, or an ended one, the customers'."""
    running = [offer for offer in offers if offer.runs(now)]
    return next((offer for offer in running if offer.id == named), None) or current_offer(running, "customer", now)
