"""Rows for a spreadsheet: CSV as RFC 4180 has it, with no cell that a spreadsheet would run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: Excel takes a file for UTF-8 where it begins so.
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def header_line(columns: Sequence[str]) -> str:
    """The first line of a file: `totals.sent` becomes `totals_sent`."""
    return BYTE_ORDER_MARK + _lines([[column.replace(".", "_") for column in columns]])


def body_lines(columns: Sequence[str], items: Iterable[Mapping[str, Any]]) -> str:
    """A line for each item; a column such as `prospect.name` is looked up step by step, and is empty where it ends."""
    return _lines([_cell(_found(item, column)) for column in columns] for item in items)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _found(item: Any, column: str) -> Any:
    for name in column.split("."):
        if not isinstance(item, Mapping):
            return None
        item = item.get(name)
    return item


def _cell(value: Any) -> str:
    """Text as it stands, behind an apostrophe where it would be a formula; a phone number is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = "; ".join(str(one) for one in value)
    text = str(value).replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
