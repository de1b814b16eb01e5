"""Money and rewards in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.money import amount_in_words, reward_in_words


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (2500, "USD", "$25"),
        (2550, "USD", "$25.50"),
        (5, "USD", "$0.05"),
        (0, "USD", "$0"),
        (123456789, "USD", "$1,234,567.89"),
        (2500, "EUR", "€25"),
        (2500, "CHF", "25 CHF"),
    ],
)
def test_an_amount_reads_as_people_write_it(cents: int, currency: str, words: str):
    assert amount_in_words(cents, currency) == words


@given(st.integers(0, 10**11))
def test_no_cent_is_lost_in_words(cents: int):
    pounds, _, pence = amount_in_words(cents, "USD").removeprefix("$").replace(",", "").partition(".")
    assert int(pounds) * 100 + int(pence or 0) == cents


@pytest.mark.parametrize(
    ("kind", "cents", "parts", "words"),
    [
        ("service_credit", 2500, {}, "a $25 service credit"),
        ("gift_card", 5000, {}, "a $50 gift card"),
        ("discount_code", 2500, {}, "$25 off your next invoice"),
        ("discount_code", 0, {"percent": 10}, "10% off your next invoice"),
        ("custom", 0, {"text": "a dinner for two"}, "a dinner for two"),
        ("custom", 0, {}, "a reward"),
        ("service_credit", 8000, {}, "an $80 service credit"),
        ("gift_card", 1100, {}, "an $11 gift card"),
        ("gift_card", 1800, {}, "an $18 gift card"),
        ("gift_card", 10000, {}, "a $100 gift card"),
    ],
)
def test_a_reward_reads_as_a_phrase(kind: str, cents: int, parts: dict[str, object], words: str):
    """P6-P9: as it stands in an SMS."""
    assert reward_in_words(kind, cents, "USD", **parts) == words
