"""What is due: one list over all kinds of work, so that a schedule finds everything the stream could not finish."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.storage.reading import list_keys, places, read
from chalicelib.storage.table import Item, Key
from chalicelib.storage.transaction import Transaction

_DUE = "DUE"
_PAGE = 50
_STAMP = "%Y-%m-%dT%H:%M:%S.%f"


class SettleItem(Item):
    """`R#<id>` / `SETTLE`: this referral's reward has to be looked at when it is due (just now, or after a hold)."""

    referral_id = UnicodeAttribute()


class FollowItem(Item):
    """`P#<code>` / `FOLLOW`: what follows this participant's ask has to be looked at when it is due."""

    participant_id = UnicodeAttribute()


class LookItem(Item):
    """`R#<id>` / `LOOK`: invoices that may be this referral's have to be looked for once more when it is due."""

    referral_id = UnicodeAttribute()


class Work:
    """The list of what is due."""

    def due(self, now: datetime) -> Iterator[Key]:
        """Keys of all that was due by `now`, the longest overdue first, read page by page."""
        before, cursor = Item.work_sk < _stamp(now + timedelta(microseconds=1)), None
        while True:
            page = list_keys(Item.work, _DUE, before, limit=_PAGE, cursor=cursor)
            yield from page.keys
            cursor = page.next
            if cursor is None:
                return

    def oldest(self, now: datetime) -> datetime | None:
        """Since when the longest overdue piece of work has been due; None where nothing is."""
        before = Item.work_sk < _stamp(now + timedelta(microseconds=1))
        first = places(Item.work, Item.work_sk, _DUE, before, limit=1)
        return datetime.strptime(first[0][0].partition("#")[0], _STAMP).replace(tzinfo=UTC) if first else None

    def plan_settlement(self, transaction: Transaction, referral_id: str, due_at: datetime) -> None:
        """Make sure the referral is settled at `due_at` even if whoever asks for it dies before."""
        work_pk, work_sk = due_key(due_at, referral_id)
        item = SettleItem(f"R#{referral_id}", "SETTLE", work_pk=work_pk, work_sk=work_sk, referral_id=referral_id)
        transaction.put("settle", item)

    def planned(self, referral_id: str) -> bool:
        """Whether a settlement of this referral stands in the list, now or for later."""
        return read(SettleItem, f"R#{referral_id}", "SETTLE") is not None

    def forget_settlement(self, transaction: Transaction, referral_id: str) -> None:
        transaction.delete("settle", SettleItem(f"R#{referral_id}", "SETTLE"))

    def plan_following(self, transaction: Transaction, code: str, due_at: datetime) -> None:
        """Make sure that what follows a participant's ask is looked at, at `due_at`."""
        work_pk, work_sk = due_key(due_at, code)
        transaction.put(
            "follow", FollowItem(f"P#{code}", "FOLLOW", work_pk=work_pk, work_sk=work_sk, participant_id=code)
        )

    def forget_following(self, transaction: Transaction, code: str) -> None:
        transaction.delete("follow", FollowItem(f"P#{code}", "FOLLOW"))

    def plan_look(self, transaction: Transaction, referral_id: str, due_at: datetime) -> None:
        """Make sure that invoices are looked for once more at `due_at`."""
        work_pk, work_sk = due_key(due_at, referral_id)
        item = LookItem(f"R#{referral_id}", "LOOK", work_pk=work_pk, work_sk=work_sk, referral_id=referral_id)
        transaction.put("look", item)

    def forget_look(self, transaction: Transaction, referral_id: str) -> None:
        transaction.delete("look", LookItem(f"R#{referral_id}", "LOOK"))


def due_key(at: datetime, name: str) -> Key:
    """Where an item stands in the list of what is due."""
    return _DUE, f"{_stamp(at)}#{name}"


def settlement_in(pk: str, sk: str) -> str | None:
    """The id of the referral to be settled, or None for another kind of item."""
    return pk.removeprefix("R#") if pk.startswith("R#") and sk == "SETTLE" else None


def following_in(pk: str, sk: str) -> str | None:
    """The code of the participant to be looked at, or None for another kind of item."""
    return pk.removeprefix("P#") if pk.startswith("P#") and sk == "FOLLOW" else None


def look_in(pk: str, sk: str) -> str | None:
    """The id of the referral whose invoices are to be looked for, or None for another kind of item."""
    return pk.removeprefix("R#") if pk.startswith("R#") and sk == "LOOK" else None


def _stamp(at: datetime) -> str:
    return f"{at:{_STAMP}}"
