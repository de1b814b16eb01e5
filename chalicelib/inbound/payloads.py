"""What several sources need to read a payload: any JSON, money with a decimal point, a name for what has none."""

import hashlib
import json
import re
from decimal import Decimal
from typing import Any

from chalicelib.domain.errors import Unreadable
from chalicelib.domain.fields import MAX_CENTS, Fields
from chalicelib.domain.strict_json import read_object

_MONEY = re.compile(r"-?\d{1,12}(\.\d{1,6})?")


def read_any(body: bytes) -> Any:
    """Parse any JSON value, such as an array, as strictly as an object; raises Unreadable."""
    wrapped = read_object(b'{"body":' + body + b"}")
    if list(wrapped) != ["body"]:
        raise Unreadable("the body is not JSON")
    return wrapped["body"]


def named_by(value: object) -> str:
    """A name for a payload whose sender gave it none: the same JSON has the same name, however it is written."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def identifier(fields: Fields, name: str, *, required: bool = False) -> str | None:
    """An id in the other program: text, or a whole number as some send it."""
    value = fields.raw(name)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**40:
        return str(value)
    return fields.text(name, most=150, required=required)


def cents_of(value: object) -> int | None:
    """Money written with a decimal point, as a number or as text, in whole cents; None where it is not that."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    # The shortest text of a float is what stood in the JSON, so nothing is rounded.
    text = value.strip() if isinstance(value, str) else f"{Decimal(repr(value)):f}" if _is_finite(value) else ""
    if not _MONEY.fullmatch(text) or not text.isascii():
        return None
    cents = Decimal(text) * 100
    return int(cents) if cents == cents.to_integral_value() and abs(cents) <= MAX_CENTS else None


def money(fields: Fields, name: str, *, required: bool = False) -> int | None:
    """The same of a field, which is refused where it is not money."""
    if not fields.has(name) and not required:
        return None
    cents = cents_of(fields.raw(name))
    if cents is None:
        fields.refuse(name, "must be an amount of money with at most two decimals, such as 1845.00")
    return cents


def _is_finite(number: float) -> bool:
    return abs(number) < MAX_CENTS
