"""Discount codes: a participant's reward, or the friend's own with the offer (F5); each is redeemed once."""

import re
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.identifiers import CROCKFORD, DISCOUNT_CODE_LENGTH, MISREAD
from chalicelib.domain.money import amount_in_words
from chalicelib.domain.referrals import Referral

_CODE = re.compile(rf"[{CROCKFORD}]{{{DISCOUNT_CODE_LENGTH}}}")


@dataclass(frozen=True)
class Terms:
    """What a code takes off: `amount_cents` or `percent`, one of the two."""

    amount_cents: int | None = None
    percent: int | None = None

    def in_words(self, currency: str) -> str:
        """`$25` or `10%`."""
        return f"{self.percent}%" if self.percent is not None else amount_in_words(self.amount_cents or 0, currency)


@dataclass(frozen=True)
class Discount:
    """One code: of a reward (whose terms are the reward's), or of the friend in a referral.

    `redeemed_for` names what used it up, so that the same news told again is no second use.
    """

    code: str
    referral_id: str
    reward_id: str | None
    terms: Terms
    currency: str
    redeemed_at: datetime | None = None
    redeemed_for: str | None = None
    invoice_id: str | None = None


def normalise_discount_code(text: str) -> str | None:
    """Read a discount code as somebody typed it, or None."""
    code = re.sub(r"[\s-]", "", text).upper().translate(MISREAD)
    return code if _CODE.fullmatch(code) else None


def why_not_for_friend(referral: Referral, invoice_id: str | None) -> str | None:
    """Why the friend's code does not hold for this invoice (None: no particular one), or None where it does.

    It is for the first invoice: while another of theirs stands, it is too late. That the attribution was removed is
    not the friend's doing, and does not matter.
    """
    if referral.disqualified is not None:
        return "it is for a first referral only"
    others = [invoice for invoice in referral.invoices.values() if invoice.stands and invoice.id != invoice_id]
    if len(others) > (1 if invoice_id is None else 0):
        return f"it is for their first invoice, and {others[0].number or others[0].id} stands already"
    return None
