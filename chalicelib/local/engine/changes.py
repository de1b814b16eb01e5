"""What a stream record means for the journal: this item is now that, or is gone."""

import json
from dataclasses import dataclass
from typing import Any

Image = dict[str, Any]  # an item or a key as DynamoDB's JSON writes it: {"pk": {"S": "..."}}


@dataclass(frozen=True)
class Change:
    """One item of a table after a change; `image` is None where the item was deleted."""

    table: str
    key: str
    image: Image | None


def canonical(value: Image) -> str:
    """Return the one way to write a key or an item; ASCII, so that any string a client sent can be stored."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def change_of(table: str, record: dict[str, Any]) -> Change:
    """Return what a record of the table's stream changes."""
    data = record["dynamodb"]
    return Change(table, canonical(data["Keys"]), None if record["eventName"] == "REMOVE" else data["NewImage"])
