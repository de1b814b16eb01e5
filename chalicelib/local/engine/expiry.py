"""Time to live, done by the front: an expired item is deleted by an ordinary, journaled, conditional DeleteItem.

MiniStack's own expiry removes items in a thread of its own and writes no stream record, so neither the journal nor
whoever follows the stream would learn of it. It is therefore never switched on.
"""

import json
from typing import Any

from chalicelib.local.engine.changes import Image
from chalicelib.local.engine.upstream import request
from chalicelib.local.engine.wire import Message


def described(attribute: str | None) -> dict[str, Any]:
    """Return the answer to DescribeTimeToLive."""
    state = (
        {"TimeToLiveStatus": "ENABLED", "AttributeName": attribute} if attribute else {"TimeToLiveStatus": "DISABLED"}
    )
    return {"TimeToLiveDescription": state}


def wanted(specification: Any) -> tuple[str, bool] | None:
    """Return the attribute and whether it is switched on, or None for a specification that is none."""
    match specification:
        case {"AttributeName": str(attribute), "Enabled": bool(enabled)} if attribute:
            return attribute, enabled
        case _:
            return None


def delete_expired(table: str, key: Image, attribute: str, now: float) -> Message:
    """Return the DeleteItem that removes the item unless its time was moved since it was found."""
    content = {
        "TableName": table,
        "Key": key,
        "ConditionExpression": "#expiry <= :now",
        "ExpressionAttributeNames": {"#expiry": attribute},
        "ExpressionAttributeValues": {":now": {"N": str(int(now))}},
    }
    return request("DeleteItem", json.dumps(content).encode())
