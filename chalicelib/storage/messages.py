"""The outbox: intents by time, and what is due or stuck."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.errors import Raw
from chalicelib.domain.messages import STATUSES, Message, MessageStatus
from chalicelib.storage.reading import merge_keys, read, read_in_order
from chalicelib.storage.table import Item, Row, row
from chalicelib.storage.transaction import Transaction
from chalicelib.storage.work import due_key

_SK = "MESSAGE"


class MessageItem(Item):
    """`M#<id>` / `MESSAGE`, guarded by its version; the id is the business key of its one cause."""

    template = UnicodeAttribute()
    channel = UnicodeAttribute()
    recipient = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    due_at = UTCDateTimeAttribute()
    status = UnicodeAttribute()
    participant_id = UnicodeAttribute(null=True)
    referral_id = UnicodeAttribute(null=True)
    reward_id = UnicodeAttribute(null=True)
    reply_id = UnicodeAttribute(null=True)
    sign_in_id = UnicodeAttribute(null=True)
    to = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    provider_id = UnicodeAttribute(null=True)
    sent_at = UTCDateTimeAttribute(null=True)


class Messages:
    """Every message that was, or is to be, sent."""

    def get(self, message_id: str) -> Message | None:
        item = read(MessageItem, f"M#{message_id}", _SK)
        return _message(item) if item else None

    def page(self, *, status: MessageStatus | None, limit: int, cursor: str | None) -> tuple[list[Message], str | None]:
        """Newest first, all or with one status."""
        partitions = [f"MESSAGES#{known}" for known in ([status] if status else STATUSES)]
        keys = merge_keys(MessageItem.lists, MessageItem.list_sk, partitions, limit=limit, cursor=cursor)
        return [_message(item) for item in read_in_order(MessageItem, keys.keys)], keys.next

    def queue(self, transaction: Transaction, message: Message) -> None:
        """Commit the intent; refused as `message:<template>` where its cause has brought it about already."""
        transaction.create(f"message:{message.template}", _row(message, message.version))

    def change(self, transaction: Transaction, message: Message) -> None:
        """Refused as `message` where somebody changed it since it was read."""
        transaction.replace("message", _row(message, message.version + 1), message.version, MessageItem)


def message_in(pk: str, sk: str) -> str | None:
    """The id of the message whose item this key names, or None for another kind of item."""
    return pk.removeprefix("M#") if pk.startswith("M#") and sk == _SK else None


def message_shown(image: Raw) -> Message:
    """The message in an item as it goes over the wire."""
    return _message(MessageItem.from_raw_data(dict(image)))


def _row(message: Message, version: int) -> Row:
    work_pk, work_sk = _work(message)
    return row(
        MessageItem,
        pk=f"M#{message.id}",
        sk=_SK,
        list_pk=f"MESSAGES#{message.status}",
        list_sk=f"{message.created_at:%Y-%m-%dT%H:%M:%S.%f}#{message.id}",
        work_pk=work_pk,
        work_sk=work_sk,
        version=version,
        template=message.template,
        channel=message.channel,
        recipient=message.recipient,
        created_at=message.created_at,
        due_at=message.due_at,
        status=message.status,
        participant_id=message.participant_id,
        referral_id=message.referral_id,
        reward_id=message.reward_id,
        reply_id=message.reply_id,
        sign_in_id=message.sign_in_id,
        to=message.to,
        subject=message.subject,
        text=message.text,
        reason=message.reason,
        provider_id=message.provider_id,
        sent_at=message.sent_at,
    )


def _work(message: Message) -> tuple[str | None, str | None]:
    # A claimed message stays in sight: if its sender dies, what became of it is unknown and must be said.
    if message.status in {"queued", "claimed"}:
        return due_key(message.due_at, message.id)
    return None, None


def _message(item: MessageItem) -> Message:
    return Message(
        id=item.pk.removeprefix("M#"),
        template=item.template,  # type: ignore[arg-type]  # written from the same Literal
        channel=item.channel,  # type: ignore[arg-type]  # written from the same Literal
        recipient=item.recipient,  # type: ignore[arg-type]  # written from the same Literal
        created_at=item.created_at,
        due_at=item.due_at,
        participant_id=item.participant_id,
        referral_id=item.referral_id,
        reward_id=item.reward_id,
        reply_id=item.reply_id,
        sign_in_id=item.sign_in_id,
        status=item.status,  # type: ignore[arg-type]  # written from the same Literal
        to=item.to,
        subject=item.subject,
        text=item.text,
        reason=item.reason,
        provider_id=item.provider_id,
        sent_at=item.sent_at,
        version=int(item.version or 1),
    )
