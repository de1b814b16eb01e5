"""What a change of a referral or a reward means to other programs, whatever else changes with it."""

from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.notices import TYPES, NoticeType, of_referral, of_reward, with_participant
from chalicelib.domain.referrals import STAGES, Mark, Referral
from chalicelib.domain.rewards import Reward
from tests.unit.examples import NOW, participant, referral

REWARD = Reward("rew_1-1", "ref_1", "0J4NE000", "service_credit", 1, 2500, "USD", "pending", "held", NOW)
ISSUED = replace(REWARD, status="issued", issued_at=NOW)
REDEEMED = replace(ISSUED, status="redeemed", redeemed_at=NOW, spent_cents=2500)
DUE = replace(REDEEMED, status="reversal_due")

states = st.builds(
    referral,
    stage=st.sampled_from(STAGES),
    participant_id=st.sampled_from(["0J4NE000", "0CAR1050"]),
    closed=st.booleans(),
    why=st.sampled_from(["", "closed referral 1"]),
)


def staged(stage: str) -> Referral:
    return referral(mark=Mark(stage, NOW, "test"))  # type: ignore[arg-type]  # one of STAGES


def test_the_types_are_those_of_the_literal():
    assert get_args(NoticeType) == TYPES


@given(before=states, after=states)
def test_each_thing_that_changed_is_told_and_nothing_else(before: Referral, after: Referral):
    told = set(of_referral(before, after))
    assert ("referral.moved" in told) == (before.participant_id != after.participant_id)
    assert ("referral.stage_changed" in told) == (before.stage != after.stage)
    assert ("referral.closed" in told) == (after.closed and not before.closed)
    assert told <= {"referral.moved", "referral.stage_changed", "referral.closed"}


@given(after=states)
def test_a_referral_is_created_once_and_deleted_once(after: Referral):
    gone = replace(after, deleted_at=NOW)
    assert of_referral(None, after) == ("referral.created",)
    assert of_referral(after, gone) == ("referral.deleted",)
    assert of_referral(gone, replace(gone, why="reversed")) == ()


@given(history=st.lists(states, min_size=2, max_size=6), attributed_at=st.integers(0, 5))
def test_a_mention_is_told_from_when_it_is_attributed(history: list[Referral], attributed_at: int):
    known = [
        replace(state, participant_id=None if place < attributed_at else "0J4NE000")
        for place, state in enumerate(history)
    ]
    told = [kind for before, after in pairwise([None, *known]) if after for kind in of_referral(before, after)]
    assert told.count("referral.created") == (attributed_at < len(history))
    assert told[:1] in ([], ["referral.created"])


@pytest.mark.parametrize("why", ["self_referral", "existing_customer", "already_referred", "honeypot"])
@given(before=states, after=states)
def test_what_counts_for_nobody_is_not_told(why: str, before: Referral, after: Referral):
    assert of_referral(None, replace(after, disqualified=why)) == ()
    assert of_referral(replace(before, disqualified=why), replace(after, disqualified=why, deleted_at=NOW)) == ()


def test_staff_who_call_it_disqualified_change_its_stage():
    assert of_referral(staged("quoted"), staged("disqualified")) == ("referral.stage_changed",)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, REWARD, ()),
        (None, ISSUED, ("reward.issued",)),
        (REWARD, ISSUED, ("reward.issued",)),
        (ISSUED, replace(ISSUED, amount_cents=3000), ()),
        (ISSUED, replace(ISSUED, spent_cents=1000), ()),
        (ISSUED, REDEEMED, ("reward.redeemed",)),
        (REDEEMED, ISSUED, ()),
        (REDEEMED, DUE, ()),
        (DUE, REDEEMED, ()),
        (DUE, replace(DUE, status="reversed"), ("reward.reversed",)),
        (ISSUED, replace(ISSUED, status="reversal_due", spent_cents=1000), ()),
        (replace(ISSUED, status="reversal_due"), ISSUED, ()),
        (replace(ISSUED, status="reversal_due"), replace(REDEEMED, kept=True), ("reward.redeemed",)),
        (ISSUED, replace(ISSUED, status="reversed"), ("reward.reversed",)),
        (REWARD, replace(REWARD, status="reversed"), ()),
    ],
)
def test_a_reward_is_told_when_it_is_given_used_up_or_taken_back(before: Reward | None, after: Reward, told: object):
    assert of_reward(before, after) == told


def test_who_referred_is_named_in_full_where_the_crm_notes_it():
    """Rule 9 is about what is public; this goes to the business's own program."""
    jane = participant(external_id="C-1")
    person = {"id": jane.id, "code": "0J4NE000", "aliases": [], "external_id": "C-1", "name": "Jane Doe"}
    assert with_participant("reward.issued", {"x": 1}, jane) == {"participant": person, "x": 1}
    assert with_participant("referral.created", {"x": 1}, jane) == {
        "participant": person,
        "x": 1,
        "labels": ["Referral"],
        "note": "Referred by: Jane Doe",
    }
