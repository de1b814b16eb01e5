"""Judge what left in a year by the facts alone; nothing here asks the program what it would allow."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.torture.year_life import HOMES, Home, Person

if TYPE_CHECKING:
    from tests.torture.year import Sent, Year

_ASKS = {"invitation", "forward", "reminder", "stay_in_touch", "introductions", "commitment_reminder"}
_SEQUENCE = {"forward", "reminder", "stay_in_touch", "referral_received", "referral_appointment"}
_ANSWERS = {"lead_received", "opt_out_confirmed", "help"}
_BY_AREA = {home.area: home for home in HOMES}
_DAY = timedelta(days=1)
_PAUSE = 90 * _DAY
#: A weekend without texts, and the schedule's hour.
_SOON = 4 * _DAY
Spans = Sequence[tuple[datetime, datetime | None]]


def broken_rules(year: "Year") -> list[str]:
    """Every rule that was broken, in a sentence each."""
    by_person: dict[str, list[Sent]] = defaultdict(list)
    for one in sorted(year.sent, key=lambda one: one.at):
        by_person[one.message.participant_id or ""].append(one)
    found = [f"{name} left {times} times" for name, times in Counter(year.lines).items() if times > 1]
    for one in year.sent:
        found.extend(_at_night(one))
    for person in year.people:
        mine = [one for one in by_person[person.code] if one.message.recipient in {"participant", "writer"}]
        for rule in (_no_means_no, _gate, _rounds, _steps, _letters, _reviews, _milestones):
            found.extend(f"{person.code}: {words}" for words in rule(person, mine))
        found.extend(f"{person.code}: {words}" for words in _asked_at_all(person, mine, year))
    found.extend(_owner(year))
    return found


def _at_night(one: "Sent") -> Iterator[str]:
    """No text outside the day where its number is; the owner, and a direct answer, may be told at once."""
    message = one.message
    if message.channel != "sms" or message.recipient in {"owner", "writer"}:
        return
    if message.template in _ANSWERS and one.at - message.created_at <= timedelta(minutes=15):
        return
    home: Home = _BY_AREA[one.to[2:5]]
    clock = one.at.astimezone(ZoneInfo(home.zone))
    window = (home.weekday, home.saturday, home.sunday)[max(0, clock.weekday() - 4)]
    if window is None or not window[0] <= clock.hour < window[1]:
        yield f"{message.id} reached {one.to} at {clock:%a %H:%M}"


def _no_means_no(person: Person, mine: list["Sent"]) -> Iterator[str]:
    """After a STOP only its confirmation, by no channel anything else."""
    for one in mine:
        if _within(one.at, person.stops) and one.message.template not in {"opt_out_confirmed", "help"}:
            yield f"{one.message.id} left after a STOP"
    confirmed = sum(one.message.template == "opt_out_confirmed" for one in mine)
    if confirmed != len(person.stops):
        yield f"{confirmed} confirmations of {len(person.stops)} STOPs"


def _gate(person: Person, mine: list["Sent"]) -> Iterator[str]:
    """Nobody is asked while a complaint is open, paused, after a bad score, or before a job and a score."""
    for one in mine:
        if one.message.template not in _ASKS:
            continue
        if _within(one.at, person.complaints):
            yield f"{one.message.id} left while a complaint was open"
        if _within(one.at, person.pauses):
            yield f"{one.message.id} left while paused"
        scores = [score for at, score in person.scores if at <= one.at]
        if scores and scores[-1] < 4:
            yield f"{one.message.id} left after a score of {scores[-1]:g}"
        if one.message.template != "commitment_reminder" and not any(at <= one.at for at in person.jobs):
            yield f"{one.message.id} left before any job"
        if one.message.template == "invitation" and not scores:
            yield f"{one.message.id} left before any score"


def _rounds(person: Person, mine: list["Sent"]) -> Iterator[str]:
    """Asked again only after a success since, and not within ninety days."""
    asks = [one for one in mine if one.message.template == "invitation"]
    for earlier, later in itertools.pairwise(asks):
        if later.message.created_at - earlier.message.created_at < _PAUSE:
            yield f"asked again after {later.message.created_at - earlier.message.created_at}"
        since = earlier.message.created_at
        closed = any(since <= at <= later.at for at, _ in person.closes)
        own = any(since < at <= later.at for at in person.jobs) and any(
            since < at <= later.at for at, _ in person.scores
        )
        if not closed and not own:
            yield f"{later.message.id} followed no success"


def _steps(person: Person, mine: list["Sent"]) -> Iterator[str]:
    """What follows an ask: each step once in a round, not too soon, none after a reply."""
    for ask, end in _each_round(mine):
        rest = [one for one in mine if ask.message.created_at <= one.message.created_at < end]
        for template, most in (("forward", 1), ("reminder", 1), ("stay_in_touch", 12)):
            found = [one for one in rest if one.message.template == template]
            if len(found) > most:
                yield f"{template} came {len(found)} times in one round"
            if template == "stay_in_touch":
                times = [ask.message.created_at, *(one.message.created_at for one in found)]
                if any(later - earlier < _PAUSE for earlier, later in itertools.pairwise(times)):
                    yield "stay_in_touch came within ninety days"
            if template == "reminder" and found:
                made = found[0].message.created_at
                if made - ask.message.created_at < 5 * _DAY:
                    yield "reminded within five days"
                if any(at <= made for at in (*person.visits, *(at for at, _ in person.leads))):
                    yield "reminded though the link was opened"
        replied = [at for at in person.replies if ask.message.created_at <= at < end]
        for one in rest:
            if one.message.template in _SEQUENCE and replied and one.at > replied[0]:
                yield f"{one.message.id} left after a reply"


def _each_round(mine: list["Sent"]) -> Iterator[tuple["Sent", datetime]]:
    """Each ask with the moment at which its round was over: the decision to ask again, whenever that then left."""
    asks = [one for one in mine if one.message.template == "invitation"]
    for number, ask in enumerate(asks):
        following = asks[number + 1].message.created_at if number + 1 < len(asks) else datetime.max.replace(tzinfo=UTC)
        yield ask, following


def _letters(person: Person, mine: list["Sent"]) -> Iterator[str]:
    """At most two for a promise, a month apart, not before its day is over, not once it is kept."""
    letters = [one for one in mine if one.message.template == "commitment_reminder"]
    for one in letters:
        made, promised, due = [promise for promise in person.promises if promise[0] <= one.at][-1]
        if one.at < due:
            yield f"{one.message.id} left before the day had passed"
        if sum(made <= at <= one.at for at, _ in person.leads) >= promised:
            yield f"{one.message.id} left though the promise was kept"
    for number, (made, _, _) in enumerate(person.promises):
        until = person.promises[number + 1][0] if number + 1 < len(person.promises) else None
        times = [one.at for one in letters if made <= one.at and (until is None or one.at < until)]
        if len(times) > 2 or any(later - earlier < 30 * _DAY for earlier, later in itertools.pairwise(times)):
            yield f"letters at {times}"


def _reviews(person: Person, mine: list["Sent"]) -> Iterator[str]:
    """The ask for introductions follows a good review, ninety days after a job at least, once each."""
    for at, _ in person.reviews:
        if not any(at - job >= _PAUSE for job in person.jobs):
            yield "a review was due within ninety days of the job"
    asks = [one for one in mine if one.message.template == "introductions"]
    for one in asks:
        if not any(outcome == "good" and at <= one.at for at, outcome in person.reviews):
            yield f"{one.message.id} followed no good review"
    if len(asks) > sum(outcome == "good" for _, outcome in person.reviews):
        yield f"{len(asks)} asks for introductions"


def _milestones(person: Person, mine: list["Sent"]) -> Iterator[str]:
    """Thanked once for each referral and each milestone it reached; a reward's news never comes for nothing."""
    closed = {reference for _, reference in person.closes}
    allowed = {
        "referral_received": {reference for _, reference in person.leads},
        "referral_appointment": person.appointments,
        "reward_issued": closed,
        "thank_you": closed,
    }
    for template, references in allowed.items():
        found = [one.message.referral_id for one in mine if one.message.template == template]
        if len(found) != len(set(found)):
            yield f"{template} came twice for one referral"
        if not set(found) <= references:
            yield f"{template} came for a referral that was not so far"


def _asked_at_all(person: Person, mine: list["Sent"], year: "Year") -> Iterator[str]:
    """Whoever was to be asked was: a job and a good score, and nothing against it in the days that follow."""
    if not person.jobs or not person.scores:
        return
    at = max(person.jobs[0], person.scores[0][0])
    late = at + _SOON
    good = all(score >= 4 for when, score in person.scores if when <= late)
    against = any(
        begin < late and (end is None or end > at) for begin, end in (*person.complaints, *person.stops, *person.pauses)
    )
    replied = any(at <= when <= late for when in person.replies)
    meant = good and not against and not replied and late < year.start + year.days * _DAY
    if meant and not any(one.message.template == "invitation" and at <= one.at <= late for one in mine):
        yield f"was never asked after {at:%Y-%m-%d}"


def _owner(year: "Year") -> Iterator[str]:
    """Told of each lead once, of a reply, and of what is stuck at most once a day."""
    told = Counter(one.message.referral_id for one in year.sent if one.message.template == "new_lead")
    for person in year.people:
        for _, reference in person.leads:
            if told[reference] != 1:
                yield f"the owner was told {told[reference]} times of {reference}"
    zone = ZoneInfo("America/Chicago")
    days = Counter(one.at.astimezone(zone).date() for one in year.sent if one.message.template == "stuck")
    yield from (f"the owner was told {times} times on {day} what is stuck" for day, times in days.items() if times > 1)


def _within(at: datetime, spans: Spans) -> bool:
    return any(begin < at and (end is None or at < end) for begin, end in spans)
