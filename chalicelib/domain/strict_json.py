"""JSON as the RFC means it (RFC 8259): no duplicate keys, no NaN, no bottomless nesting, always an object."""

import json
from typing import Any

from chalicelib.domain.errors import Unreadable

MAX_DEPTH = 20


def read_object(body: bytes) -> dict[str, Any]:
    """Parse a JSON object; raises Unreadable with the reason."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise Unreadable("the body is not UTF-8") from error
    except RecursionError as error:
        raise Unreadable("the body is nested too deeply") from error
    except ValueError as error:
        raise Unreadable(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Unreadable("the body must be a JSON object")
    if _deeper_than(value, MAX_DEPTH):
        raise Unreadable("the body is nested too deeply")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _deeper_than(value: object, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if depth == 0:
        return True
    children = value.values() if isinstance(value, dict) else value
    return any(_deeper_than(child, depth - 1) for child in children)
