"""Discount codes for staff: look one up, redeem it (P6, F5)."""

from typing import Any

from chalicelib.api.call import Call
from chalicelib.domain.discounts import Discount, normalise_discount_code
from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import Fields
from chalicelib.services.redeem_discount import Use, find_discount, redeem_discount
from chalicelib.services.shapes import time_shape


def show_discount(call: Call, discount_code: str) -> dict[str, object]:
    """What a code is worth, and whether it is used up."""
    return _shape(find_discount(call.program.ports, _code(discount_code)))


def post_discount(call: Call, discount_code: str) -> dict[str, object]:
    """Redeem a code, with the invoice it was taken off where there is one."""
    fields = Fields(call.body())
    fields.only({"invoice", "note"})
    invoice, note = fields.text("invoice", most=100), fields.text("note", most=500)
    fields.done()
    invoice_id = invoice if invoice is None or ":" in invoice else f"crm:{invoice}"
    use = Use(call.actor.name, invoice_id or f"the office, {call.actor.name}", invoice_id, note)
    return _shape(redeem_discount(call.program.ports, _code(discount_code), use))


def _code(typed: str) -> str:
    code = normalise_discount_code(typed)
    if code is None:
        raise NotFound("discount code", typed[:60])
    return code


def _shape(discount: Discount) -> dict[str, Any]:
    return {
        "code": discount.code,
        "for": "friend" if discount.reward_id is None else "participant",
        "referral_id": discount.referral_id,
        "reward_id": discount.reward_id,
        "amount_cents": discount.terms.amount_cents,
        "percent": discount.terms.percent,
        "currency": discount.currency,
        "redeemed_at": time_shape(discount.redeemed_at),
        "redeemed_for": discount.redeemed_for,
    }
