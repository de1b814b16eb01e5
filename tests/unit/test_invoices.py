"""Facts of an invoice, folded in the provider's order and not in the order of arrival (P5)."""

import itertools
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.invoices import Invoice, InvoiceFact, fold
from tests.unit.examples import NOW, moments

LATER = NOW + timedelta(hours=1)
LATEST = NOW + timedelta(hours=2)

facts = st.builds(
    InvoiceFact,
    invoice_id=st.just("crm:1"),
    kind=st.sampled_from(["issued", "paid", "voided"]),
    at=moments,
    amount_cents=st.none() | st.sampled_from([0, 5000, 10000]),
    currency=st.sampled_from([None, "USD", "EUR"]),
    number=st.sampled_from([None, "17", "18"]),
) | st.builds(
    InvoiceFact,
    invoice_id=st.just("crm:1"),
    kind=st.just("refunded"),
    at=moments,
    refund_key=st.sampled_from([None, "re_1", "re_2"]),
    refunded_cents=st.none() | st.sampled_from([0, 2500, 5000, 10000]),
)


def folded(*told: InvoiceFact) -> Invoice:
    return reduce(fold, told, Invoice("crm:1"))


def fact(kind, at=NOW, **parts):
    return InvoiceFact("crm:1", kind, at, **parts)


def refund(cents, key="re_1", at=LATER):
    return fact("refunded", at, refund_key=key, refunded_cents=cents)


@given(st.data(), st.lists(facts, max_size=7))
def test_any_order_and_any_repetition_give_the_same_invoice(data: st.DataObject, told: list[InvoiceFact]):
    """P5; rule 3: providers send unordered, twice, and two things in one second."""
    again = data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    shuffled = data.draw(st.permutations([*told, *again]))
    one, other = folded(*told), folded(*shuffled)
    assert one == other
    assert (one.stands, one.refunded_in_full) == (other.stands, other.refunded_in_full)


CONFLICTING = [
    *(fact(kind, at, amount_cents=cents) for kind in ("issued", "voided") for at in (NOW, LATER) for cents in (1, 2)),
    fact("paid", LATER, currency="USD", number="17"),
    fact("paid", LATER, currency="EUR", number="18"),
    *(refund(cents, key, at) for cents in (4, 6, None) for key in ("re_1", "re_2") for at in (NOW, LATER)),
]


def test_any_two_facts_after_any_third_commute_and_repeat_without_effect():
    """The same, exhaustively: from this follows every order of any number."""
    for before, one, other in itertools.product(CONFLICTING, repeat=3):
        assert folded(before, one, other) == folded(before, other, one)
        assert folded(before, one, other, one) == folded(before, one, other)


def test_an_unknown_invoice_does_not_stand():
    assert not Invoice("crm:1").stands
    assert not folded(refund(100)).stands


@pytest.mark.parametrize(("kind", "stands"), [("issued", True), ("paid", True), ("voided", False)])
def test_an_invoice_stands_until_it_is_voided(kind: str, stands: bool):
    """Rule 6."""
    assert folded(fact(kind, amount_cents=100)).stands is stands


def test_the_last_word_of_the_provider_holds():
    assert folded(fact("voided", LATER), fact("paid", NOW)).state == "voided"
    assert folded(fact("voided", LATER), fact("paid", LATEST)).stands


def test_of_two_words_at_one_time_the_later_in_an_invoices_life_holds():
    assert folded(fact("paid"), fact("issued")).state == "paid"
    assert folded(fact("voided"), fact("paid")).state == "voided"


def test_a_partial_refund_leaves_the_invoice_standing():
    """Rule 6 speaks of a refunded invoice, not of a goodwill discount."""
    invoice = folded(fact("paid", amount_cents=10000), refund(4000))
    assert invoice.stands
    assert not invoice.refunded_in_full


def test_partial_refunds_add_up():
    """Rule 6."""
    invoice = folded(fact("paid", amount_cents=10000), refund(4000, "re_1"), refund(6000, "re_2"))
    assert invoice.refunded_in_full
    assert not invoice.stands


def test_a_running_total_is_not_added_to_itself():
    invoice = folded(fact("paid", amount_cents=10000), refund(4000), refund(6000, at=LATEST))
    assert invoice.refunds == {"re_1": 6000}
    assert invoice.stands


def test_a_running_total_that_reaches_the_amount_takes_the_invoice_back():
    assert not folded(refund(10000), fact("paid", amount_cents=10000)).stands


def test_a_refund_without_an_amount_is_the_whole():
    assert not folded(fact("paid", amount_cents=10000), refund(None)).stands
    assert not folded(fact("paid"), refund(None), refund(100)).stands


def test_a_refund_of_an_invoice_whose_amount_is_unknown_waits_for_the_amount():
    invoice = folded(fact("paid"), refund(4000))
    assert invoice.stands
    assert not folded(fact("paid"), refund(4000), fact("issued", amount_cents=4000)).stands


def test_the_amount_last_told_is_the_amount():
    invoice = folded(fact("paid", LATER, amount_cents=9000), fact("issued", NOW, amount_cents=10000))
    assert invoice.amount_cents == 9000
    assert folded(fact("issued", amount_cents=7000), fact("paid", LATER)).amount_cents == 7000


def test_a_refund_says_nothing_of_the_state_or_the_amount():
    invoice = folded(fact("voided", amount_cents=500), refund(100, at=LATEST))
    assert (invoice.state, invoice.amount_cents) == ("voided", 500)
