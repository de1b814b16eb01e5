"""Stages: what the CRM says, what staff say, what the invoices say."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.invoices import Invoice, InvoiceFact, fold
from chalicelib.domain.referrals import (
    PATH,
    STAGES,
    TRIGGERS,
    WHY_DISQUALIFIED,
    Disqualification,
    Referral,
    Stage,
    Trigger,
    mark,
    with_invoice,
)
from tests.unit.examples import NOW, moments, referral

LATER = NOW + timedelta(hours=1)
LATEST = NOW + timedelta(hours=2)
News = Callable[[Referral], Referral]

kinds = st.sampled_from(["issued", "paid", "voided"])
invoices = st.builds(Invoice, id=st.sampled_from(["crm:1", "crm:2"]), state=kinds, state_at=moments)
marks: st.SearchStrategy[News] = st.builds(
    lambda stage, at: lambda known: mark(known, stage, at, "crm"), st.sampled_from(STAGES), moments
)
told_of_invoices: st.SearchStrategy[News] = st.builds(
    lambda name, kind, at: (
        lambda known: with_invoice(
            known, fold(known.invoices.get(name, Invoice(name)), InvoiceFact(name, kind, at)), at, "crm"
        )
    ),
    st.sampled_from(["crm:1", "crm:2"]),
    kinds,
    moments,
)


def after(told: list[News]) -> Referral:
    return reduce(lambda known, fold_in: fold_in(known), told, referral())


def invoice(state: str, name: str = "crm:1") -> Invoice:
    return fold(Invoice(name), InvoiceFact(name, state, NOW, amount_cents=10000))


@given(st.data(), st.lists(marks | told_of_invoices, max_size=7))
def test_any_order_of_the_same_news_gives_the_same_stage(data: st.DataObject, told: list[News]):
    """M7; rule 3: tools send late, twice and out of order."""
    again = data.draw(st.lists(st.sampled_from(told), max_size=3)) if told else []
    one, other = after(told), after(list(data.draw(st.permutations([*told, *again]))))
    assert one.stage == other.stage
    assert (one.mark, one.invoices) == (other.mark, other.invoices)
    assert [one.reached(trigger) for trigger in TRIGGERS] == [other.reached(trigger) for trigger in TRIGGERS]


def test_any_two_words_of_the_crm_commute():
    """The same, exhaustively, with words of one moment too."""
    words = list(itertools.product(STAGES, (NOW, LATER)))
    for (one, at), (other, then) in itertools.product(words, repeat=2):
        first = mark(mark(referral(), one, at, "crm"), other, then, "crm")
        second = mark(mark(referral(), other, then, "crm"), one, at, "crm")
        assert (first.stage, first.mark) == (second.stage, second.mark)


@given(st.lists(marks | told_of_invoices, max_size=7))
def test_the_history_holds_each_change_of_stage_once(told: list[News]):
    """Each change is kept with its time and who made it; a redelivery adds nothing."""
    known = referral()
    for news in told:
        changed = news(known)
        assert news(changed) == changed
        lines = len(changed.history) - len(known.history)
        assert lines == (changed.stage != known.stage)
        if lines:
            assert (changed.history[-1].stage, changed.history[-1].by) == (changed.stage, "crm")
        known = changed


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_referral_closes_where_it_reaches_the_trigger_by_its_stage(stage: Stage, trigger: Trigger):
    """P5: invoiced by default, paid by setting; the ends never close."""
    known = mark(referral(), stage, LATER, "staff") if stage != "new" else referral()
    expected = stage == "paid" or (stage == "invoiced" and trigger == "invoiced")
    assert known.reached(trigger) is expected


@pytest.mark.parametrize(
    ("state", "invoiced", "paid"), [("issued", True, False), ("paid", True, True), ("voided", False, False)]
)
def test_a_referral_closes_by_its_invoice(state: str, invoiced: bool, paid: bool):
    """P5."""
    known = with_invoice(referral(stage="won"), invoice(state), NOW, "crm")
    assert (known.reached("invoiced"), known.reached("paid")) == (invoiced, paid)


def test_voiding_one_of_two_invoices_does_not_reopen():
    """DESIGN, settlement: this broke a design that applied each webhook on its own."""
    known = with_invoice(referral(), invoice("issued"), NOW, "crm")
    known = with_invoice(known, invoice("voided", "crm:2"), NOW, "crm")
    assert known.reached("invoiced")


def test_an_invoice_says_more_than_a_lost_lead():
    known = with_invoice(mark(referral(), "lost", LATER, "staff"), invoice("paid"), NOW, "crm")
    assert known.stage == "paid"


def test_a_voided_invoice_reopens_though_the_crm_said_invoiced():
    """Rule 6: tools that send both `lead.stage_changed` and invoices reverse the reward by the void alone."""
    for stage in ("invoiced", "paid"):
        known = mark(referral(), stage, LATER, "crm")
        known = with_invoice(known, invoice("issued"), LATER, "crm")
        voided = fold(known.invoices["crm:1"], InvoiceFact("crm:1", "voided", LATEST))
        assert not with_invoice(known, voided, LATEST, "crm").reached("invoiced")


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_what_is_removed_unattributed_or_disqualified_never_closes(trigger: Trigger):
    """P29, S10."""
    paid = with_invoice(referral(), invoice("paid"), NOW, "crm")
    assert paid.reached(trigger)
    assert not referral(invoices=paid.invoices, deleted_at=NOW).reached(trigger)
    assert not referral(invoices=paid.invoices, participant_id=None).reached(trigger)
    assert not mark(paid, "disqualified", LATER, "staff").reached(trigger)


@pytest.mark.parametrize("reason", get_args(Disqualification))
def test_no_stage_of_the_crm_earns_a_reward_for_a_disqualified_submission(reason: Disqualification):
    """Rule 2: a self-referral, or a prospect of somebody else, is not rewarded because a tool moves it along."""
    known = referral(stage="disqualified", disqualified=reason)
    assert not mark(known, "paid", LATER, "crm").reached("invoiced")


def test_every_disqualification_says_why():
    assert set(WHY_DISQUALIFIED) == set(get_args(Disqualification))


def test_the_latest_word_holds_and_people_may_correct_themselves():
    """M7."""
    won = mark(referral(), "won", LATER, "staff")
    assert mark(won, "contacted", NOW + timedelta(minutes=1), "crm") is won
    assert mark(won, "quoted", LATEST, "staff").stage == "quoted"
    assert mark(won, "quoted", LATER, "staff").stage == "won"


def test_stages_may_be_skipped():
    """DESIGN 4: tools skip stages."""
    for stage in PATH[1:]:
        assert mark(referral(), stage, LATER, "crm").stage == stage
