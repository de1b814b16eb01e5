"""What a participant reads: a sentence for everything that can be, and nothing that is not theirs to know."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.referrals import STAGES, Disqualification, Mark, Referral, Stage
from chalicelib.domain.rewards import (
    KINDS,
    STATUSES,
    Reward,
    RewardKind,
    RewardPlan,
    RewardStatus,
    Tier,
    TierBook,
    next_tier,
)
from chalicelib.domain.settlement import PUBLIC_REASONS
from chalicelib.domain.share_states import reward_state, shown_to_referrer, state_of
from tests.storage.examples import referrals, rewards

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
TODAY = NOW.date()
REWARD = Reward("rew_1-1", "ref_1", "0J4NE000", "service_credit", 1, 2500, "USD", "issued", "closed referral 1", NOW)


@given(referral=referrals, stage=st.sampled_from(STAGES), why=st.sampled_from(get_args(Disqualification)))
def test_what_counts_for_nobody_reads_as_what_has_just_come_in(
    referral: Referral, stage: Stage, why: Disqualification
) -> None:
    """Whatever became of it: nobody learns from it who is a customer."""
    marked = replace(referral, mark=Mark(stage, referral.created_at, "staff"), disqualified=why)
    assert state_of(marked, None, TODAY) == "Received"
    assert shown_to_referrer(marked) == (why != "honeypot")


@given(referral=referrals, reward=st.none() | rewards)
def test_every_state_has_a_sentence_without_what_the_office_wrote(referral: Referral, reward: Reward | None) -> None:
    noted = replace(referral, why="~why~", withheld="~withheld~", service="~service~", message="~message~")
    sentence = state_of(noted, reward and replace(reward, why="~reward~"), TODAY)
    assert sentence
    assert "~" not in sentence


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", STATUSES)
def test_of_why_a_reward_was_taken_back_only_public_reasons_are_told(kind: RewardKind, status: RewardStatus) -> None:
    shown = reward_state(replace(REWARD, kind=kind, status=status, why="a fraud"))
    assert shown
    assert "fraud" not in shown


def test_a_reversal_with_a_public_reason_tells_it() -> None:
    for reason in PUBLIC_REASONS:
        assert reward_state(replace(REWARD, status="reversed", why=reason)) == f"Taken back: {reason}"


def test_of_credit_that_is_partly_used_what_is_left_is_told() -> None:
    assert reward_state(replace(REWARD, spent_cents=1000)) == "$15 of it is left"
    assert reward_state(replace(REWARD, spent_cents=2500, status="redeemed")) == "Used"


plans = st.builds(
    lambda tiers: RewardPlan("service_credit", tuple(Tier(at, cents) for at, cents in tiers.items())),
    st.dictionaries(st.integers(1, 12), st.integers(100, 9900), max_size=4),
)


@given(plan=plans, closed=st.integers(0, 12), freed=st.sets(st.integers(1, 12), max_size=4))
def test_the_next_tier_is_the_one_that_closing_more_referrals_reaches(
    plan: RewardPlan, closed: int, freed: set[int]
) -> None:
    """Held against really taking one count after another, freed ones first."""
    book = TierBook(closed)
    for count in sorted(freed):
        if count <= book.highest:
            book = book.release(count)
    told, amounts = next_tier(plan, book), {tier.at: tier.amount_cents for tier in plan.tiers}
    for more in range(1, 30):
        count, book = book.take()
        if count in amounts:
            assert told == (more, amounts[count])
            return
    assert told is None


@pytest.mark.parametrize(
    ("closed", "told"), [(0, (1, 2500)), (1, (2, 5000)), (2, (1, 5000)), (4, (1, 10000)), (5, None)]
)
def test_the_documents_tiers(closed: int, told: tuple[int, int] | None) -> None:
    """P20: $25 for the first, $50 for the third, $100 for the fifth."""
    plan = RewardPlan("service_credit", (Tier(1, 2500), Tier(3, 5000), Tier(5, 10000)))
    assert next_tier(plan, TierBook(closed)) == told
