"""A whole year on an advanced clock: the real program, a thousand people, the schedule hour by hour, and what left.

`python -m tests.torture.year` plays it, judges it, and writes the table of docs/messages.md.
"""

import argparse
import random
import sys
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.domain.messages import STATUSES, TEMPLATES, Message
from chalicelib.domain.replies import IncomingText
from chalicelib.handlers import handle_schedule
from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.opened import ENGINE_PYTHON
from chalicelib.services.react import BATCH
from chalicelib.services.receive_text import receive_text
from tests.torture.year_life import HOMES, Act, Person, life, people
from tests.torture.year_rules import broken_rules
from tests.world import ROOT, World

_BEGIN, _END = "<!-- the year: written by python -m tests.torture.year -->", "<!-- end of the year -->"
_MONTH = timedelta(days=30.5)
_HOURS_OF_A_LOOK = 24


@dataclass(frozen=True)
class Sent:
    """A message that left, as the outbox file and the table know it together."""

    message: Message
    to: str
    at: datetime


@dataclass
class Year:
    """What happened: the people with all that was true of them, what left, and what did not."""

    start: datetime
    days: int
    people: list[Person]
    sent: list[Sent]
    held: Counter[str]
    lines: list[str]


class Player:
    """Plays acts through HTTP and the program's own entrances, and lets the stream and the schedule follow."""

    def __init__(self, world: World, count: int, seed: int) -> None:
        self.world = world
        self.people = people(count)
        self.chance = random.Random(seed)
        self._numbers = {home.area: iter(range(199, 99, -1)) for home in HOMES}
        self._leads: dict[tuple[int, int], tuple[str, str]] = {}
        world.settings(
            submissions_per_hour=100_000,
            business={"address": "1 Maple Street, Springfield, IL 62701", "timezone": "America/Chicago"},
        )
        for person in self.people:
            contact = {"phone": person.phone} | ({"email": person.email} if person.email else {})
            person.code = world.enrol(f"Pat {'ABCDEFGHIJ'[person.number % 10]}ley", **contact).id
        world.pump.drain()

    def play(self, days: int) -> Year:
        """Run so many days, hour by hour."""
        start, world = self.world.clock(), self.world
        acts = sorted(
            (act for person in self.people for act in life(person, start, days, self.chance)), key=lambda act: act.at
        )
        upcoming = iter(acts)
        act = next(upcoming, None)
        for hour in range(1, days * 24 + 1):
            until = start + timedelta(hours=hour)
            while act is not None and act.at < until:
                world.clock.now = max(world.clock.now, act.at)
                self._do(act, self.people[act.who])
                world.pump.drain()
                act = next(upcoming, None)
            world.clock.now = until
            # A run with nothing to do costs more than everything else; the daily looks need one now and then.
            if hour % _HOURS_OF_A_LOOK == 0 or self._anything_due():
                self._schedule()
            if hour % (7 * 24) == 0:
                self._office_holds_reviews()
        return self._told(start, days)

    def _schedule(self) -> None:
        """What a schedule of every minute does in the end: all that is due."""
        while handle_schedule(self.world.program).done >= BATCH:
            self.world.pump.drain()
        self.world.pump.drain()

    def _anything_due(self) -> bool:
        return next(iter(self.world.program.ports.store.work.due(self.world.clock())), None) is not None

    def _do(self, act: Act, person: Person) -> None:
        getattr(self, f"_{act.deed}")(act, person)

    def _event(self, kind: str, person: Person, **data: object) -> None:
        assert self.world.event(kind, {"customer": {"phone": person.phone}, **data}).status == 202

    def _job(self, act: Act, person: Person) -> None:
        person.jobs.append(act.at)
        self._event("job.completed", person, job={"id": f"{person.number}-{act.number}"})

    def _score(self, act: Act, person: Person) -> None:
        person.scores.append((act.at, act.value))
        self._event("review.scored", person, review={"score": act.value})

    def _issue_opened(self, act: Act, person: Person) -> None:
        person.complaints.append((act.at, None))
        self._event("issue.opened", person, issue={"id": f"i{act.number}"})

    def _issue_closed(self, act: Act, person: Person) -> None:
        # Two may be open at once; the judge needs only that one is, so the last to close ends both.
        person.complaints = [(at, act.at if ended is None else ended) for at, ended in person.complaints]
        for number in range(act.number + 1):
            self._event("issue.closed", person, issue={"id": f"i{number}"})

    def _visit(self, act: Act, person: Person) -> None:
        person.visits.append(act.at)
        body = {"code": person.code, "channel": "sms"}
        assert self.world.http("POST", "/v1/visits", body, address=self.world.address()).status == 204

    def _lead(self, act: Act, person: Person) -> None:
        home = HOMES[(person.number * 7 + act.number) % len(HOMES)]
        phone = f"+1{home.area}5550{next(self._numbers[home.area]):03d}"
        answer = self.world.lead(person.code, phone=phone, sms_consent=bool(act.value))
        self._leads[person.number, act.number] = (answer.json["reference"], phone)
        person.leads.append((act.at, answer.json["reference"]))

    def _appointment(self, act: Act, person: Person) -> None:
        reference, _ = self._leads[person.number, act.number]
        person.appointments.add(reference)
        assert self.world.admin("PATCH", f"referrals/{reference}", {"stage": "appointment"}).status == 200

    def _paid(self, act: Act, person: Person) -> None:
        reference, phone = self._leads[person.number, act.number]
        person.closes.append((act.at, reference))
        invoice = {"id": f"inv-{reference}", "amount_cents": 50_000, "currency": "USD"}
        body = {"customer": {"name": "Sam Lee", "phone": phone}, "invoice": invoice}
        assert self.world.event("invoice.paid", body).status == 202

    def _text(self, person: Person, words: str) -> None:
        name = f"twilio:SM{self.chance.getrandbits(64):x}"
        receive_text(self.world.program.ports, IncomingText(name, person.phone, words))

    def _stop(self, act: Act, person: Person) -> None:
        person.stops.append((act.at, None))
        self._text(person, self.chance.choice(("STOP", "please stop texting me", "unsubscribe")))

    def _start(self, act: Act, person: Person) -> None:
        person.stops = [(at, ended or act.at) for at, ended in person.stops]
        self._text(person, "START")

    def _reply(self, act: Act, person: Person) -> None:
        person.replies.append(act.at)
        self._text(person, "Thank you, I will think of somebody")

    def _pause(self, act: Act, person: Person) -> None:
        person.pauses.append((act.at, None))
        assert self.world.admin("PATCH", f"participants/{person.code}", {"paused": True}).status == 200

    def _unpause(self, act: Act, person: Person) -> None:
        person.pauses = [(at, ended or act.at) for at, ended in person.pauses]
        assert self.world.admin("PATCH", f"participants/{person.code}", {"paused": False}).status == 200

    def _promise(self, act: Act, person: Person) -> None:
        due_on = (act.at + timedelta(days=self.chance.randint(10, 40))).date()
        body = {"participant_id": person.code, "promised": int(act.value), "due_on": f"{due_on}"}
        answer = self.world.admin("POST", "commitments", body)
        assert answer.status in {201, 409}
        if answer.status == 201:
            due = datetime.combine(due_on + timedelta(days=1), datetime.min.time(), act.at.tzinfo)
            person.promises.append((act.at, int(act.value), due))

    def _office_holds_reviews(self) -> None:
        """Once a week the office calls everybody who is listed."""
        by_code = {person.code: person for person in self.people}
        for item in self.world.admin("GET", "results-reviews?limit=100").json["items"]:
            outcome = "good" if self.chance.random() < 0.75 else "poor"
            answer = self.world.admin("POST", f"participants/{item['id']}/results-review", {"outcome": outcome})
            assert answer.status == 200, answer.body
            by_code[item["id"]].reviews.append((self.world.clock(), outcome))
        self.world.pump.drain()

    def _told(self, start: datetime, days: int) -> Year:
        lines, held, sent = self.world.sent_lines(), Counter[str](), []
        known = {message.id: message for message in _messages(self.world)}
        for message in known.values():
            if message.status != "sent":
                held[f"{message.template}: {message.status}"] += 1
        for line in lines:
            message = known[line["id"]]
            assert message.sent_at is not None
            sent.append(Sent(message, line["to"], message.sent_at))
        return Year(start, days, self.people, sent, held, [line["id"] for line in lines])


def play_year(world: World, *, count: int, days: int, seed: int) -> Year:
    """So many people for so many days, from the world's own beginning."""
    return Player(world, count, seed).play(days)


def _messages(world: World) -> list[Message]:
    found: list[Message] = []
    for status in STATUSES:
        cursor: str | None = None
        while True:
            page, cursor = world.program.ports.store.messages.page(status=status, limit=100, cursor=cursor)
            found.extend(page)
            if cursor is None:
                break
    return found


def table(year: Year) -> str:
    """Who got what when: each kind of message by the month of the year, and by the days after the ask before it."""
    months = range(max(1, round(timedelta(days=year.days) / _MONTH)))
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    after: dict[str, list[float]] = defaultdict(list)
    asked: dict[str, datetime] = {}
    for one in sorted(year.sent, key=lambda one: one.at):
        name, code = one.message.template, one.message.participant_id or ""
        counts[name][min(int((one.at - year.start) / _MONTH), months[-1])] += 1
        if name == "invitation":
            asked[code] = one.at
        elif one.message.recipient == "participant" and code in asked:
            after[name].append((one.at - asked[code]) / timedelta(days=1))
    rows = [
        f"| message | {' | '.join(str(month + 1) for month in months)} | all | days after the ask |",
        f"|---|{'---:|' * (len(months) + 1)}---|",
    ]
    for name in TEMPLATES:
        if name in counts:
            by_month = " | ".join(str(counts[name][month] or "") for month in months)
            rows.append(f"| `{name}` | {by_month} | {counts[name].total()} | {_days(after[name])} |")
    return "\n".join(rows)


def _days(found: list[float]) -> str:
    if not found:
        return ""
    found = sorted(found)
    return f"{found[0]:.0f} to {found[-1]:.0f}, half by {found[len(found) // 2]:.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the table into docs/messages.md")
    wish = parser.parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_engine(EngineSettings(data=None, python=ENGINE_PYTHON)) as engine,
        World.open(engine.endpoint, f"t-{uuid.uuid4().hex[:12]}", Path(folder)) as world,
    ):
        year = play_year(world, count=wish.people, days=wish.days, seed=wish.seed)
    broken = broken_rules(year)
    text = (
        f"{wish.people:,} people, {wish.days} days, seed {wish.seed}: "
        f"{len(year.sent):,} messages left, {len(broken)} rules broken."
    )
    print(text, f"{time.monotonic() - began:.0f} s", *sorted(year.held.items()), *broken[:20], table(year), sep="\n")
    if wish.write and not broken:
        _write(f"{text}\n\n{table(year)}")
    return 1 if broken else 0


def _write(text: str) -> None:
    page: Any = ROOT / "docs" / "messages.md"
    before, _, rest = page.read_text().partition(_BEGIN)
    _, _, after = rest.partition(_END)
    page.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}")


if __name__ == "__main__":
    sys.exit(main())
