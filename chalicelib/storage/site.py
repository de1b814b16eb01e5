"""How far a rendering of all pages has come, and when the leaderboard is to be published again."""

from datetime import datetime

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.domain.rebuild import Rebuild
from chalicelib.storage.reading import read
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.work import due_key

_PK, _SK = "SITE", "REBUILD"
_TURN = "TURN"


class SiteItem(Item):
    """`SITE` / `REBUILD`, guarded by its version; in the list of what is due until it is done."""

    digest = UnicodeAttribute()
    cursor = UnicodeAttribute(null=True)
    done = BooleanAttribute(default=False)


class TurnItem(Item):
    """`SITE` / `TURN`: the leaderboard has to be published again: shortly after a change, and when a month is over."""


class SiteState:
    """The one rebuild there is; each step's write wakes the next through the stream."""

    def get(self) -> Rebuild | None:
        item = read(SiteItem, _PK, _SK)
        return Rebuild(item.digest, item.cursor, item.done, int(item.version or 1)) if item else None

    def write(self, transaction: Transaction, rebuild: Rebuild, due_at: datetime) -> None:
        """Refused as `site` where somebody else is rebuilding."""
        work_pk, work_sk = (None, None) if rebuild.done else due_key(due_at, "site")
        item = SiteItem(
            _PK,
            _SK,
            work_pk=work_pk,
            work_sk=work_sk,
            digest=rebuild.digest,
            cursor=rebuild.cursor,
            done=rebuild.done,
            version=rebuild.version + 1,
        )
        if rebuild.version == 0:
            transaction.create("site", item)
        else:
            transaction.replace("site", item, rebuild.version)

    def plan_turn(self, transaction: Transaction, due_at: datetime) -> None:
        """Make sure the leaderboard is published at `due_at`, whatever happens until then."""
        work_pk, work_sk = due_key(due_at, "turn")
        transaction.put("turn", TurnItem(_PK, _TURN, work_pk=work_pk, work_sk=work_sk))

    def forget_turn(self, transaction: Transaction) -> None:
        transaction.delete("turn", TurnItem(_PK, _TURN))


def is_turn(pk: str, sk: str) -> bool:
    return (pk, sk) == (_PK, _TURN)


def is_rebuild(pk: str, sk: str) -> bool:
    return (pk, sk) == (_PK, _SK)
