"""Money and rewards in words."""

import re

from chalicelib.domain.rewards import RewardKind

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "CA$", "AUD": "A$"}
#: Numbers that are spoken with a vowel first: 8, 11, 18, 80 to 89, 800 and so on, 11,000 ...
_AN = re.compile(r"\D*(?:8|(?:11|18)(?!\d))")
_NAMES: dict[RewardKind, str] = {
    "service_credit": "service credit",
    "discount_code": "off your next invoice",
    "gift_card": "gift card",
    "custom": "",
}


def amount_in_words(cents: int, currency: str) -> str:
    """`$25`, `$25.50`, or `25 CHF` where the currency has no symbol of its own."""
    number = f"{cents // 100:,}" if cents % 100 == 0 else f"{cents // 100:,}.{cents % 100:02d}"
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency}"


def reward_in_words(
    kind: RewardKind, cents: int, currency: str, *, percent: int | None = None, text: str | None = None
) -> str:
    """What the participant gets, as a phrase: `a $25 service credit`, `10% off your next invoice`."""
    if kind == "custom":
        return text or "a reward"
    amount = f"{percent}%" if percent is not None else amount_in_words(cents, currency)
    if kind == "discount_code":
        return f"{amount} {_NAMES[kind]}"
    return f"{'an' if _AN.match(amount) else 'a'} {amount} {_NAMES[kind]}"
