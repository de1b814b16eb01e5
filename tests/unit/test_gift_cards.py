"""The order of a gift card: its names, when it is tried again, and what money comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.gift_cards import (
    PATIENCE,
    WAITS,
    CardOrder,
    CardTerms,
    closed,
    laid_out,
    money_back,
    once_more,
    put_off,
    reward_named,
    taken,
    why_not_yet,
)
from chalicelib.domain.participants import Participant
from chalicelib.domain.rewards import STATUSES, Reward

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
ORDER = CardOrder("rew_0-1", "0J4NE000", NOW, due_at=NOW)
JANE = Participant("0J4NE000", "Jane Doe", "customer", NOW, phone="+12125550142")
TERMS = CardTerms(products=("OKMHM2X2OHYV",))
rewards = st.builds(
    Reward,
    st.just("rew_0-1"),
    st.just("ref_0"),
    st.just("0J4NE000"),
    st.just("gift_card"),
    st.integers(1, 9),
    st.integers(1, 10**6),
    st.just("USD"),
    st.sampled_from(STATUSES),
    st.just("why"),
    st.just(NOW),
    redeemed_at=st.none() | st.just(NOW),
    spent_cents=st.just(0),
)


@given(st.integers(1, 1000))
def test_every_round_has_a_name_of_its_own_that_leads_back_to_the_reward(number: int) -> None:
    names = {replace(ORDER, round=round_).external_id for round_ in range(1, number % 50 + 2)}
    assert len(names) == number % 50 + 1
    assert reward_named(replace(ORDER, round=number).external_id) == ORDER.reward_id


@given(st.integers(0, 100), st.integers(0, 7200))
def test_the_next_attempt_is_never_sooner_than_the_one_before_nor_than_was_asked(attempts: int, wait: int) -> None:
    order = replace(ORDER, attempts=attempts)
    sooner = put_off(order, NOW, "busy", wait=timedelta(seconds=wait))
    later = put_off(replace(order, attempts=attempts + 1), NOW, "busy", wait=timedelta(seconds=wait))
    assert sooner.due_at is not None and later.due_at is not None  # noqa: PT018 - for the type checker, both
    assert NOW + max(WAITS[0], timedelta(seconds=wait)) <= sooner.due_at <= later.due_at
    assert later.due_at <= NOW + max(WAITS[-1], timedelta(seconds=wait))
    assert sooner.stuck == (attempts >= PATIENCE)


@given(rewards)
def test_what_is_laid_out_and_comes_back_leaves_the_reward_as_it_was(reward: Reward) -> None:
    back = money_back(laid_out(reward), was_delivered=False, why=reward.why)
    by_hand = reward.redeemed_at is not None
    assert back.spent_cents == (reward.amount_cents if by_hand else 0)
    assert replace(back, spent_cents=0, why=reward.why, kept=False) == replace(
        reward, status="issued" if reward.status == "redeemed" and not by_hand else reward.status
    )


@given(rewards)
def test_a_card_called_off_after_it_was_sent_leaves_nothing_spent(reward: Reward) -> None:
    """So settlement may reverse it, or staff order it anew."""
    back = money_back(replace(laid_out(reward), redeemed_at=NOW, kept=True), was_delivered=True, why="canceled")
    assert back.untouched
    assert not back.kept
    assert back.status != "redeemed"


def test_trying_again_takes_another_name_only_where_the_provider_knows_the_first() -> None:
    """A second order under a known name is answered with the first, which came to nothing."""
    refused = closed(replace(ORDER, state="placing", version=3), "failed", "402", stuck=True)
    assert once_more(refused, NOW).external_id == "rew_0-1"
    known = once_more(replace(refused, provider_id="SFZCMH4NMC5X"), NOW)
    assert (known.external_id, known.version, known.stuck, known.provider_id) == ("rew_0-1.2", 3, False, None)


def test_who_dies_leaves_the_order_due_again() -> None:
    claimed = taken(ORDER, NOW)
    assert claimed.due_at is not None
    assert NOW < claimed.due_at < NOW + timedelta(minutes=10)


def test_what_keeps_a_card_from_being_ordered_is_said() -> None:
    assert why_not_yet(JANE, TERMS, connected=True) is None
    assert why_not_yet(JANE, CardTerms(campaign_id="IVM0I3WNJJL0"), connected=True) is None
    reasons = [
        why_not_yet(JANE, TERMS, connected=False),
        why_not_yet(JANE, CardTerms(), connected=True),
        why_not_yet(None, TERMS, connected=True),
        why_not_yet(replace(JANE, opted_out=True), TERMS, connected=True),
        why_not_yet(replace(JANE, phone=None), TERMS, connected=True),
    ]
    assert all(reasons)
    assert len(set(reasons)) == len(reasons)
