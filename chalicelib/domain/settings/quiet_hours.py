"""Quiet hours as the owner writes them: `start` and `end` as `HH:MM`, a day of their own for Saturday and Sunday."""

import re
from typing import Any

from chalicelib.domain.area_codes import places
from chalicelib.domain.fields import Fields
from chalicelib.domain.quiet_hours import DAY, FEDERAL, LEAST_MINUTES, Hours, QuietHours, Window

DEFAULT: dict[str, Any] = {"start": "08:00", "end": "21:00", "overrides": {}}
_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_DAYS = ("saturday", "sunday")


def parse_quiet_hours(fields: Fields | None) -> QuietHours:
    """Check the setting; a state's override replaces that state's own rule, null takes the override away."""
    fields = fields or Fields(DEFAULT)
    fields.only({"start", "end", *_DAYS, "overrides"})
    overrides: dict[str, Hours] = {}
    by_state = fields.object("overrides") or Fields({})
    for state, value in by_state.values().items():
        if state not in {place.state for place in places().values()}:
            by_state.refuse(str(state)[:10], "is not one of the United States' two letters")
        elif value is not None:
            entry = by_state.object(state) or Fields({})
            entry.only({"start", "end", *_DAYS})
            overrides[state] = _hours(entry) or FEDERAL
    return QuietHours(_hours(fields) or FEDERAL, overrides)


def _hours(fields: Fields) -> Hours | None:
    daily = _window(fields)
    if daily is None:
        return None
    windows = {}
    for day in _DAYS:
        entry = fields.object(day)
        if entry is not None:
            entry.only({"start", "end"})
        # Null is said, and means nothing goes out that day; a day not named is like the others.
        windows[day] = _window(entry) if entry is not None else None if day in fields.values() else daily
    return Hours(daily, windows["saturday"], windows["sunday"])


def _window(fields: Fields) -> Window | None:
    start, end = _minutes(fields, "start"), _minutes(fields, "end")
    if start is None or end is None:
        return None
    if end - start < LEAST_MINUTES:
        fields.refuse("end", f"must be at least {LEAST_MINUTES // 60} hours after the start, on the same day")
        return None
    return Window(start, end)


def _minutes(fields: Fields, name: str) -> int | None:
    text = fields.text(name, most=5, required=True)
    if text is None:
        return None
    matched = _TIME.fullmatch(text)
    minutes = int(matched[1]) * 60 + int(matched[2]) if matched else DAY + 1
    if minutes > DAY:
        fields.refuse(name, "must be a time of day such as 08:00; 24:00 is the day's end")
        return None
    return minutes
