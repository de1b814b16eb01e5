"""Discount codes: unique, found by their letters, used up once."""

from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.domain.discounts import Discount, Terms
from chalicelib.storage.reading import read
from chalicelib.storage.table import Item, row
from chalicelib.storage.transaction import Transaction

_SK = "DISCOUNT"


class DiscountItem(Item):
    """`D#<code>` / `DISCOUNT`: a code of a reward (its amount is the reward's) or of the friend in a referral."""

    referral_id = UnicodeAttribute()
    reward_id = UnicodeAttribute(null=True)
    amount_cents = NumberAttribute(null=True)
    percent = NumberAttribute(null=True)
    currency = UnicodeAttribute()
    redeemed_at = UTCDateTimeAttribute(null=True)
    redeemed_for = UnicodeAttribute(null=True)
    invoice_id = UnicodeAttribute(null=True)


class Discounts:
    """Every code that was given."""

    def get(self, code: str) -> Discount | None:
        item = read(DiscountItem, f"D#{code}", _SK)
        if item is None:
            return None
        return Discount(
            code=code,
            referral_id=item.referral_id,
            reward_id=item.reward_id,
            terms=Terms(_whole(item.amount_cents), _whole(item.percent)),
            currency=item.currency,
            redeemed_at=item.redeemed_at,
            redeemed_for=item.redeemed_for,
            invoice_id=item.invoice_id,
        )

    def create(self, transaction: Transaction, discount: Discount) -> None:
        """Refused as `discount_code` where the code is taken."""
        item = row(
            DiscountItem,
            pk=f"D#{discount.code}",
            sk=_SK,
            referral_id=discount.referral_id,
            reward_id=discount.reward_id,
            amount_cents=discount.terms.amount_cents,
            percent=discount.terms.percent,
            currency=discount.currency,
        )
        transaction.create("discount_code", item)

    def redeem(self, transaction: Transaction, code: str, at: datetime, *, use: str, invoice_id: str | None) -> None:
        """Refused as `discount` where it was redeemed before."""
        actions = [DiscountItem.redeemed_at.set(at), DiscountItem.redeemed_for.set(use)]
        if invoice_id is not None:
            actions.append(DiscountItem.invoice_id.set(invoice_id))
        item = DiscountItem(f"D#{code}", _SK)
        unused = DiscountItem.pk.exists() & DiscountItem.redeemed_at.does_not_exist()
        transaction.update("discount", item, actions, unused)


def _whole(number: float | None) -> int | None:
    return int(number) if number is not None else None
