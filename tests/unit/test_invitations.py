"""The gate before the ask (DESIGN 5, rule 8)."""

import itertools

import pytest

from chalicelib.domain.invitations import decide_invitation
from chalicelib.domain.participants import Invitation, Satisfaction
from tests.unit.examples import NOW, participant

THRESHOLD = 4
SCORES = (None, 0.0, 3.9, 4.0, 5.0)


@pytest.mark.parametrize(
    ("job", "score", "issue", "opted_out", "paused", "phone"),
    list(itertools.product((False, True), SCORES, *[(False, True)] * 4)),
)
def test_the_gate(job: bool, score: float | None, issue: bool, opted_out: bool, paused: bool, phone: bool):
    """P10-P12, S1-S4; rule 8: asked only when all holds, and every skip says why, all of it."""
    asked = participant(
        opted_out=opted_out,
        paused=paused,
        phone="+14155552671" if phone else None,
        satisfaction=Satisfaction(
            job_at=NOW if job else None,
            score=score,
            score_at=NOW if score is not None else None,
            opened={"leak": NOW} if issue else {},
        ),
    )
    decided = decide_invitation(asked, score_threshold=THRESHOLD, now=NOW)
    against = [opted_out, paused, not phone, score is not None and score < THRESHOLD, issue]
    missing = [not job, score is None]
    if any(against):
        assert decided.status == "withheld"
        assert len(decided.reasons) == sum(against)
    elif any(missing):
        assert decided.status == "waiting"
        assert len(decided.reasons) == sum(missing)
    else:
        assert decided == Invitation("sent", (), NOW, asked=(NOW,))
    assert (decided.status == "sent") == (not decided.reasons)


def test_each_reason_names_what_it_is():
    """Rule 8: staff read it."""
    unhappy = participant(
        opted_out=True, paused=True, phone=None, satisfaction=Satisfaction(NOW, 2.5, NOW, {"leak": NOW})
    )
    reasons = decide_invitation(unhappy, score_threshold=4, now=NOW).reasons
    for words in ("opted out", "paused", "phone", "2.5 is below the threshold 4", "leak"):
        assert any(words in reason for reason in reasons)


def test_the_threshold_is_the_owners():
    """P11: configurable, and met by the score itself."""
    asked = participant(satisfaction=Satisfaction(NOW, 3, NOW))
    assert decide_invitation(asked, score_threshold=3, now=NOW).status == "sent"
    assert decide_invitation(asked, score_threshold=3.01, now=NOW).status == "withheld"


def test_nobody_is_asked_twice():
    """Rule 5: whatever happens after the ask, there is no second."""
    before = Invitation("sent", (), NOW)
    asked = participant(invitation=before, satisfaction=Satisfaction(NOW, 5, NOW))
    assert decide_invitation(asked, score_threshold=4, now=NOW) is before
