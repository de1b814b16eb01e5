"""The queue of results reviews that a person has to hold."""

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage.reading import list_keys
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_SK = "RESULTS"
_QUEUE = "RESULTS"


class ResultsReviewItem(Item):
    """`P#<code>` / `RESULTS`: this participant's results review is due and nobody has held it."""

    participant_id = UnicodeAttribute()


class ResultsReviews:
    """With whom a results review is due."""

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[str], str | None]:
        """Codes of participants, the longest waiting first."""
        keys = list_keys(ResultsReviewItem.lists, _QUEUE, limit=limit, cursor=cursor)
        return [pk.removeprefix("P#") for pk, _ in keys.keys], keys.next

    def ask(self, transaction: Transaction, code: str, at: datetime) -> None:
        """Put a participant into the queue."""
        order = f"{at:%Y-%m-%dT%H:%M:%S.%f}#{code}"
        transaction.put(
            "results", ResultsReviewItem(f"P#{code}", _SK, list_pk=_QUEUE, list_sk=order, participant_id=code)
        )

    def forget(self, transaction: Transaction, code: str) -> None:
        """Take them out; nothing happens where they are not in."""
        transaction.delete("results", ResultsReviewItem(f"P#{code}", _SK))
