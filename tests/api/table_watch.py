"""Watch the table while something is done: which requests go to it, and what they leave behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import EndpointConnectionError

from chalicelib.storage.table import Item

Rows = dict[tuple[str, str], dict[str, Any]]


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Fail where a single item of the table is not as it was; rate limits and counters included."""
    before = rows()
    yield
    after = rows()
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert not changed, f"changed: {sorted(changed)}"


@contextmanager
def requests_made() -> Iterator[list[str]]:
    """Collect the names of the requests sent to DynamoDB."""
    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    events = _client().meta.events
    events.register("before-call.dynamodb", note)
    try:
        yield made
    finally:
        events.unregister("before-call.dynamodb", note)


@contextmanager
def table_unreachable() -> Iterator[None]:
    """Let every request to DynamoDB fail as it does where the network is down."""

    def fail(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://192.0.2.1")

    events = _client().meta.events
    events.register("before-call.dynamodb", fail)
    try:
        yield
    finally:
        events.unregister("before-call.dynamodb", fail)


def rows() -> Rows:
    """Every item of the table, by key."""
    found: Rows = {}
    start: dict[str, Any] = {}
    while True:
        page = _client().scan(TableName=Item.Meta.table_name, ConsistentRead=True, **start)
        found |= {(item["pk"]["S"], item["sk"]["S"]): item for item in page["Items"]}
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def kinds(found: Rows) -> list[str]:
    """What kinds of items these are: the part of each key before its first `#`, or the sort key beside a referral."""
    return sorted(pk.partition("#")[0] for pk, _ in found)


def _client() -> Any:
    return Item._get_connection().connection.client
