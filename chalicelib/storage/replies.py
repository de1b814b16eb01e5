"""Texts that came in, each once, the newest first."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.replies import Reply
from chalicelib.storage.reading import list_keys, read, read_in_order
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_SK = "REPLY"
_LIST = "REPLIES"


class ReplyItem(Item):
    """`Y#<id>` / `REPLY`, written once; the id is the provider's own name for the text."""

    phone = UnicodeAttribute()
    text = UnicodeAttribute()
    at = UTCDateTimeAttribute()
    meaning = UnicodeAttribute()
    participant_id = UnicodeAttribute(null=True)
    referral_id = UnicodeAttribute(null=True)


class Replies:
    """Every text that people sent us."""

    def get(self, reply_id: str) -> Reply | None:
        item = read(ReplyItem, f"Y#{reply_id}", _SK)
        return _reply(item) if item else None

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[Reply], str | None]:
        """Newest first."""
        keys = list_keys(ReplyItem.lists, _LIST, limit=limit, cursor=cursor, newest_first=True)
        return [_reply(item) for item in read_in_order(ReplyItem, keys.keys)], keys.next

    def record(self, transaction: Transaction, reply: Reply) -> None:
        """Refused as `reply` where this text came in before."""
        item = ReplyItem(
            f"Y#{reply.id}",
            _SK,
            list_pk=_LIST,
            list_sk=f"{reply.at:%Y-%m-%dT%H:%M:%S.%f}#{reply.id}",
            phone=reply.phone,
            text=reply.text,
            at=reply.at,
            meaning=reply.meaning,
            participant_id=reply.participant_id,
            referral_id=reply.referral_id,
        )
        transaction.create("reply", item)


def _reply(item: ReplyItem) -> Reply:
    return Reply(
        id=item.pk.removeprefix("Y#"),
        phone=item.phone,
        text=item.text,
        at=item.at,
        meaning=item.meaning,  # type: ignore[arg-type]  # written from the same Literal
        participant_id=item.participant_id,
        referral_id=item.referral_id,
    )
