"""Asked again only after a success and a pause (M16), and never against the gate, whatever happened before (rule 8)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.invitations import decide_invitation, speaks_against
from chalicelib.domain.participants import Invitation, Participant, Satisfaction, Totals
from chalicelib.domain.satisfaction import issue_closed, issue_opened, job_completed, scored
from tests.unit.examples import NOW, participant

THRESHOLD = 4.0
PAUSE = timedelta(days=90)
ASKED = Invitation("sent", (), NOW, asked=(NOW,))


def decide(person: Participant, days: float) -> Invitation:
    now = NOW + timedelta(days=days)
    return decide_invitation(person, score_threshold=THRESHOLD, now=now, ask_again_after=PAUSE)


def satisfied(days: float, score: float = 5) -> Satisfaction:
    at = NOW + timedelta(days=days)
    return Satisfaction(at, score, at)


def test_without_a_success_there_is_no_second_ask() -> None:
    person = participant(invitation=ASKED, satisfaction=satisfied(-1))
    assert decide(person, 1000) is ASKED


@pytest.mark.parametrize(
    "success",
    [{"totals": Totals(closed=1)}, {"satisfaction": satisfied(30)}],
    ids=["a friend's job", "an own job with a good score"],
)
def test_after_a_success_the_ask_waits_for_the_pause_and_comes_again(success: dict[str, object]) -> None:
    """M16."""
    person = participant(invitation=ASKED, **{"satisfaction": satisfied(-1), **success})
    waiting = decide(person, 89)
    assert waiting.status == "waiting"
    assert waiting.reasons == ("asked on 2026-05-04; not again before 2026-08-02",)
    again = decide(replace(person, invitation=waiting), 90)
    assert again.status == "sent"
    assert again.asked == (NOW, NOW + timedelta(days=90))


def test_a_job_without_a_new_score_is_no_success() -> None:
    """P11: the good word must be about this job."""
    satisfaction = Satisfaction(NOW + timedelta(days=30), 5, NOW - timedelta(days=1))
    assert decide(participant(invitation=ASKED, satisfaction=satisfaction), 200) is ASKED


def test_a_success_counts_once() -> None:
    """The friend's job that led to the second ask does not lead to a third."""
    person = participant(invitation=ASKED, satisfaction=satisfied(-1), totals=Totals(closed=1))
    again = decide(person, 90)
    assert decide(replace(person, invitation=again), 500) is again


def test_a_success_that_was_reversed_is_none() -> None:
    person = participant(invitation=replace(ASKED, closed=1), satisfaction=satisfied(-1), totals=Totals(closed=1))
    assert decide(person, 200).status == "sent"
    assert decide(person, 200) is person.invitation


def test_after_a_success_the_gate_is_looked_at_anew() -> None:
    unhappy = participant(invitation=ASKED, satisfaction=satisfied(30, score=2), totals=Totals(closed=1))
    decided = decide(unhappy, 200)
    assert decided.status == "withheld"
    assert decided.asked == (NOW,)


def test_an_ask_of_before_the_rounds_were_kept_is_one() -> None:
    old = Invitation("sent", (), NOW)
    person = participant(invitation=old, satisfaction=satisfied(-1), totals=Totals(closed=1))
    assert decide(person, 10).status == "waiting"
    assert decide(person, 90).asked == (NOW, NOW + timedelta(days=90))


steps = st.tuples(
    st.sampled_from(
        ["job", "score", "open", "close", "opt out", "opt in", "pause", "go on", "closes", "falls", "look"]
    ),
    st.integers(0, 60),
    st.sampled_from([0.0, 3.9, 4.0, 5.0]),
)


def happen(person: Participant, what: str, score: float, now: datetime) -> Participant:
    known, closed = person.satisfaction, person.totals.closed
    match what:
        case "job":
            return replace(person, satisfaction=job_completed(known, now))
        case "score":
            return replace(person, satisfaction=scored(known, score, now))
        case "open":
            return replace(person, satisfaction=issue_opened(known, "leak", now))
        case "close":
            return replace(person, satisfaction=issue_closed(known, "leak", now))
        case "opt out" | "opt in":
            return replace(person, opted_out=what == "opt out")
        case "pause" | "go on":
            return replace(person, paused=what == "pause")
        case "closes" | "falls":
            return replace(person, totals=Totals(closed=max(0, closed + (1 if what == "closes" else -1))))
    return person


@given(st.lists(steps, max_size=40))
def test_no_history_leads_to_an_ask_against_the_gate(history: list[tuple[str, int, float]]) -> None:
    """Rule 8: and each decision that is not to ask says why."""
    person, now = participant(), NOW
    successes_at_ask: tuple[int, datetime | None] = (0, None)
    for what, days, score in history:
        now += timedelta(days=days, seconds=1)
        person = happen(person, what, score, now)
        before = person.invitation
        decided = decide_invitation(person, score_threshold=THRESHOLD, now=now, ask_again_after=PAUSE)
        assert (decided.status == "sent") == (not decided.reasons)
        assert decided.rounds[: len(before.rounds)] == before.rounds
        if len(decided.rounds) > len(before.rounds):
            known = person.satisfaction
            assert not speaks_against(person, THRESHOLD)
            assert known.job_at is not None
            assert known.score is not None
            assert known.score >= THRESHOLD
            assert not known.open_issues
            assert not person.opted_out
            assert not person.paused
            if before.asked_at is not None:
                assert now - before.asked_at >= PAUSE
                closed, at = successes_at_ask
                assert person.totals.closed > closed or (at is not None and known.job_at > at)
            successes_at_ask = (person.totals.closed, now)
        person = replace(person, invitation=decided)
