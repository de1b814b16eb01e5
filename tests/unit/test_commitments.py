"""What keeps a promise of introductions, and when a letter goes (F1-F6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.commitments import Commitment, counting, due_moment, look, parts_of
from chalicelib.domain.referrals import Mark, Prospect, Referral
from chalicelib.domain.settings.commitments import Terms

MADE = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
DUE_ON = date(2026, 5, 15)
DUE = due_moment(DUE_ON, "America/New_York")
TERMS = Terms()
JANE = "0J4NE000"


def promise(**parts: object) -> Commitment:
    made = Commitment(JANE, 1, 3, DUE_ON, DUE, MADE, "desk", next_at=DUE)
    return replace(made, **parts)  # type: ignore[arg-type]  # a test's shorthand


def seen(known: Commitment, at: datetime, count: int = 0, against: tuple[str, ...] = (), **more: object) -> Commitment:
    introductions = tuple(f"ref_{number}" for number in range(count))
    no_email = more.pop("no_email", None)
    terms = more.pop("terms", TERMS)
    return look(known, introductions, against, no_email=no_email, terms=terms, now=at)  # type: ignore[arg-type]


def referral(name: str, **parts: object) -> Referral:
    plain = Referral(f"ref_{name}", JANE, Prospect("Sam Lee"), "form", MADE, Mark("new", MADE, "test"))
    return replace(plain, **parts)  # type: ignore[arg-type]  # a test's shorthand


def test_the_due_day_has_passed_on_the_morning_after_where_the_business_is() -> None:
    """Also on the night when clocks are put forward."""
    assert datetime(2026, 5, 16, 9, 0, tzinfo=ZoneInfo("America/New_York")) == DUE
    assert due_moment(date(2026, 3, 7), "America/New_York") == datetime(2026, 3, 8, 13, 0, tzinfo=UTC)


def test_what_counts_is_the_participants_own_and_began_after_the_promise() -> None:
    """F2: neither removed, nor disqualified, nor somebody else's, nor older."""
    second = timedelta(seconds=1)
    assert counting(
        promise(),
        [
            referral("b"),
            referral("a", created_at=MADE + second),
            referral("older", created_at=MADE - second),
            referral("removed", deleted_at=MADE),
            referral("again", disqualified="already_referred"),
            referral("unfit", mark=Mark("disqualified", MADE, "desk")),
            referral("lost", mark=Mark("lost", MADE, "desk")),
            referral("theirs", participant_id="0000ZZZZ"),
            referral("nobodys", participant_id=None),
        ],
    ) == ("ref_a", "ref_b", "ref_lost")


def test_two_letters_a_month_apart_and_then_it_has_lapsed() -> None:
    """F3: gentle, so not for ever."""
    known, sent = promise(), []
    for hours in range(0, 200 * 24, 6):
        before, known = known, seen(known, MADE + timedelta(hours=hours))
        if len(known.letters) > len(before.letters):
            sent.append((MADE + timedelta(hours=hours) - DUE) // timedelta(days=1))
    assert sent == [0, 30]
    assert (known.state, known.next_at) == ("lapsed", None)
    assert known.ended_at is not None
    assert known.ended_at - DUE < timedelta(days=60, hours=6)


def test_a_promise_that_is_kept_brings_no_letter_and_is_open_again_when_one_is_removed() -> None:
    kept = seen(promise(), DUE - timedelta(days=1), count=3)
    assert (kept.state, kept.next_at, kept.letters) == ("kept", None, ())
    assert seen(kept, DUE + timedelta(days=300), count=4).ended_at == kept.ended_at
    again = seen(kept, DUE - timedelta(hours=1), count=2)
    assert (again.state, again.next_at, again.ended_at) == ("open", DUE, None)
    assert seen(kept, DUE + timedelta(days=61), count=2).state == "lapsed"
    assert seen(seen(promise(), DUE + timedelta(days=61)), DUE + timedelta(days=90), count=3).state == "kept"


def test_what_speaks_against_writing_holds_the_letter_back_and_it_goes_when_that_is_over() -> None:
    """Rule 8: put off by days, and never past the lapse."""
    held = seen(promise(), DUE, against=("issue leak is open",))
    assert (held.letters, held.why, held.next_at) == ((), "issue leak is open", DUE + timedelta(days=1))
    went = seen(held, DUE + timedelta(days=12))
    assert [letter.at for letter in went.letters] == [DUE + timedelta(days=12)]
    assert (went.why, went.next_at) == (None, DUE + timedelta(days=42))
    assert seen(held, DUE + timedelta(days=60), against=("paused by staff",)).state == "lapsed"


def test_a_day_that_is_moved_brings_no_letter_more_than_was_allowed() -> None:
    """A promise put off is still one promise."""
    known = seen(seen(promise(), DUE), DUE + timedelta(days=30))
    later = replace(known, due_at=DUE + timedelta(days=100))
    for day in range(40, 170, 5):
        later = seen(later, DUE + timedelta(days=day))
    assert (len(later.letters), later.state) == (2, "lapsed")
    once = replace(seen(promise(), DUE), due_at=DUE + timedelta(days=10))
    assert seen(once, DUE + timedelta(days=10)).letters == once.letters


def test_without_an_address_it_is_for_paper() -> None:
    letter = seen(promise(), DUE, no_email="no e-mail address").letters[0]
    assert (letter.by, letter.why) == ("print", "no e-mail address")


def test_letters_can_be_turned_off_and_a_withdrawn_promise_stays_so() -> None:
    assert seen(promise(), DUE, terms=Terms(0)).state == "lapsed"
    gone = promise(state="withdrawn", next_at=None)
    assert seen(gone, DUE, count=5) == gone


@pytest.mark.parametrize("odd", ["", "com_", "com_0J4NE000", "com_0J4NE000-", "com_0J4NE000-0", "com_0J4NE000-01"])
def test_an_id_nobody_gave_out_names_nothing(odd: str) -> None:
    assert parts_of(odd) is None
    assert parts_of("com_0j4ne000-1") is parts_of("com_0J4NE000-\u0661") is parts_of("com_0J4NE000-12345") is None
    assert parts_of(promise(number=12).id) == (JANE, 12)


LOOKS = st.lists(
    st.tuples(st.integers(0, 130 * 24), st.integers(0, 4), st.booleans(), st.booleans()), min_size=1, max_size=60
)


@given(looks=LOOKS, letters=st.integers(0, 4), every=st.integers(7, 60))
def test_whatever_happens_no_rule_of_the_letters_is_broken(
    looks: list[tuple[int, int, bool, bool]], letters: int, every: int
) -> None:
    """At most so many, so far apart, none before it is due, none while something speaks against it or it is kept."""
    known, terms = promise(), Terms(letters, timedelta(days=every))
    for hours, count, complaint, paper in sorted(looks):
        at, before = MADE + timedelta(hours=hours), known
        against = ("issue leak is open",) if complaint else ()
        known = seen(known, at, count, against, terms=terms, no_email="none" if paper else None)
        assert seen(known, at, count, against, terms=terms, no_email="none" if paper else None) == known
        new = known.letters[len(before.letters) :]
        assert known.letters[: len(before.letters)] == before.letters
        assert (known.state == "kept") == (count >= 3)
        assert known.next_at is None or (known.state == "open" and at < known.next_at)
        if new:
            assert (len(new), new[0].at, complaint, at >= DUE, count < 3) == (1, at, False, True, True)
            assert not before.letters or at - before.letters[-1].at >= terms.every
    assert len(known.letters) <= letters
