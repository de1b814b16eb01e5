"""The queue of flagged referrals that a person has to look at."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.referrals import Referral
from chalicelib.storage.reading import list_keys
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_SK = "REVIEW"
_QUEUE = "REVIEWS"


class ReviewItem(Item):
    """`R#<id>` / `REVIEW`: this referral is flagged and nobody has decided about it."""

    referral_id = UnicodeAttribute()


class Reviews:
    """Who waits for a person's look."""

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[str], str | None]:
        """Ids of referrals, the oldest first."""
        keys = list_keys(ReviewItem.lists, _QUEUE, limit=limit, cursor=cursor)
        return [pk.removeprefix("R#") for pk, _ in keys.keys], keys.next

    def ask(self, transaction: Transaction, referral: Referral) -> None:
        """Put a referral into the queue."""
        order = f"{referral.created_at:%Y-%m-%dT%H:%M:%S.%f}#{referral.id}"
        item = ReviewItem(f"R#{referral.id}", _SK, list_pk=_QUEUE, list_sk=order, referral_id=referral.id)
        transaction.put("review", item)

    def forget(self, transaction: Transaction, referral_id: str) -> None:
        """Take it out; nothing happens where it is not in."""
        transaction.delete("review", ReviewItem(f"R#{referral_id}", _SK))
