"""Jobs, scores and issues, folded in the provider's order (P11, S2-S4)."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.participants import Satisfaction
from chalicelib.domain.satisfaction import issue_closed, issue_opened, job_completed, scored
from tests.unit.examples import NOW, moments

LATER = NOW + timedelta(hours=1)
News = Callable[[Satisfaction], Satisfaction]

issues = st.sampled_from(["a", "b"])
news: st.SearchStrategy[News] = st.one_of(
    st.builds(lambda at: lambda known: job_completed(known, at), moments),
    st.builds(lambda score, at: lambda known: scored(known, score, at), st.sampled_from([0.0, 3.0, 4.5, 5.0]), moments),
    st.builds(lambda issue, at: lambda known: issue_opened(known, issue, at), issues, moments),
    st.builds(lambda issue, at: lambda known: issue_closed(known, issue, at), issues, moments),
)


def learnt(told: list[News]) -> Satisfaction:
    return reduce(lambda known, fold: fold(known), told, Satisfaction())


@given(st.data(), st.lists(news, max_size=7))
def test_any_order_and_any_repetition_give_the_same_satisfaction(data: st.DataObject, told: list[News]):
    """P11, S3: reviews and complaints arrive late and twice."""
    again = data.draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    shuffled = data.draw(st.permutations([*told, *again]))
    one, other = learnt(told), learnt(list(shuffled))
    assert one == other
    assert one.open_issues == other.open_issues


TIMES = (NOW, LATER)
CONFLICTING: list[News] = [
    *(lambda known, at=at: job_completed(known, at) for at in TIMES),
    *(lambda known, at=at, score=score: scored(known, score, at) for at in TIMES for score in (0, 2, 5)),
    *(lambda known, at=at: issue_opened(known, "leak", at) for at in TIMES),
    *(lambda known, at=at: issue_closed(known, "leak", at) for at in TIMES),
]


def test_any_two_pieces_of_news_after_any_third_commute_and_repeat_without_effect():
    """The same, exhaustively."""
    for before, one, other in itertools.product(CONFLICTING, repeat=3):
        assert learnt([before, one, other]) == learnt([before, other, one])
        assert learnt([before, one, other, one]) == learnt([before, one, other])


def test_the_last_score_counts():
    """P11: a customer who was unhappy and was won back."""
    assert scored(scored(Satisfaction(), 2, NOW), 5, LATER).score == 5
    assert scored(scored(Satisfaction(), 2, LATER), 5, NOW).score == 2


def test_of_two_scores_at_one_time_the_lower_counts():
    """P12: in doubt, an unhappy customer is not asked."""
    assert scored(scored(Satisfaction(), 5, NOW), 2, NOW).score == 2
    assert scored(scored(Satisfaction(), 2, NOW), 5, NOW).score == 2


def test_a_score_of_zero_is_a_score():
    assert scored(Satisfaction(), 0, NOW).score == 0


def test_an_issue_is_open_until_it_is_closed_and_again_when_reopened():
    """S3."""
    opened = issue_opened(Satisfaction(), "leak", NOW)
    assert opened.open_issues == ("leak",)
    closed = issue_closed(opened, "leak", LATER)
    assert closed.open_issues == ()
    assert issue_opened(closed, "leak", LATER + timedelta(hours=1)).open_issues == ("leak",)


def test_a_closing_that_arrives_first_still_closes():
    assert issue_opened(issue_closed(Satisfaction(), "leak", LATER), "leak", NOW).open_issues == ()


def test_one_issue_closed_leaves_the_other_open():
    known = issue_opened(issue_opened(Satisfaction(), "leak", NOW), "noise", NOW)
    assert issue_closed(known, "leak", LATER).open_issues == ("noise",)
