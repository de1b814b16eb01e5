"""All-or-nothing writes whose conditions have names, so that a refusal says which rule refused and what stood there."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.domain.errors import Contended, Refused, Unavailable
from chalicelib.storage.reading import BUSY
from chalicelib.storage.table import Item, Key, Row

_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.01
_TRY_AGAIN = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_TRY_AGAIN_ERRORS = BUSY | {"TransactionConflictException", "TransactionInProgressException"}


class Transaction:
    """Collects writes and commits them together; a lone write goes out as itself, at half the price."""

    def __init__(self, connection: Connection, pause: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._pause = pause
        self._operations: dict[str, list[tuple[str, dict[str, Any]]]] = {
            "check": [],
            "delete": [],
            "put": [],
            "update": [],
        }

    def __len__(self) -> int:
        return sum(map(len, self._operations.values()))

    def put(self, name: str, item: Item) -> None:
        """Write a whole item, whatever stood there."""
        self._operations["put"].append((name, item.get_save_kwargs_from_instance()))

    def create(self, name: str, item: Item | Row) -> None:
        """Write an item that must not exist yet."""
        kwargs = {
            "TableName": Item.Meta.table_name,
            "Item": item.serialize() if isinstance(item, Item) else item,
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self._operations["put"].append((name, kwargs))

    def replace(self, name: str, item: Item | Row, was: int, model: type[Item] | None = None) -> None:
        """Write all that this program knows of an item whose version must still be `was`.

        What a newer program added stays: both serve while one takes the other's place. `model` says of a row what
        could be in it.
        """
        known = (type(item) if isinstance(item, Item) else model or Item).get_attributes()
        image = item.serialize() if isinstance(item, Item) else item
        key = {part: image[part] for part in ("pk", "sk")}
        places = {attribute: f"a{number}" for number, attribute in enumerate(known) if attribute not in key}
        present = [attribute for attribute in places if attribute in image]
        absent = [attribute for attribute in places if attribute not in image]
        setting = "SET " + ", ".join(f"#{places[attribute]} = :{places[attribute]}" for attribute in present)
        removing = " REMOVE " + ", ".join(f"#{places[attribute]}" for attribute in absent) if absent else ""
        kwargs = {
            "TableName": Item.Meta.table_name,
            "Key": key,
            "UpdateExpression": setting + removing,
            "ExpressionAttributeNames": {f"#{place}": attribute for attribute, place in places.items()},
            "ExpressionAttributeValues": {
                ":was": {"N": str(was)},
                **{f":{places[attribute]}": image[attribute] for attribute in present},
            },
            "ConditionExpression": "version = :was",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self._operations["update"].append((name, kwargs))

    def apply(
        self, name: str, key: Key, expression: str, values: Mapping[str, str | int], condition: str | None = None
    ) -> None:
        """Change attributes by a written-out expression, whose names must not be reserved words.

        The updates on a request's path use this: building them from pynamodb's objects costs ten times as much.
        """
        kwargs = {
            "TableName": Item.Meta.table_name,
            "Key": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            "UpdateExpression": expression,
        }
        if values:
            kwargs["ExpressionAttributeValues"] = {
                name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in values.items()
            }
        if condition is not None:
            kwargs |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        self._operations["update"].append((name, kwargs))

    def update(self, name: str, item: Item, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Change attributes of an item, made if it does not exist and no condition forbids it."""
        kwargs = item.get_update_kwargs_from_instance(
            actions=list(actions),
            condition=condition,
            return_values_on_condition_failure="ALL_OLD" if condition is not None else None,
        )
        self._operations["update"].append((name, kwargs))

    def delete(self, name: str, item: Item, condition: Condition | None = None) -> None:
        self._operations["delete"].append((name, item.get_delete_kwargs_from_instance(condition=condition)))

    def check(self, name: str, item: Item, condition: Condition) -> None:
        """Require something of an item that this transaction does not change."""
        kwargs = type(item).get_operation_kwargs_from_class(item.pk, range_key=item.sk, condition=condition)
        self._operations["check"].append((name, kwargs))

    def commit(self) -> None:
        """Write everything or raise Refused. Conflicts and throttling are tried again; then Contended is raised."""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._pause(random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - spreads retries, no secret
            if self._attempt():
                return
        raise Contended("the same items keep changing; please try again")

    def _attempt(self) -> bool:
        try:
            lone = self._lone()
            if lone is None:
                self._send_together()
            else:
                self._connection.dispatch(*lone)
        except TransactWriteError as error:
            if isinstance(error.cause, BotoCoreError):
                raise Unavailable(str(error.cause)) from error
            if error.cause_response_code == "TransactionCanceledException":
                self._judge(error)
            elif error.cause_response_code not in _TRY_AGAIN_ERRORS:
                raise
            return False
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                raise Refused({self._names()[0]: None}) from error
            if code not in _TRY_AGAIN_ERRORS:
                raise
            return False
        except BotoCoreError as error:
            raise Unavailable(str(error)) from error
        return True

    def _names(self) -> list[str]:
        # pynamodb sends checks, deletes, puts, updates, and DynamoDB's reasons follow that order.
        return [name for operations in self._operations.values() for name, _ in operations]

    def _lone(self) -> tuple[str, dict[str, Any]] | None:
        if len(self) != 1:
            return None
        for kind, operation in (("put", "PutItem"), ("update", "UpdateItem"), ("delete", "DeleteItem")):
            if self._operations[kind]:
                return operation, dict(self._operations[kind][0][1])
        return None

    def _send_together(self) -> None:
        self._connection.transact_write_items(
            condition_check_items=[kwargs for _, kwargs in self._operations["check"]],
            delete_items=[kwargs for _, kwargs in self._operations["delete"]],
            put_items=[kwargs for _, kwargs in self._operations["put"]],
            update_items=[kwargs for _, kwargs in self._operations["update"]],
        )

    def _judge(self, error: TransactWriteError) -> None:
        """Return where trying again may help; raise Refused where a rule said no, or the error where it is a fault."""
        reasons = list(zip(self._names(), error.cancellation_reasons, strict=True))
        failed = {
            name: reason.raw_item
            for name, reason in reasons
            if reason is not None and reason.code == "ConditionalCheckFailed"
        }
        if failed:
            raise Refused(failed) from error
        if not any(reason is not None and reason.code in _TRY_AGAIN for _, reason in reasons):
            raise error
