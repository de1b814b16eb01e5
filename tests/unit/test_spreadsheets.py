"""Files for a spreadsheet: what is read back is what stood there, and no cell is a formula."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.spreadsheets import body_lines, header_line


def read_back(*values: Any) -> list[list[str]]:
    text = header_line(["a.b"]) + body_lines(["a.b"], ({"a": {"b": value}} for value in values))
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), max_size=5))
def test_a_cell_is_what_stood_there_or_that_behind_an_apostrophe(texts: list[str]) -> None:
    for row, text in zip(read_back(*texts)[1:], texts, strict=True):
        assert row in ([text], [f"'{text}"])
        assert row[0][0] not in "=@\t\r"
        assert row[0][0] not in "+-" or row[0][1:].replace(".", "").isdigit()


@pytest.mark.parametrize("formula", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "+1(555)=A1"])
def test_a_formula_is_text(formula: str) -> None:
    assert read_back(formula)[1] == [f"'{formula}"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "yes"), (False, "no"), (-250, "-250"), ("+12125550142", "+12125550142"), (["a", "b"], "a; b")],
)
def test_how_values_read(value: Any, cell: str) -> None:
    assert read_back(value, "last")[1:] == [[cell] if cell else [], ["last"]] or read_back(value)[1] == [cell]


def test_a_column_that_is_not_there_is_empty() -> None:
    assert body_lines(["a.b", "c"], [{"a": None, "c": 1}, {"a": "text"}]) == ",1\r\n,\r\n"
    assert header_line(["totals.sent"]) == "\ufefftotals_sent\r\n"
