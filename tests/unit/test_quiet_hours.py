"""No text outside the day where its recipient is: every state, every hour, both days on which clocks change."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.area_codes import place_of, places
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.messages import Message
from chalicelib.domain.quiet_hours import (
    AT_ONCE,
    FEDERAL,
    STATE_LAWS,
    Hours,
    QuietHours,
    Window,
    is_open,
    next_allowed,
    waits_for_day,
)
from chalicelib.domain.settings import changed, default_settings

HOME = "America/New_York"
USUAL = QuietHours()
NEW_YORK, MIAMI, SEATTLE, DALLAS = "+12125550101", "+13055550101", "+12065550101", "+12145550101"
BOISE_OR_SPOKANE, TOLL_FREE, LONDON = "+12085550101", "+18005550101", "+442079460101"
US = {place.state for place in places().values()} - {None}
SPRING, AUTUMN = datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


def local(year: int, month: int, day: int, hour: int, minute: int = 0, zone: str = HOME) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def allowed(phone: str, now: datetime, quiet: QuietHours = USUAL) -> datetime:
    return next_allowed(phone, now, quiet, HOME)


def in_window(phone: str, at: datetime, *, start: int, end: int) -> bool:
    """The wall clock in every zone of the number, looked at without the code under test."""
    zones = place_of(phone).zones or (HOME,)
    return all(start <= at.astimezone(ZoneInfo(zone)).hour < end for zone in zones)


def test_every_state_and_the_district_have_a_place() -> None:
    assert len(US) == 51
    assert all(ZoneInfo(zone) for place in places().values() for zone in place.zones)
    assert set(STATE_LAWS) <= US


@pytest.mark.parametrize("day", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("state", sorted(US))
def test_each_hour_of_a_day_on_which_the_clocks_change(state: str, day: datetime) -> None:
    """51 places x every half hour of two days; the state's own rule read as plain numbers."""
    law = STATE_LAWS.get(state, FEDERAL)
    for code, place in places().items():
        if place.state != state:
            continue
        for half in range(96):
            now = day + timedelta(minutes=30 * half)
            at = allowed(f"+1{code}5550101", now)
            assert at >= now
            for zone in place.zones:
                clock = at.astimezone(ZoneInfo(zone))
                window = (law.weekday, law.saturday, law.sunday)[max(0, clock.weekday() - 4)]
                assert window is not None
                minutes = clock.hour * 60 + clock.minute
                assert max(window.start, 8 * 60) <= minutes < min(window.end, 21 * 60)


#: A city of each state, by its area code, and its zone; read from a map, not from the program.
CITIES = """
AL 205 America/Chicago, AK 907 America/Anchorage, AZ 602 America/Phoenix, AR 501 America/Chicago,
CA 310 America/Los_Angeles, CO 303 America/Denver, CT 203 America/New_York, DE 302 America/New_York,
FL 305 America/New_York, GA 404 America/New_York, HI 808 Pacific/Honolulu, ID 208 America/Boise,
IL 312 America/Chicago, IN 317 America/Indiana/Indianapolis, IA 515 America/Chicago, KS 316 America/Chicago,
KY 502 America/Kentucky/Louisville, LA 504 America/Chicago, ME 207 America/New_York, MD 410 America/New_York,
MA 617 America/New_York, MI 313 America/Detroit, MN 612 America/Chicago, MS 601 America/Chicago,
MO 314 America/Chicago, MT 406 America/Denver, NE 402 America/Chicago, NV 702 America/Los_Angeles,
NH 603 America/New_York, NJ 201 America/New_York, NM 505 America/Denver, NY 212 America/New_York,
NC 704 America/New_York, ND 701 America/Chicago, OH 216 America/New_York, OK 405 America/Chicago,
OR 503 America/Los_Angeles, PA 215 America/New_York, RI 401 America/New_York, SC 803 America/New_York,
SD 605 America/Chicago, TN 615 America/Chicago, TX 214 America/Chicago, UT 801 America/Denver,
VT 802 America/New_York, VA 804 America/New_York, WA 206 America/Los_Angeles, WV 304 America/New_York,
WI 414 America/Chicago, WY 307 America/Denver
"""
#: Hours of a weekday, a Saturday and a Sunday where a state is stricter than 8 to 21; None: nothing that day.
STRICTER: dict[str, tuple[tuple[int, int], tuple[int, int], tuple[int, int] | None]] = {
    "AL": ((8, 20), (8, 20), None),
    "CT": ((9, 20), (9, 20), (9, 20)),
    "FL": ((8, 20), (8, 20), (8, 20)),
    "KY": ((10, 21), (10, 21), (10, 21)),
    "LA": ((8, 20), (8, 20), None),
    "MA": ((8, 20), (8, 20), (8, 20)),
    "MD": ((8, 20), (8, 20), (8, 20)),
    "MI": ((9, 21), (9, 21), (9, 21)),
    "MN": ((9, 21), (9, 21), (9, 21)),
    "MS": ((8, 20), (8, 20), None),
    "NM": ((9, 21), (9, 21), (9, 21)),
    "NV": ((9, 20), (9, 20), (9, 20)),
    "OK": ((8, 20), (8, 20), (8, 20)),
    "RI": ((9, 18), (10, 17), None),
    "SD": ((9, 21), (9, 21), None),
    "TX": ((9, 21), (9, 21), (12, 21)),
    "UT": ((8, 21), (8, 21), None),
    "WA": ((8, 20), (8, 20), (8, 20)),
    "WY": ((8, 20), (8, 20), (8, 20)),
}


def test_fifty_states_and_twenty_four_hours_of_both_days_on_which_clocks_change() -> None:
    """0 texts outside the window by rules and zones written down here; and none held back where it is open."""
    cities = [tuple(city.split()) for city in CITIES.replace("\n", " ").split(",")]
    assert len({state for state, _, _ in cities}) == 50
    outside, late, tried = [], [], 0
    for (state, area, zone), day, hour in itertools.product(cities, (SPRING, AUTUMN), range(24)):
        # Midnight there, then hour after hour of real time: 23 or 25 of them make such a day.
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        now, tried = midnight + timedelta(hours=hour), tried + 1
        at = allowed(f"+1{area}5550101", now)
        if not _open_there(state, at.astimezone(ZoneInfo(zone))):
            outside.append((state, now, at))
        if (
            len(place_of(f"+1{area}5550101").zones) == 1
            and _open_there(state, now.astimezone(ZoneInfo(zone)))
            and at > now
        ):
            late.append((state, now, at))
    assert (tried, outside, late) == (50 * 2 * 24, [], [])


def _open_there(state: str, clock: datetime) -> bool:
    hours = STRICTER.get(state, ((8, 21),) * 3)[max(0, clock.weekday() - 4)]
    return hours is not None and hours[0] <= clock.hour < hours[1]


@pytest.mark.parametrize(
    ("phone", "now", "expected"),
    [
        (NEW_YORK, local(2026, 5, 4, 8), local(2026, 5, 4, 8)),
        (NEW_YORK, local(2026, 5, 4, 20, 59), local(2026, 5, 4, 20, 59)),
        (NEW_YORK, local(2026, 5, 4, 21), local(2026, 5, 5, 8)),
        (NEW_YORK, local(2026, 5, 4, 7, 59), local(2026, 5, 4, 8)),
        (MIAMI, local(2026, 5, 4, 20), local(2026, 5, 5, 8)),
        (SEATTLE, local(2026, 5, 4, 8), local(2026, 5, 4, 8, zone="America/Los_Angeles")),
        (DALLAS, local(2026, 5, 2, 22, zone="America/Chicago"), local(2026, 5, 3, 12, zone="America/Chicago")),
        ("+12055550101", local(2026, 5, 2, 20, zone="America/Chicago"), local(2026, 5, 4, 8, zone="America/Chicago")),
        ("+14015550101", local(2026, 5, 2, 17), local(2026, 5, 4, 9)),
        (TOLL_FREE, local(2026, 5, 4, 3), local(2026, 5, 4, 8)),
        (LONDON, local(2026, 5, 4, 3), local(2026, 5, 4, 8)),
    ],
    ids=["opens", "last", "closed", "first", "florida", "pacific", "texas", "alabama", "island", "free", "abroad"],
)
def test_the_first_allowed_moment(phone: str, now: datetime, expected: datetime) -> None:
    assert allowed(phone, now) == expected


def test_several_zones_must_all_be_open() -> None:
    """Area code 208 lies in the Mountain and in the Pacific zone: 8 in the later, until 21 in the earlier."""
    assert len(place_of(BOISE_OR_SPOKANE).zones) > 1
    pacific, mountain = "America/Los_Angeles", "America/Denver"
    assert allowed(BOISE_OR_SPOKANE, local(2026, 5, 4, 3)) == local(2026, 5, 4, 8, zone=pacific)
    assert allowed(BOISE_OR_SPOKANE, local(2026, 5, 4, 21, zone=mountain)) == local(2026, 5, 5, 8, zone=pacific)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)], ids=["spring", "autumn"])
def test_the_morning_comes_by_the_clock_on_the_wall(day: datetime, hours: int) -> None:
    eve = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(HOME)) - timedelta(hours=16)
    at = allowed(NEW_YORK, eve.astimezone(UTC) + timedelta(hours=13, minutes=1))
    assert at == local(day.year, day.month, day.day, 8)
    assert at - eve.astimezone(UTC) == timedelta(hours=hours)


WINDOWS = st.builds(
    lambda start, length: Window(start, min(24 * 60, start + length)),
    st.integers(0, 20 * 60),
    st.integers(4 * 60, 24 * 60),
)
PHONES = st.sampled_from(sorted(places())).map(lambda code: f"+1{code}5550101")
TIMES = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one


@given(PHONES, TIMES, WINDOWS, st.none() | WINDOWS, st.none() | WINDOWS)
def test_whatever_the_owner_sets_no_text_leaves_outside_it(
    phone: str, now: datetime, weekday: Window, saturday: Window | None, sunday: Window | None
) -> None:
    """And none waits longer than it must: the minute before is closed in some zone."""
    quiet = QuietHours(Hours(weekday, saturday, sunday))
    at = allowed(phone, now, quiet)
    hours = quiet.of(place_of(phone).state)
    zones = [ZoneInfo(zone) for zone in place_of(phone).zones]
    if at - now >= timedelta(days=14):
        return
    assert at >= now
    assert all(is_open(hours, at, zone) for zone in zones)
    if at > now:
        before = max(now, at - timedelta(minutes=1))
        assert not all(is_open(hours, before, zone) for zone in zones)


@given(PHONES, TIMES)
def test_no_setting_at_all_keeps_the_federal_hours(phone: str, now: datetime) -> None:
    assert in_window(phone, allowed(phone, now), start=8, end=21)


def message(**fields: object) -> Message:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    given: dict[str, object] = {"template": "invitation", "channel": "sms", "recipient": "participant", **fields}
    return Message("msg_1", created_at=at, due_at=at, **given)  # type: ignore[arg-type]  # a test's shorthand


def test_who_is_told_at_once() -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    assert waits_for_day(message(), now)
    assert waits_for_day(message(template="reward_issued"), now)
    assert not waits_for_day(message(channel="email"), now)
    assert not waits_for_day(message(template="new_lead", recipient="owner"), now)
    answer = message(template="lead_received", recipient="prospect")
    assert not waits_for_day(answer, now + AT_ONCE)
    assert waits_for_day(answer, now + AT_ONCE + timedelta(seconds=1)), "late, it is one text among others"


def test_the_owner_narrows_the_hours_and_the_states_stay_stricter() -> None:
    quiet = changed(default_settings(), {"quiet_hours": {"start": "10:00", "sunday": None}}).quiet_hours
    assert quiet.of("NY") == Hours(Window(600, 1260), Window(600, 1260), None)
    assert quiet.of("FL") == Hours(Window(600, 1200), Window(600, 1200), None)


def test_an_override_replaces_a_states_own_rule() -> None:
    given = {"quiet_hours": {"overrides": {"RI": {"start": "08:00", "end": "21:00"}}}}
    settings = changed(default_settings(), given)
    assert settings.quiet_hours.of("RI") == FEDERAL
    gone = changed(settings, {"quiet_hours": {"overrides": {"RI": None}}})
    assert gone.quiet_hours.of("RI") == STATE_LAWS["RI"]


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"start": "25:00"}, "quiet_hours.start"),
        ({"start": "24:01"}, "quiet_hours.start"),
        ({"start": 8}, "quiet_hours.start"),
        ({"start": "20:00"}, "quiet_hours.end"),
        ({"sunday": {"start": "12:00"}}, "quiet_hours.sunday.end"),
        ({"overrides": {"XX": {"start": "08:00", "end": "20:00"}}}, "quiet_hours.overrides.XX"),
        ({"overrides": {"FL": {"start": "08:00", "end": "09:00"}}}, "quiet_hours.overrides.FL.end"),
        ({"until": "20:00"}, "quiet_hours.until"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(part: object, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        changed(default_settings(), {"quiet_hours": part})
    assert field in {error.field for error in refused.value.errors}
