"""Quiet hours: a text reaches people only while it is day where they are (47 CFR 64.1200, and the states' own rules).

The law speaks of telephone solicitations. We hold to it with every text to participants and prospects, but for direct
answers; the owner and the staff are told at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chalicelib.domain.area_codes import place_of
from chalicelib.domain.messages import Message, Template

DAY = 24 * 60
#: Any two zones of one area code have hours in common then.
LEAST_MINUTES = 4 * 60
#: Whoever has just written or filled in a form waits for the answer; after this long it is one text among others.
AT_ONCE = timedelta(minutes=15)
_ANSWERS: frozenset[Template] = frozenset({"lead_received", "introduction", "opt_out_confirmed", "help", "share_link"})
_SATURDAY, _SUNDAY = 5, 6
_MOST_DAYS = 14


@dataclass(frozen=True)
class Window:
    """Minutes after local midnight, the first included, the last not."""

    start: int
    end: int

    def within(self, other: "Window") -> "Window | None":
        """What both allow."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None


@dataclass(frozen=True)
class Hours:
    """A week's windows; None: nothing that day."""

    weekday: Window | None
    saturday: Window | None
    sunday: Window | None

    @classmethod
    def every_day(cls, start: int, end: int) -> "Hours":
        return cls(Window(start, end), Window(start, end), Window(start, end))

    def on(self, weekday: int) -> Window | None:
        return self.sunday if weekday == _SUNDAY else self.saturday if weekday == _SATURDAY else self.weekday

    def within(self, other: "Hours") -> "Hours":
        pairs = zip(self._days(), other._days(), strict=True)
        return Hours(*(mine.within(theirs) if mine and theirs else None for mine, theirs in pairs))

    def _days(self) -> tuple[Window | None, Window | None, Window | None]:
        return self.weekday, self.saturday, self.sunday


def _law(start: int, end: int, *, saturday: tuple[int, int] | None = None, sunday: tuple[int, int] | None) -> Hours:
    daily = Window(start * 60, end * 60)
    on_saturday = Window(saturday[0] * 60, saturday[1] * 60) if saturday else daily
    return Hours(daily, on_saturday, Window(sunday[0] * 60, sunday[1] * 60) if sunday else None)


FEDERAL = Hours.every_day(8 * 60, 21 * 60)
#: States that are stricter than the federal rule, as compliance vendors list them (November 2025; have counsel check).
#: Their holidays are not in it.
STATE_LAWS: Mapping[str, Hours] = MappingProxyType(
    {
        "AL": _law(8, 20, sunday=None),
        "CT": _law(9, 20, sunday=(9, 20)),
        "FL": _law(8, 20, sunday=(8, 20)),
        "KY": _law(10, 21, sunday=(10, 21)),
        "LA": _law(8, 20, sunday=None),
        "MA": _law(8, 20, sunday=(8, 20)),
        "MD": _law(8, 20, sunday=(8, 20)),
        "MI": _law(9, 21, sunday=(9, 21)),
        "MN": _law(9, 21, sunday=(9, 21)),
        "MS": _law(8, 20, sunday=None),
        "NM": _law(9, 21, sunday=(9, 21)),
        "NV": _law(9, 20, sunday=(9, 20)),
        "OK": _law(8, 20, sunday=(8, 20)),
        "RI": _law(9, 18, saturday=(10, 17), sunday=None),
        "SD": _law(9, 21, sunday=None),
        "TX": _law(9, 21, sunday=(12, 21)),
        "UT": _law(8, 21, sunday=None),
        "WA": _law(8, 20, sunday=(8, 20)),
        "WY": _law(8, 20, sunday=(8, 20)),
    }
)


@dataclass(frozen=True)
class QuietHours:
    """What the owner set: the hours of every day, and by state what is to hold instead of the state's rule."""

    hours: Hours = FEDERAL
    overrides: Mapping[str, Hours] = field(default_factory=dict)

    def of(self, state: str | None) -> Hours:
        """The hours in one state: the owner's own for it, or what both the owner's and the state's allow."""
        if state is None:
            return self.hours
        if state in self.overrides:
            return self.overrides[state]
        return self.hours.within(STATE_LAWS[state]) if state in STATE_LAWS else self.hours


def waits_for_day(message: Message, now: datetime) -> bool:
    """Whether quiet hours hold for this message: an e-mail wakes nobody, and a direct answer is waited for."""
    if message.channel != "sms" or message.recipient in {"owner", "user"}:
        return False
    return message.template not in _ANSWERS or now - message.created_at > AT_ONCE


def next_allowed(phone: str, now: datetime, quiet: QuietHours, home: str) -> datetime:
    """The first moment from `now` on at which a text may reach this number (E.164), in UTC.

    It is day in every zone the number may be in. `home` is the business's zone, for a number that tells none. Where the
    zones have no hours in common within two weeks, it is the end of these, to be asked again.
    """
    place = place_of(phone)
    hours = quiet.of(place.state)
    zones = [ZoneInfo(name) for name in place.zones or (home,)]
    at, latest = now.astimezone(UTC), now.astimezone(UTC) + timedelta(days=_MOST_DAYS)
    while at < latest:
        closed = next((zone for zone in zones if not is_open(hours, at, zone)), None)
        if closed is None:
            return at
        at = next(_openings(hours, at, closed), latest)
    return latest


def is_open(hours: Hours, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock on the wall there shows a time within the day's window."""
    local = at.astimezone(zone)
    window = hours.on(local.weekday())
    return window is not None and window.start <= local.hour * 60 + local.minute < window.end


def _openings(hours: Hours, at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When it opens there after `at`."""
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    for ahead in range(_MOST_DAYS):
        day = midnight + timedelta(days=ahead)
        window = hours.on(day.weekday())
        if window is None:
            continue
        # Built from the wall clock: on a day when it is put forward, hours after midnight are not minutes since.
        opening = day.replace(hour=window.start // 60, minute=window.start % 60).astimezone(UTC)
        if opening > at and is_open(hours, opening, zone):
            yield opening
