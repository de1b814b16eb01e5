"""How far referrals got (P24, O18)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.funnel import came_to, funnels
from chalicelib.domain.invoices import Invoice
from chalicelib.domain.referrals import PATH, STAGES, Referral, Stage, mark
from tests.unit.examples import referral as a_referral

Marks = list[Stage]
START = a_referral().created_at


def marked(stages: Marks) -> Referral:
    referral = a_referral()
    for number, stage in enumerate(stages, start=1):
        referral = mark(referral, stage, START + timedelta(minutes=number), "staff")
    return referral


@given(st.lists(st.sampled_from(STAGES), max_size=8))
def test_who_came_to_a_stage_came_to_all_before_it(stages: Marks) -> None:
    """Whatever happened afterwards."""
    referral = marked(stages)
    reached = [came_to(referral, stage) for stage in PATH]
    assert reached == sorted(reached, reverse=True)
    for stage in stages:
        assert stage not in PATH or came_to(referral, stage)


def test_an_appointment_that_was_lost_afterwards_was_one() -> None:
    assert came_to(marked(["appointment", "lost"]), "appointment")
    assert not came_to(marked(["contacted", "lost"]), "appointment")


def test_what_was_removed_or_never_a_lead_is_in_no_funnel() -> None:
    kept = a_referral()
    removed, own = replace(kept, deleted_at=START), replace(kept, disqualified="self_referral")
    found = funnels([kept, removed, own], lambda one: one.channel or "unknown", "USD")
    assert [funnel.leads for funnel in found.values()] == [1]


def test_jobs_are_valued_by_their_median_in_one_currency() -> None:
    def closed(cents: int | None, currency: str = "USD") -> Referral:
        invoice = Invoice("i", "paid", START, cents, currency=currency)
        return replace(a_referral(), closed=True, invoices={"i": invoice})

    by_source: Callable[[Referral], str] = lambda one: one.source  # noqa: E731 - a key
    (funnel,) = funnels(
        [closed(10_000), closed(90_000), closed(20_000), closed(None), closed(5, "EUR")], by_source, "USD"
    ).values()
    assert (funnel.closed, funnel.jobs, funnel.median_job_cents) == (5, [10_000, 90_000, 20_000], 20_000)
