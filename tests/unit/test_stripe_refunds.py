"""What Stripe's refunds and credit notes leave of an invoice (DESIGN 5, rule 6)."""

from typing import Any

import pytest

from tests.unit.stripe_payloads import CREATED, NEW_NOTE, OLD_CHARGE, OLD_INVOICE, OLD_NOTE, changed, invoice_after


def test_partial_refunds_of_one_charge_are_a_running_total():
    """Rule 6: `amount_refunded` is the sum so far, in whatever order it arrives."""
    paid = changed("invoice.paid", OLD_INVOICE)
    first, second = (changed("charge.refunded", {**OLD_CHARGE, "amount_refunded": n}) for n in (4000, 9000))
    for order in ((paid, first, second), (second, first, paid), (first, first, second, second, paid)):
        assert invoice_after(*order).refunds == {"ch_1": 9000}
        assert invoice_after(*order).stands


@pytest.mark.parametrize("note", [OLD_NOTE, NEW_NOTE], ids=["old API", "new API"])
@pytest.mark.parametrize("half", [6250, 5000])
def test_a_refund_and_its_credit_note_are_not_counted_twice(note: dict[str, Any], half: int):
    """Rule 6: half of it back, told twice, leaves the invoice standing."""
    note = {**note, "amount": half, "post_payment_amount": half}
    if "refunds" in note:
        note["refunds"] = [{"amount_refunded": half, "refund": "re_1"}]
    told = [
        changed("invoice.paid", OLD_INVOICE),
        changed("charge.refunded", {**OLD_CHARGE, "amount_refunded": half}),
        changed("credit_note.created", note),
    ]
    assert invoice_after(*told) == invoice_after(*reversed(told))
    assert invoice_after(*told).stands
    assert sum(cents or 0 for cents in invoice_after(*told).refunds.values()) == half


def test_a_credit_note_on_an_open_invoice_counts_by_itself():
    """Rule 6: nothing was paid, so no refund of a charge will tell of it."""
    note = {**NEW_NOTE, "pre_payment_amount": 12500, "post_payment_amount": 0, "refunds": []}
    told = [changed("invoice.finalized", OLD_INVOICE), changed("credit_note.created", note)]
    assert not invoice_after(*told).stands


def test_a_credit_note_partly_to_the_card_and_partly_to_the_balance_is_whole():
    note = {**NEW_NOTE, "refunds": [{"amount_refunded": 2500, "refund": "re_1"}]}
    told = [
        changed("invoice.paid", OLD_INVOICE),
        changed("charge.refunded", {**OLD_CHARGE, "amount_refunded": 2500}),
        changed("credit_note.created", note),
    ]
    assert not invoice_after(*told).stands


def test_paid_again_after_a_void_stands():
    voided = {**OLD_INVOICE, "status_transitions": {"voided_at": CREATED}}
    paid = {**OLD_INVOICE, "status_transitions": {"paid_at": CREATED + 60}}
    told = [changed("invoice.voided", voided), changed("invoice.paid", paid)]
    assert invoice_after(*told).stands
    assert invoice_after(*reversed(told)).stands
