"""The steps after an ask (P30, O5, O20), and the thank-yous at a referral's milestones (M9)."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.participants import Invitation, Participant, Progress, Totals
from chalicelib.domain.referrals import Referral, mark
from chalicelib.domain.sequence import Step, advance, ended, milestones
from chalicelib.domain.settings import changed, default_settings
from tests.unit.examples import NOW, participant, referral, unless_refused

REMINDER = Step("invitation", "reminder", "sms", 5, ("visited",))
LETTER = Step("invitation", "stay_in_touch", "sms", 90, repeat=True)
BY_EMAIL = Step("invitation", "forward", "email", 0)
STEPS = (BY_EMAIL, REMINDER, LETTER)
ASKED = Invitation("sent", (), NOW, asked=(NOW,))


def run(
    person: Participant, days: float, against: tuple[str, ...] = (), steps: tuple[Step, ...] = STEPS
) -> tuple[list[str], Participant]:
    due, progress = advance(person, steps, against, NOW + timedelta(days=days))
    return [f"{each.step.template} {each.number}" for each in due], replace(person, sequence=progress)


def test_nothing_follows_where_nobody_asked() -> None:
    assert run(participant(email="jane@example.com"), 500) == ([], participant(email="jane@example.com"))


def test_the_sequence_as_it_is_set_by_default() -> None:
    """P30, O5, O20: each at its day, one reminder, then a word every quarter."""
    person = participant(invitation=ASKED, email="jane@example.com")
    steps = default_settings().sequence
    taken: dict[int, list[str]] = {}
    for day in range(400):
        due, person = run(person, day, steps=steps)
        if due:
            taken[day] = due
        assert run(person, day, steps=steps) == ([], person), "looking again changes nothing"
    assert taken == {
        0: ["forward 1"],
        5: ["reminder 1"],
        90: ["stay_in_touch 1"],
        180: ["stay_in_touch 2"],
        270: ["stay_in_touch 3"],
        360: ["stay_in_touch 4"],
    }


@pytest.mark.parametrize("totals", [Totals(visits=1), Totals(sent=1)])
def test_whose_link_was_opened_is_not_reminded(totals: Totals) -> None:
    due, person = run(participant(invitation=ASKED, totals=totals), 6)
    assert due == []
    assert person.sequence.steps["reminder_sms"].outcome == "the link was opened"
    assert run(replace(person, totals=Totals()), 7)[0] == []


def test_against_the_gate_a_step_is_passed_over_with_the_reason() -> None:
    """Rule 8: a reminder is an ask too."""
    due, person = run(participant(invitation=ASKED), 91, against=("issue leak is open",))
    assert due == []
    assert {step.outcome for step in person.sequence.steps.values()} == {"issue leak is open"}
    assert person.sequence.next_at == NOW + timedelta(days=181)


def test_an_opt_out_ends_it() -> None:
    due, person = run(participant(invitation=ASKED, opted_out=True), 6)
    assert due == []
    assert person.sequence.why_ended == "opted out of messages"
    assert run(replace(person, opted_out=False), 500)[0] == []


def test_a_reply_ends_it_and_the_first_reason_stays() -> None:
    person = participant(invitation=ASKED, sequence=ended(Progress(next_at=NOW), "answered", NOW))
    assert person.sequence.next_at is None
    assert run(person, 500)[0] == []
    assert ended(person.sequence, "again", NOW + timedelta(days=1)) is person.sequence


def test_what_was_missed_for_long_comes_once_and_not_many_times() -> None:
    """A program that stood still for a year does not send four letters at once."""
    due, person = run(participant(invitation=ASKED), 400)
    assert due == ["reminder 1", "stay_in_touch 1"]
    assert person.sequence.next_at == NOW + timedelta(days=490)


histories = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from(["look", "visit", "refer", "opt out", "reply", "complain", "mend"])),
    max_size=30,
)


@given(histories)
def test_no_history_breaks_a_rule_of_the_sequence(history: list[tuple[int, str]]) -> None:
    """One reminder, never after the link was opened, nothing after the end or against the gate."""
    person, days = participant(invitation=ASKED, email="jane@example.com"), 0
    sent: list[tuple[int, str]] = []
    against: tuple[str, ...] = ()
    over = False
    for wait, what in history:
        days += wait
        if what == "visit":
            person = replace(person, totals=replace(person.totals, visits=1))
        if what == "refer":
            person = replace(person, totals=replace(person.totals, sent=1))
        if what == "opt out":
            person, over = replace(person, opted_out=True), True
        if what == "reply":
            person = replace(person, sequence=ended(person.sequence, "answered", NOW + timedelta(days=days)))
            over = True
        against = {"complain": ("issue leak is open",), "mend": ()}.get(what, against)
        due, person = run(person, days, against)
        assert not (due and (over or against))
        assert not ("reminder 1" in due and (person.totals.visits or person.totals.sent))
        sent.extend((days, name) for name in due)
        at = person.sequence.next_at
        assert at is None or at > NOW + timedelta(days=days)
    names = [name for _, name in sent]
    assert len(names) == len(set(names))
    assert sum(name.startswith("reminder") for name in names) <= 1
    letters = [day for day, name in sent if name.startswith("stay_in_touch")]
    assert all(later - earlier >= 90 for earlier, later in pairwise(letters))
    assert all(day >= 90 for day in letters)


def names(steps: tuple[Step, ...]) -> list[str]:
    return [step.template for step in steps]


def test_milestones_are_thanked_for_once() -> None:
    """M9: received and appointment; closed and the reward are the settlement's."""
    steps = default_settings().sequence
    new = referral()
    assert names(milestones(steps, None, new)) == ["referral_received"]
    met = mark(new, "appointment", NOW + timedelta(days=1), "staff")
    assert names(milestones(steps, new, met)) == ["referral_appointment"]
    back = mark(met, "contacted", NOW + timedelta(days=2), "staff")
    assert names(milestones(steps, met, back)) == []
    again = mark(back, "appointment", NOW + timedelta(days=3), "staff")
    assert names(milestones(steps, back, again)) == []
    assert names(milestones(steps, met, mark(met, "won", NOW + timedelta(days=4), "staff"))) == []


@pytest.mark.parametrize(
    "other", [{"participant_id": None}, {"disqualified": "self_referral"}, {"deleted_at": NOW}], ids=str
)
def test_what_counts_for_nobody_is_thanked_for_to_nobody(other: dict[str, Any]) -> None:
    assert milestones(default_settings().sequence, None, referral(**other)) == ()


def test_a_mention_is_received_when_a_person_confirms_it() -> None:
    """S10: nothing is guessed."""
    mention: Referral = referral(participant_id=None)
    assert names(milestones(default_settings().sequence, mention, referral())) == ["referral_received"]


GOOD = {"after": "invitation", "template": "reminder", "wait_days": 3}


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({**GOOD, "after": "birthday"}, "sequence[0].after"),
        ({**GOOD, "template": "new_lead"}, "sequence[0].template"),
        ({**GOOD, "template": "referral_received"}, "sequence[0].template"),
        ({**GOOD, "after": "received"}, "sequence[0].template"),
        ({"after": "invitation", "wait_days": 3}, "sequence[0].template"),
        ({"after": "invitation", "template": "reminder"}, "sequence[0].wait_days"),
        ({**GOOD, "wait_days": -1}, "sequence[0].wait_days"),
        ({**GOOD, "unless": ["tired"]}, "sequence[0].unless"),
        ({**GOOD, "unless": "visited"}, "sequence[0].unless"),
        ({**GOOD, "repeat": True}, "sequence[0].repeat"),
        ({**GOOD, "channel": "fax"}, "sequence[0].channel"),
        ({**GOOD, "text": "Hi"}, "sequence[0].text"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_by_name(step: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        changed(default_settings(), {"sequence": [step]})
    assert [error.field for error in caught.value.errors] == [field]


@pytest.mark.parametrize("steps", [[GOOD, GOOD], [GOOD] * 13, None, {}, "x"])
def test_a_list_that_makes_no_sense_is_refused(steps: Any) -> None:
    assert unless_refused(lambda: changed(default_settings(), {"sequence": steps})) is None


def test_an_owner_may_have_no_sequence_at_all() -> None:
    assert changed(default_settings(), {"sequence": []}).sequence == ()
