"""Reads: one item, several by key, and lists in pages; an index tells which, the table tells what."""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import Attribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.domain.errors import InvalidInput, Unavailable
from chalicelib.storage.table import Item, Key

I = TypeVar("I", bound=Item)  # noqa: E741 - the customary name for "some item"
_LONGEST_KEY = 1024
#: What DynamoDB answers where it has too much to do just now, and botocore's own retries did not help.
BUSY = frozenset({"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"})


@dataclass(frozen=True)
class KeyPage:
    """Keys of one page, in order, and the cursor of the next."""

    keys: tuple[Key, ...]
    next: str | None


def read(model: type[I], pk: str, sk: str) -> I | None:
    """Fetch one item, consistently, or None; a key longer than keys can be is nobody's."""
    if len(pk.encode()) > _LONGEST_KEY or len(sk.encode()) > _LONGEST_KEY:
        return None
    try:
        return model.get(pk, sk, consistent_read=True)
    except model.DoesNotExist:
        return None
    except PynamoDBException as error:
        raise translated(error) from error


def read_all(model: type[I], keys: Iterable[Key]) -> dict[Key, I]:
    """Fetch several items by key, consistently, in batches of 100; those that are not there are left out."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    try:
        return {(item.pk, item.sk): item for item in model.batch_get(wanted, consistent_read=True)}
    except PynamoDBException as error:
        raise translated(error) from error


def read_in_order(model: type[I], keys: Iterable[Key]) -> list[I]:
    """Fetch what an index listed, in the index's order; what vanished in between is left out."""
    ordered = list(keys)
    found = read_all(model, ordered)
    return [found[key] for key in ordered if key in found]


def read_partition(model: type[I], pk: str, prefix: str) -> Iterator[I]:
    """Every item of one partition whose sort key begins with `prefix`, consistently."""
    try:
        yield from model.query(pk, model.sk.startswith(prefix), consistent_read=True)
    except PynamoDBException as error:
        raise translated(error) from error


def read_last(model: type[I], pk: str, prefix: str) -> I | None:
    """The last item of one partition whose sort key begins with `prefix`, consistently, or None."""
    try:
        condition = model.sk.startswith(prefix)
        return next(iter(model.query(pk, condition, consistent_read=True, scan_index_forward=False, limit=1)), None)
    except PynamoDBException as error:
        raise translated(error) from error


def list_keys(
    index: GlobalSecondaryIndex[Any],
    hash_key: str,
    condition: Condition | None = None,
    *,
    limit: int,
    cursor: str | None = None,
    newest_first: bool = False,
) -> KeyPage:
    """Read one page of an index; `cursor` is a previous page's `next`. Raises InvalidInput for a strange cursor."""
    try:
        found = index.query(
            hash_key,
            condition,
            limit=limit,
            page_size=limit,
            last_evaluated_key=_decoded(cursor) if cursor else None,
            scan_index_forward=not newest_first,
        )
        keys = tuple((item.pk, item.sk) for item in found)
    except PynamoDBException as error:
        if cursor and isinstance(error.cause, ClientError) and error.cause_response_code == "ValidationException":
            raise _strange_cursor() from error
        raise translated(error) from error
    following = found.last_evaluated_key if len(keys) == limit else None
    return KeyPage(keys, _encoded(following) if following else None)


def places(
    index: GlobalSecondaryIndex[Any],
    sort_key: Attribute[str],
    hash_key: str,
    condition: Condition | None = None,
    *,
    limit: int,
) -> list[tuple[str, str]]:
    """The first entries of one partition of an index: where each stands in it, and its partition in the table."""
    try:
        found = index.query(hash_key, condition, limit=limit, page_size=limit)
        return [(getattr(item, sort_key.attr_name), item.pk) for item in found]
    except PynamoDBException as error:
        raise translated(error) from error


def merge_keys(
    index: GlobalSecondaryIndex[Any],
    sort_key: Attribute[str],
    hash_keys: Iterable[str],
    *,
    limit: int,
    cursor: str | None,
) -> KeyPage:
    """Read one page over several partitions of an index as if they were one, newest first; a query for each."""
    before = _decoded(cursor).get("before", {}).get("S") if cursor else None
    if cursor and not before:
        raise _strange_cursor()
    # By key: what moves from one partition to the next between two queries is in both answers.
    places: dict[Key, str] = {}
    for hash_key in hash_keys:
        condition = sort_key < before if before else None
        try:
            items = index.query(hash_key, condition, limit=limit, page_size=limit, scan_index_forward=False)
            places.update({(item.pk, item.sk): getattr(item, sort_key.attr_name) for item in items})
        except PynamoDBException as error:
            raise translated(error) from error
    found = sorted(((place, key) for key, place in places.items()), reverse=True)
    page = found[:limit]
    following = _encoded({"before": {"S": page[-1][0]}}) if len(found) > limit or len(page) == limit else None
    return KeyPage(tuple(key for _, key in page), following)


def _encoded(key: dict[str, dict[str, Any]]) -> str:
    plain = {name: value["S"] for name, value in key.items()}
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> dict[str, dict[str, str]]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _strange_cursor() from error
    if (
        not isinstance(plain, dict)
        or not plain
        or not all(isinstance(value, str) and value for value in plain.values())
    ):
        raise _strange_cursor()
    return {name: {"S": value} for name, value in plain.items()}


def _strange_cursor() -> InvalidInput:
    return InvalidInput.of("cursor", "is not one that this list gave out")


def translated(error: PynamoDBException) -> Exception:
    """What to raise for pynamodb's error: Unavailable where the table could not be reached, or has too much to do."""
    busy = isinstance(error.cause, ClientError) and error.cause_response_code in BUSY
    return Unavailable(str(error.cause)) if busy or isinstance(error.cause, BotoCoreError) else error
