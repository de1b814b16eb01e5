"""A seeded year in the life of customers: what they and the office do, and when, as plain acts on a clock."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Deed = Literal[
    "job",
    "score",
    "issue_opened",
    "issue_closed",
    "visit",
    "lead",
    "appointment",
    "paid",
    "stop",
    "start",
    "reply",
    "pause",
    "unpause",
    "promise",
]


@dataclass(frozen=True)
class Home:
    """An area code whose numbers are all in one zone, and the hours in which the law lets a text in there.

    Hours are of the clock on the wall: of a weekday, a Saturday, a Sunday; None: nothing that day. Written down here
    from the states' rules, not taken from the program.
    """

    area: str
    zone: str
    weekday: tuple[int, int] = (8, 21)
    saturday: tuple[int, int] = (8, 21)
    sunday: tuple[int, int] | None = (8, 21)


def _state(areas: str, zone: str, start: int, end: int, sunday: tuple[int, int] | None) -> list[Home]:
    return [Home(area, zone, (start, end), (start, end), sunday) for area in areas.split()]


HOMES = (
    *_state("212 646 917", "America/New_York", 8, 21, (8, 21)),
    *_state("305 786", "America/New_York", 8, 20, (8, 20)),
    *_state("617", "America/New_York", 8, 20, (8, 20)),
    Home("401", "America/New_York", (9, 18), (10, 17), None),
    *_state("205", "America/Chicago", 8, 20, None),
    *_state("504", "America/Chicago", 8, 20, None),
    *_state("405", "America/Chicago", 8, 20, (8, 20)),
    *_state("214 713", "America/Chicago", 9, 21, (12, 21)),
    *_state("312 773", "America/Chicago", 8, 21, (8, 21)),
    *_state("801", "America/Denver", 8, 21, None),
    *_state("303", "America/Denver", 8, 21, (8, 21)),
    *_state("602", "America/Phoenix", 8, 21, (8, 21)),
    *_state("310 415 213", "America/Los_Angeles", 8, 21, (8, 21)),
    *_state("206", "America/Los_Angeles", 8, 20, (8, 20)),
    *_state("808", "Pacific/Honolulu", 8, 21, (8, 21)),
)
#: The plan of reserved numbers: AAA 555 0100 to 0199.
_OF_AN_AREA = 100


@dataclass(frozen=True)
class Act:
    """One deed of person `who`; `number` tells their leads, jobs and complaints apart."""

    at: datetime
    who: int
    deed: Deed
    number: int = 0
    value: float = 0


@dataclass
class Person:
    """What is true of somebody, noted as it happens: the judge reads nothing else."""

    number: int
    home: Home
    phone: str
    email: str | None
    code: str = ""
    scores: list[tuple[datetime, float]] = field(default_factory=list)
    jobs: list[datetime] = field(default_factory=list)
    complaints: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    stops: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    replies: list[datetime] = field(default_factory=list)
    visits: list[datetime] = field(default_factory=list)
    leads: list[tuple[datetime, str]] = field(default_factory=list)
    closes: list[tuple[datetime, str]] = field(default_factory=list)
    appointments: set[str] = field(default_factory=set)
    promises: list[tuple[datetime, int, datetime]] = field(default_factory=list)
    reviews: list[tuple[datetime, str]] = field(default_factory=list)


def people(count: int) -> list[Person]:
    """So many people, all over the country; two in three have an e-mail address."""
    found = []
    for number in range(count):
        home = HOMES[number % len(HOMES)]
        phone = f"+1{home.area}5550{100 + number // len(HOMES):03d}"
        found.append(Person(number, home, phone, None if number % 3 == 2 else f"p{number}@example.com"))
    assert count <= len(HOMES) * _OF_AN_AREA
    return found


def life(person: Person, start: datetime, days: int, chance: random.Random) -> list[Act]:
    """What one person does in so many days, in order; the clock they live by is the world's."""
    acts: list[Act] = []
    end = start + timedelta(days=days - 1)

    def add(at: datetime, deed: Deed, number: int = 0, value: float = 0) -> datetime:
        if at < end:
            acts.append(Act(at, person.number, deed, number, value))
        return at

    def after(at: datetime, least: float, most: float) -> datetime:
        return at + timedelta(days=chance.uniform(least, most))

    done = start
    jobs = 1 + (chance.random() < 0.5)
    for job in range(jobs):
        done = add(after(done, 100, 220) if job else after(start, 0, days * 0.4), "job", job)
        liked = chance.random() < 0.8
        scored = add(after(done, 0, 4), "score", job, chance.choice((4, 5, 5)) if liked else chance.choice((1, 2, 3)))
        if not liked and chance.random() < 0.4:
            add(after(scored, 5, 30), "score", job, 5)
        if chance.random() < 0.25:
            opened = add(after(done, -2, 60), "issue_opened", job)
            add(after(opened, 0.5, 25), "issue_closed", job)
        if chance.random() < 0.15:
            add(after(done, 1, 60), "promise", job, chance.choice((1, 2, 3)))
    for _ in range(chance.choice((0, 0, 1, 3))):
        add(after(start, 5, days), "visit")
    for lead in range(chance.choice((0, 0, 0, 1, 1, 2, 4))):
        came = add(after(start, 5, days * 0.9), "lead", lead, float(chance.random() < 0.5))
        if chance.random() < 0.5:
            came = add(after(came, 0.2, 6), "appointment", lead)
        if chance.random() < 0.4:
            add(after(came, 2, 20), "paid", lead)
    if chance.random() < 0.12:
        stopped = add(after(start, 5, days), "stop")
        if chance.random() < 0.3:
            add(after(stopped, 5, 60), "start")
    if chance.random() < 0.15:
        add(after(start, 5, days), "reply")
    if chance.random() < 0.08:
        paused = add(after(start, 1, days), "pause")
        add(after(paused, 3, 60), "unpause")
    return sorted((act for act in acts if act.at >= start), key=lambda act: act.at)
