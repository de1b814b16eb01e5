"""Someone who may refer, and what we know that decides whether they are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.people import FRIEND, first_name, short_name
from chalicelib.domain.rewards import RewardPlan, TierBook

if TYPE_CHECKING:
    from chalicelib.domain.results_review import ResultsReview

Segment = Literal["customer", "partner"]
SEGMENTS: tuple[Segment, ...] = ("customer", "partner")
LeaderboardName = Literal["initial", "first", "hidden"]
LEADERBOARD_NAMES: tuple[LeaderboardName, ...] = ("initial", "first", "hidden")
#: The periods in which closed referrals are compared: the running month, the running year, and all time.
Span = Literal["month", "year", "all"]
SPANS: tuple[Span, ...] = ("month", "year", "all")
InvitationStatus = Literal["none", "waiting", "withheld", "sent"]


@dataclass(frozen=True)
class Totals:
    """Counts over a participant's life; `sent` counts referrals, not messages."""

    visits: int = 0
    sent: int = 0
    closed: int = 0
    earned_cents: int = 0


@dataclass(frozen=True)
class Satisfaction:
    """The last finished job, the last score, and each issue's opening and closing as the provider timed them."""

    job_at: datetime | None = None
    score: float | None = None
    score_at: datetime | None = None
    opened: Mapping[str, datetime] = field(default_factory=dict)
    closed: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def open_issues(self) -> tuple[str, ...]:
        return tuple(
            sorted(issue for issue, at in self.opened.items() if issue not in self.closed or self.closed[issue] < at)
        )


@dataclass(frozen=True)
class Invitation:
    """The ask: whether it was made, and if not, why (DESIGN 5, rule 8).

    `asked` are the times of every ask, `closed` the closed referrals at the last one, `by` who made it past the gate.
    """

    status: InvitationStatus = "none"
    reasons: tuple[str, ...] = ()
    at: datetime | None = None
    asked: tuple[datetime, ...] = ()
    closed: int = 0
    by: str | None = None

    @property
    def rounds(self) -> tuple[datetime, ...]:
        """Every ask; one that was made before they were listed is the time of the decision."""
        return self.asked or ((self.at,) if self.status == "sent" and self.at else ())

    @property
    def asked_at(self) -> datetime | None:
        return self.rounds[-1] if self.rounds else None


@dataclass(frozen=True)
class StepTaken:
    """A step of the sequence: the `number`th time it came, when, and what became of it: `queued`, or why not."""

    at: datetime
    number: int
    outcome: str


@dataclass(frozen=True)
class Progress:
    """How far the sequence after the last ask has come; `next_at` is when it is looked at again."""

    steps: Mapping[str, StepTaken] = field(default_factory=dict)
    ended_at: datetime | None = None
    why_ended: str | None = None
    next_at: datetime | None = None


@dataclass(frozen=True)
class Participant:
    """A customer or partner; `id` is the permanent tracking code (P1, P16).

    `trusted`: the owner's exception, their referrals are never flagged (P19).

    `committed` are the cents of live rewards, pending ones too, by the month in which their referrals closed.
    `closed_in` counts the closed referrals of `totals` by the month, where the business is, in which they closed.
    `credits` are the cents still to be spent of each service credit, by its reward's id, the oldest first.
    """

    id: str
    name: str
    segment: Segment
    created_at: datetime
    phone: str | None = None
    email: str | None = None
    external_id: str | None = None
    opted_out: bool = False
    paused: bool = False
    leaderboard_name: LeaderboardName = "initial"
    share_generation: int = 1
    aliases: tuple[str, ...] = ()
    totals: Totals = Totals()
    tiers: TierBook = field(default_factory=TierBook)
    satisfaction: Satisfaction = field(default_factory=Satisfaction)
    invitation: Invitation = Invitation()
    sequence: Progress = Progress()
    reward_plan: RewardPlan | None = None
    address: str | None = None
    trusted: bool = False
    committed: Mapping[str, int] = field(default_factory=dict)
    credits: Mapping[str, int] = field(default_factory=dict)
    closed_in: Mapping[str, int] = field(default_factory=dict)
    results: "ResultsReview | None" = None
    version: int = 1

    @property
    def credit_cents(self) -> int:
        """The balance of service credit: what their next invoice will be less."""
        return sum(self.credits.values())

    def name_on_leaderboard(self) -> str:
        """The name as this participant allowed it; never a surname."""
        if self.leaderboard_name == "hidden":
            return "Anonymous"
        return short_name(self.name) if self.leaderboard_name == "initial" else first_name(self.name)

    def name_on_page(self, *, shown: bool) -> str:
        """How the landing page calls the referrer: the first name, or `a friend` by setting."""
        return first_name(self.name) if shown else FRIEND
