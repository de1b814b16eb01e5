"""The one table: its keys, its two indexes, and the one client every repository shares."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError
from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import TableError
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.domain.errors import Unavailable

Key = tuple[str, str]
Row = dict[str, dict[str, Any]]
LISTS = "lists"
WORK = "work"


@dataclass(frozen=True)
class TableSettings:
    """Where the table is. `endpoint` is None on AWS; timeouts in seconds."""

    name: str
    region: str
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    connect_timeout: float = 1
    read_timeout: float = 3
    attempts: int = 3


class Lists(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]  # pynamodb leaves it untyped
    """Things of one kind, in order: participants by name, a participant's referrals, messages by time."""

    class Meta:
        index_name = LISTS
        projection = KeysOnlyProjection()

    list_pk = UnicodeAttribute(hash_key=True)
    list_sk = UnicodeAttribute(range_key=True)


class Work(GlobalSecondaryIndex["Item"]):  # type: ignore[no-untyped-call]  # pynamodb leaves it untyped
    """Sparse: what is due, what is stuck, referrals by stage, rewards by status, the leaderboard."""

    class Meta:
        index_name = WORK
        projection = KeysOnlyProjection()

    work_pk = UnicodeAttribute(hash_key=True)
    work_sk = UnicodeAttribute(range_key=True)


class Item(Model):
    """What every item has. Both indexes hold keys only, so that a counter's change costs one write and no more."""

    class Meta:
        table_name = "goodword"
        stream_view_type = "NEW_AND_OLD_IMAGES"
        billing_mode = "PAY_PER_REQUEST"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    list_pk = UnicodeAttribute(null=True)
    list_sk = UnicodeAttribute(null=True)
    work_pk = UnicodeAttribute(null=True)
    work_sk = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    expires_at = TTLAttribute(null=True)
    lists = Lists()
    work = Work()


def row(model: type[Item], **values: Any) -> Row:
    """An item as it goes over the wire, by the model's own attributes; None is left out.

    For what a request writes: making a model of it first costs five times as much.
    """
    attributes = model.get_attributes()
    return {
        name: {attributes[name].attr_type: attributes[name].serialize(value)}
        for name, value in values.items()
        if value is not None
    }


def bind(settings: TableSettings) -> Connection:
    """Point every model at one table through one client; pynamodb keeps this per class, so it is per process."""
    meta = Item.Meta
    for name, value in {
        "table_name": settings.name,
        "region": settings.region,
        "host": settings.endpoint,
        "aws_access_key_id": settings.access_key,
        "aws_secret_access_key": settings.secret_key,
        "connect_timeout_seconds": settings.connect_timeout,
        "read_timeout_seconds": settings.read_timeout,
        "max_retry_attempts": settings.attempts,
        "max_pool_connections": 32,
    }.items():
        setattr(meta, name, value)
    # Models inherit the base class's connection as long as they have none of their own.
    Item._connection = None
    return Item._get_connection().connection


def create_table() -> None:
    """Make the table with its stream and its expiry, as `infra/resources.yaml` does on AWS; nothing if it exists.

    Raises Unavailable where nothing answers at its endpoint.
    """
    try:
        if not Item.exists():
            Item.create_table(wait=True)
    except TableError as error:
        if isinstance(error.cause, BotoCoreError):
            raise Unavailable(str(error.cause)) from error
        if error.cause_response_code != "ResourceInUseException":
            raise
