"""Introductions a client promised (F1-F6): what counts as kept, and when a letter says why they matter to us."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from chalicelib.domain.identifiers import normalise_code
from chalicelib.domain.referrals import Referral
from chalicelib.domain.settings.commitments import Terms

State = Literal["open", "kept", "lapsed", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
By = Literal["email", "print"]
MOST_PROMISED = 50
MOST_DAYS_AHEAD = 730
#: The due day has passed when the next one begins for people.
_MORNING = time(9)
#: A letter that must not go today may go tomorrow.
_LOOK_AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class Letter:
    """The letter went out by e-mail, or is for staff to print; `why` says why it was not an e-mail."""

    at: datetime
    by: By
    why: str | None = None


@dataclass(frozen=True)
class Commitment:
    """The `number`th promise of a participant. `due_at` is when `due_on` has passed where the business is.

    `introductions` are the ids of the referrals that count for it. `why` says what holds a letter back that is due.
    """

    participant_id: str
    number: int
    promised: int
    due_on: date
    due_at: datetime
    made_at: datetime
    made_by: str
    note: str | None = None
    state: State = "open"
    introductions: tuple[str, ...] = ()
    letters: tuple[Letter, ...] = ()
    why: str | None = None
    ended_at: datetime | None = None
    next_at: datetime | None = None
    version: int = 0

    @property
    def id(self) -> str:
        return f"com_{self.participant_id}-{self.number}"

    @property
    def counted(self) -> int:
        return len(self.introductions)


def due_moment(due_on: date, timezone: str) -> datetime:
    """The morning after the due day, in UTC."""
    return datetime.combine(due_on + timedelta(days=1), _MORNING, ZoneInfo(timezone)).astimezone(UTC)


def parts_of(commitment_id: str) -> tuple[str, int] | None:
    """The participant and the number that an id names, or None."""
    code, _, number = commitment_id.removeprefix("com_").partition("-")
    if not commitment_id.startswith("com_") or normalise_code(code) != code:
        return None
    plain = number.isascii() and number.isdigit() and len(number) <= 4 and not number.startswith("0")
    return (code, int(number)) if plain else None


def counting(commitment: Commitment, referrals: Iterable[Referral]) -> tuple[str, ...]:
    """Which of these count: the participant's own, begun since the promise, neither removed nor disqualified."""
    return tuple(
        sorted(
            referral.id
            for referral in referrals
            if referral.participant_id == commitment.participant_id
            and referral.created_at >= commitment.made_at
            and referral.deleted_at is None
            and referral.disqualified is None
            and referral.stage != "disqualified"
        )
    )


def look(
    commitment: Commitment,
    introductions: tuple[str, ...],
    against: Sequence[str],
    *,
    no_email: str | None,
    terms: Terms,
    now: datetime,
) -> Commitment:
    """The commitment as it stands now; where a letter is to go, it is the last of `letters`, with `now` as its time.

    `against` is what speaks against writing to the participant, `no_email` why it could only be on paper. A pure
    function of the facts: looked at again, nothing changes.
    """
    if commitment.state == "withdrawn":
        return commitment
    known = replace(commitment, introductions=introductions, why=None)
    if known.counted >= known.promised:
        return _ended(known, "kept", now)
    given_up = known.due_at + terms.letters * terms.every
    if now >= given_up:
        return _ended(known, "lapsed", now)
    known = replace(known, state="open", ended_at=None)
    if now < known.due_at:
        return replace(known, next_at=known.due_at)
    if now >= _next_letter(known, terms, given_up):
        if against:
            return replace(known, why="; ".join(against), next_at=min(_day_after(known, now), given_up))
        letter = Letter(now, "print", no_email) if no_email else Letter(now, "email")
        known = replace(known, letters=(*known.letters, letter))
    return replace(known, next_at=_next_letter(known, terms, given_up))


def _next_letter(commitment: Commitment, terms: Terms, given_up: datetime) -> datetime:
    if len(commitment.letters) >= terms.letters:
        return given_up
    last = commitment.letters[-1].at + terms.every if commitment.letters else commitment.due_at
    return min(max(last, commitment.due_at), given_up)


def _day_after(commitment: Commitment, now: datetime) -> datetime:
    """The next whole day since it was due: a second look on the same day plans nothing new."""
    return commitment.due_at + ((now - commitment.due_at) // _LOOK_AGAIN + 1) * _LOOK_AGAIN


def _ended(commitment: Commitment, state: State, now: datetime) -> Commitment:
    ended_at = commitment.ended_at if commitment.state == state and commitment.ended_at else now
    return replace(commitment, state=state, ended_at=ended_at, next_at=None)
