"""All items at once, as they stand: for leaving and coming back, never on a request's path nor for what follows one."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection

from chalicelib.domain.errors import Contended, Refused, Unavailable
from chalicelib.domain.messages import Message
from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward
from chalicelib.storage.messages import message_in, message_shown
from chalicelib.storage.participants import code_in, participant_in
from chalicelib.storage.reading import read
from chalicelib.storage.referrals import referral_in, referral_shown
from chalicelib.storage.rewards import is_reward, reward_shown
from chalicelib.storage.stream import ASLEEP, change_in
from chalicelib.storage.table import Item, Row
from chalicelib.storage.transaction import Transaction

_BATCH = 25  # the most BatchWriteItem takes
_WRITERS = 8
_TOGETHER = 100  # the most a transaction takes
_ATTEMPTS = 12
_FIRST_PAUSE_SECONDS = 0.02
_PK = "RESTORE"
#: What a deployment knows of itself, not of its business: how far its pages are, what its owner was told is stuck.
_OWN = frozenset({_PK, "SITE", "STUCK"})
_DUE = {"S": "DUE"}


class RestoreItem(Item):
    """`RESTORE` / `RESTORE`: which export is being written into this table, and whether all of it is there."""

    checksum = UnicodeAttribute()
    state = UnicodeAttribute()


class Whole:
    """The table as a heap of items."""

    def __init__(self, connection: Connection, pause: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._pause = pause

    def rows(self) -> Iterator[Row]:
        """Every item but a deployment's own, consistently, in no order; reads the whole table."""
        return (awake(row) for row in self._scan() if row["pk"]["S"] not in _OWN)

    def first(self) -> str | None:
        """The partition of any item that stands here, but a deployment's own; None where the table is empty."""
        found = self._send("Scan", {"TableName": Item.Meta.table_name, "Limit": len(_OWN) + 1, "ConsistentRead": True})
        return next((row["pk"]["S"] for row in found["Items"] if row["pk"]["S"] not in _OWN), None)

    def record(self, row: Row) -> Participant | Referral | Reward | Message | None:
        """What a spreadsheet is to show of an item, or None for another kind of item."""
        pk, sk = row["pk"]["S"], row["sk"]["S"]
        if code_in(pk, sk) is not None:
            return participant_in(row)
        if referral_in(pk, sk) is not None:
            return referral_shown(row)
        if message_in(pk, sk) is not None:
            return message_shown(row)
        if is_reward(pk, sk):
            return reward_shown(row)
        return None

    def put(self, rows: Iterable[Row], progress: Callable[[int], None]) -> None:
        """Write items over whatever stands there; what something follows from is put asleep.

        Raises Contended where the table takes no more for now.
        """
        waiting = iter(rows)
        batches = iter(lambda: [{"PutRequest": {"Item": laid_down(row)}} for row in islice(waiting, _BATCH)], [])
        with ThreadPoolExecutor(_WRITERS) as writers:
            while round_of := list(islice(batches, _WRITERS)):
                for written in writers.map(self._put, round_of):
                    progress(written)

    def wake(self, progress: Callable[[int], None]) -> None:
        """Set going what was put asleep; what is awake already stays as it is by now. Reads the whole table."""
        expression = {"FilterExpression": f"attribute_exists({ASLEEP})"}
        sleeping = self._scan(**expression)
        while together := list(islice(sleeping, _TOGETHER)):
            self._wake(together)
            progress(len(together))

    def amend(self, row: Row, after: Row | None) -> bool:
        """Write an item differently, or remove it; False where somebody changed it since it was read.

        Counters that are added to without a version are let be.
        """
        table, key = Item.Meta.table_name, {name: row[name] for name in ("pk", "sk")}
        condition = "version = :was" if "version" in row else "attribute_exists(pk)"
        values: dict[str, Any] = {":was": row["version"]} if "version" in row else {}
        kwargs: dict[str, Any] = {"TableName": table, "Key": key, "ConditionExpression": condition}
        if after is not None:
            if "version" in row:
                after = {**after, "version": {"N": str(int(row["version"]["N"]) + 1)}}
            names, set_values, kwargs["UpdateExpression"] = _difference(row, after)
            kwargs["ExpressionAttributeNames"] = names
            values |= set_values
        if values:
            kwargs["ExpressionAttributeValues"] = values
        try:
            self._send("DeleteItem" if after is None else "UpdateItem", kwargs)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def state(self) -> tuple[str, str] | None:
        """The checksum of the export that is being restored here, and `copying` or `waking`; None where none is."""
        item = read(RestoreItem, _PK, _PK)
        return (item.checksum, item.state) if item else None

    def begin(self, transaction: Transaction, checksum: str) -> None:
        """Refused as `restore` where one has begun."""
        transaction.create("restore", RestoreItem(_PK, _PK, checksum=checksum, state="copying"))

    def all_there(self, transaction: Transaction, checksum: str) -> None:
        """Note that everything was written, and only waits to be woken; never refused."""
        transaction.put("restore", RestoreItem(_PK, _PK, checksum=checksum, state="waking"))

    def end(self, transaction: Transaction) -> None:
        """Forget the restore; never refused."""
        transaction.delete("restore", RestoreItem(_PK, _PK))

    def _scan(self, **parts: Any) -> Iterator[Row]:
        kwargs = {"TableName": Item.Meta.table_name, "ConsistentRead": True, **parts}
        while True:
            found = self._send("Scan", kwargs)
            yield from found["Items"]
            if "LastEvaluatedKey" not in found:
                return
            kwargs = {**kwargs, "ExclusiveStartKey": found["LastEvaluatedKey"]}

    def _put(self, puts: list[Any]) -> int:
        table, written = Item.Meta.table_name, len(puts)
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._pause(_FIRST_PAUSE_SECONDS * 2**attempt)
            puts = self._send("BatchWriteItem", {"RequestItems": {table: puts}})["UnprocessedItems"].get(table, [])
            if not puts:
                return written
        raise Contended("the table takes no more items for now; the same command again goes on from here")

    def _wake(self, rows: Sequence[Row]) -> None:
        transaction = Transaction(self._connection)
        for number, row in enumerate(rows):
            _add_waking(transaction, f"wake:{number}", row)
        try:
            transaction.commit()
        except Refused:
            if len(rows) > 1:
                for row in rows:
                    self._wake([row])

    def _send(self, operation: str, kwargs: dict[str, Any]) -> Any:
        try:
            return self._connection.dispatch(operation, dict(kwargs))
        except BotoCoreError as error:
            raise Unavailable(str(error)) from error


def _difference(before: Row, after: Row) -> tuple[dict[str, str], dict[str, Any], str]:
    """Names, values and the expression that make one item of another."""
    changed = [name for name in after if after[name] != before.get(name)]
    removed = [name for name in before if name not in after]
    names = {f"#{number}": name for number, name in enumerate([*changed, *removed])}
    placed = {name: placeholder for placeholder, name in names.items()}
    values = {f":{placed[name][1:]}": after[name] for name in changed}
    parts = [
        "SET " + ", ".join(f"{placed[name]} = :{placed[name][1:]}" for name in changed) if changed else "",
        "REMOVE " + ", ".join(placed[name] for name in removed) if removed else "",
    ]
    return names, values, " ".join(part for part in parts if part)


def laid_down(row: Row) -> Row:
    """An item as it is put first: where something would follow from it, the stream and the schedule pass it over."""
    due = row.get("work_pk") == _DUE
    record = {"dynamodb": {"Keys": {"pk": row["pk"], "sk": row["sk"]}, "NewImage": row}}
    if not due and change_in(record) is None:
        return row
    place = {name: row[name] for name in ("work_pk", "work_sk")} if due else {}
    rest = {name: value for name, value in row.items() if name not in place}
    return {**rest, ASLEEP: {"M": place}}


def awake(row: Row) -> Row:
    """The item as it will be, or is, when it was woken."""
    if ASLEEP not in row:
        return row
    return {**{name: value for name, value in row.items() if name != ASLEEP}, **row[ASLEEP]["M"]}


def _add_waking(transaction: Transaction, name: str, row: Row) -> None:
    place = row[ASLEEP]["M"]
    setting = "SET work_pk = :pk, work_sk = :sk " if place else ""
    values = {":pk": place["work_pk"]["S"], ":sk": place["work_sk"]["S"]} if place else {}
    key = (row["pk"]["S"], row["sk"]["S"])
    transaction.apply(name, key, f"{setting}REMOVE {ASLEEP}", values, f"attribute_exists({ASLEEP})")
