"""Settlement, case by case; `test_settlement_histories` tries to break it as a whole."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.reward_changes import Settlement, redeem
from chalicelib.domain.rewards import RewardPlan, Tier
from chalicelib.domain.settings import Settings, changed, default_settings
from chalicelib.domain.settlement import plan_for, settle
from tests.unit.examples import NOW, participant, referral

DEFAULT = default_settings()
GIFT = changed(DEFAULT, {"rewards": {"customer": {"kind": "gift_card"}}})
HELD = changed(DEFAULT, {"hold_days": 3})


def closing(
    known: Referral | None = None, who: Participant | None = None, settings: Settings = DEFAULT, now: Any = NOW
) -> Settlement:
    change = settle(known or referral(stage="invoiced"), who or participant(), None, settings, now)
    assert change is not None
    return change


def stored(change: Settlement) -> tuple[Referral, Participant, Any]:
    assert change.reward is not None
    return change.referral, change.participant, replace(change.reward, version=1)


def test_a_closed_referral_earns_its_reward_at_once():
    """P5, P17."""
    change = closing()
    assert change.reward is not None
    assert change.ledger is not None
    assert (change.reward.status, change.reward.tier, change.reward.amount_cents) == ("issued", 1, 2500)
    assert (change.ledger.amount_cents, change.participant.totals.earned_cents) == (2500, 2500)
    assert (change.referral.closed, change.referral.reward_id) == (True, change.reward.id)
    assert change.reward_is_new


def test_settling_twice_changes_nothing():
    """Rule 3."""
    assert settle(*stored(closing()), DEFAULT, NOW) is None


def test_the_third_and_the_fifth_earn_more():
    """P20."""
    who, amounts = participant(), []
    for n in range(1, 7):
        change = closing(referral(f"ref_{n}", stage="paid"), who)
        assert change.reward is not None
        amounts.append(change.reward.amount_cents)
        who = change.participant
    assert amounts == [2500, 2500, 5000, 5000, 10000, 10000]


def test_an_exception_for_one_participant_goes_before_the_segment():
    """P19."""
    who = participant(reward_plan=RewardPlan("custom", (Tier(1, 0),), text="a dinner"))
    change = closing(who=who)
    assert change.reward is not None
    assert (change.reward.kind, change.reward.text) == ("custom", "a dinner")
    assert plan_for(participant(), DEFAULT) is DEFAULT.rewards["customer"]


def test_a_partner_is_rewarded_by_the_partners_plan():
    """O4."""
    settings = changed(DEFAULT, {"rewards": {"partner": {"tiers": [{"at": 1, "amount_cents": 7700}]}}})
    change = closing(who=participant(segment="partner"), settings=settings)
    assert change.reward is not None
    assert change.reward.amount_cents == 7700


def test_a_gift_card_waits_for_a_person():
    """S6: also when a hold would be over."""
    change = closing(settings=GIFT)
    assert change.reward is not None
    assert (change.reward.status, change.ledger, change.due_at) == ("pending", None, None)
    assert settle(*stored(change), GIFT, NOW + timedelta(days=999)) is None


def test_a_hold_delays_the_reward_to_the_second():
    change = closing(settings=HELD)
    assert change.reward is not None
    assert (change.reward.status, change.due_at) == ("pending", NOW + timedelta(days=3))
    assert settle(*stored(change), HELD, NOW + timedelta(days=3, seconds=-1)) is None
    released = settle(*stored(change), HELD, NOW + timedelta(days=3))
    assert released is not None
    assert released.reward is not None
    assert (released.reward.status, released.participant.totals.earned_cents) == ("issued", 2500)


def test_what_is_voided_during_the_hold_is_never_in_the_ledger():
    known, who, reward = stored(closing(settings=HELD))
    change = settle(replace(known, mark=replace(known.mark, stage="won")), who, reward, HELD, NOW)
    assert change is not None
    assert change.reward is not None
    assert (change.reward.status, change.ledger, change.participant.totals.earned_cents) == ("reversed", None, 0)


@pytest.mark.parametrize(
    ("undo", "why"),
    [
        ({"deleted_at": NOW}, "removed"),
        ({"mark": "disqualified"}, "disqualified"),
        ({"mark": "won"}, "no longer invoiced"),
    ],
)
def test_what_is_undone_is_reversed_and_says_why(undo: dict[str, Any], why: str):
    """P29; rule 6."""
    known, who, reward = stored(closing())
    if "mark" in undo:
        undo = {"mark": replace(known.mark, stage=undo["mark"])}
    change = settle(replace(known, **undo), who, reward, DEFAULT, NOW)
    assert change is not None
    assert change.reward is not None
    assert change.ledger is not None
    assert change.reward.status == "reversed"
    assert (change.ledger.amount_cents, change.participant.totals) == (-2500, participant().totals)
    assert why in change.reward.why
    assert change.referral.reward_id is None


def test_a_reversal_frees_its_tier_for_the_next_close():
    """Rule 3."""
    first = closing(referral("ref_1", stage="paid"))
    second = closing(referral("ref_2", stage="paid"), first.participant)
    known, _, reward = stored(first)
    undone = settle(replace(known, deleted_at=NOW), second.participant, reward, DEFAULT, NOW)
    assert undone is not None
    third = closing(referral("ref_3", stage="paid"), undone.participant)
    assert third.reward is not None
    assert third.reward.tier == 1


def test_a_referral_that_closes_again_gets_a_reward_of_a_new_id():
    """Rule 3: the reversed one stays reversed."""
    known, who, reward = stored(closing())
    undone = settle(replace(known, mark=replace(known.mark, stage="won")), who, reward, DEFAULT, NOW)
    assert undone is not None
    again = closing(replace(undone.referral, mark=known.mark), undone.participant)
    assert again.reward is not None
    assert again.reward.id != reward.id
    assert again.reward.tier == 1


def test_a_redeemed_reward_is_left_to_a_person():
    """Rule 6: and if the invoice stands again, the reward was right all along."""
    known, who, reward = stored(closing())
    redeemed = redeem(known, who, reward, NOW, why="by hand").reward
    assert redeemed is not None
    due = settle(replace(known, mark=replace(known.mark, stage="won")), who, redeemed, DEFAULT, NOW)
    assert due is not None
    assert due.reward is not None
    assert (due.reward.status, due.ledger, due.referral.tier) == ("reversal_due", None, 1)
    assert "a person has to decide" in due.reward.why
    again = settle(replace(due.referral, mark=known.mark), due.participant, due.reward, DEFAULT, NOW)
    assert again is not None
    assert again.reward is not None
    assert (again.reward.status, again.participant.totals.closed) == ("redeemed", 1)


def test_a_milestone_without_an_amount_closes_without_a_reward_and_says_so():
    """P20: the second of 1, 3, 5 counts, and earns nothing by itself."""
    settings = changed(DEFAULT, {"rewards": {"customer": {"tier_mode": "milestone"}}})
    second = closing(referral("ref_2", stage="paid"), closing(settings=settings).participant, settings)
    assert (second.reward, second.referral.closed, second.referral.tier) == (None, True, 2)
    assert "no reward is set for closed referral 2" in second.referral.why


def test_a_reward_withheld_by_staff_is_not_given_later():
    """P28."""
    change = closing(referral(stage="paid", withheld="family"))
    assert change.reward is None
    assert "family" in change.referral.why
    assert settle(change.referral, change.participant, None, DEFAULT, NOW) is None


def test_an_open_referral_earns_nothing():
    assert settle(referral(stage="won"), participant(), None, DEFAULT, NOW) is None
