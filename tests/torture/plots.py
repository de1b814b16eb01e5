"""What a scenario is made of: people and papers that are there before it begins, and who then does what."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.domain.changes import EventStored, MessageQueued
from chalicelib.domain.enrolment import Enrolment
from chalicelib.domain.identifiers import derived_id
from chalicelib.domain.identities import Contact
from chalicelib.domain.leads import Lead
from chalicelib.domain.referrals import Prospect
from chalicelib.services.capture_lead import capture_lead
from chalicelib.services.change_settings import change_settings
from chalicelib.services.enrol import enrol
from chalicelib.services.events import receive_event
from chalicelib.services.react import react
from tests.torture.acting import Tools, Worker
from tests.torture.books import Books
from tests.world import START

NOW = START + timedelta(hours=1)
#: What the business's tools said before the scenario began, and after.
EARLIER, LATER = START + timedelta(minutes=10), START + timedelta(minutes=20)

Ends = Callable[[Books], Iterable[str]]


@dataclass(frozen=True)
class Plot:
    """Who acts, and what must be true when all have: `ends` yields what is not, `mishaps` the same where calls failed.

    `refuses`: the errors that a worker may meet.
    """

    workers: tuple[Worker, ...]
    ends: Ends
    refuses: tuple[str, ...] = ()
    mishaps: Ends | None = None


Scenario = Callable[["Scene"], Plot]


@dataclass
class Scene:
    """Sets the scene with the real services; nobody watches yet."""

    tools: Tools
    _phones: Iterator[str] = field(default_factory=lambda: (f"+1415555{n:04d}" for n in count(100)))

    @classmethod
    def open(cls, tools: Tools) -> "Scene":
        scene = cls(tools.at(START, "scene"))
        scene.settings(business={"name": "Maple Street Plumbing", "owner_phone": "+15555550199"})
        return scene

    def settings(self, **part: Any) -> None:
        change_settings(self.tools.ports, self.tools.outside.wording, part, "owner")

    def phone(self) -> str:
        """A number that nobody else has."""
        return next(self._phones)

    def enrol(self, name: str = "Jane Doe", **contact: Any) -> str:
        contact.setdefault("phone", self.phone())
        return enrol(self.tools.ports, Enrolment(name, Contact(**contact))).participant.id

    def lead(self, code: str, phone: str, *, by: str = "form") -> str:
        lead = Lead(Prospect("Sam Lee", phone), "form", START, by, code=code)
        return capture_lead(self.tools.ports, lead, derived_id("ref", START, f"{by} {phone}")).reference

    def referred(self) -> tuple[str, str, str]:
        """A participant, and a prospect of hers with the referral."""
        jane, phone = self.enrol(email="jane@example.com"), self.phone()
        return jane, phone, self.lead(jane, phone)

    def rewarded(self) -> tuple[str, str, str, str]:
        """The same with an invoice that was issued, and the reward for it."""
        jane, phone, sam = self.referred()
        self.worked_off(self.told("issued", phone, EARLIER))
        self.delivered()
        return jane, phone, sam, f"rew_{sam.removeprefix('ref_')}-1"

    def told(self, kind: str, phone: str, at: datetime, *, invoice: str = "1", amount_cents: int = 50_000) -> str:
        """Store a webhook about an invoice without working it off; returns the event's id."""
        facts = {"id": invoice, "amount_cents": amount_cents, "currency": "USD"}
        return self.event(f"invoice.{kind}", at, {"customer": {"phone": phone}, "invoice": facts})

    def event(self, kind: str, at: datetime, data: Mapping[str, Any]) -> str:
        """Store any webhook; its name tells it from the others of a scenario."""
        name = "-".join([kind, *(part["id"] for part in data.values() if "id" in part), f"{at:%H%M}"])
        payload = {"type": kind, "timestamp": at.isoformat(), "data": data}
        assert receive_event(self.tools.ports, "events", name, json.dumps(payload))
        return f"events:{name}"

    def worked_off(self, event_id: str) -> None:
        react(self.tools.ports, self.tools.outside, EventStored(event_id))

    def delivered(self) -> None:
        """Let every message that waits go out, so that only what the scenario brings about is left."""
        for message in self.queued():
            react(self.tools.ports, self.tools.outside, MessageQueued(message))

    def queued(self) -> list[str]:
        """The ids of the messages that wait."""
        found, _ = self.tools.ports.store.messages.page(status="queued", limit=100, cursor=None)
        return [message.id for message in found]


def works_off(event_id: str, *, name: str = "", now: datetime = NOW) -> Worker:
    """The stream's or the schedule's worker with one event."""
    return Worker(name or event_id, lambda tools: react(tools.ports, tools.outside, EventStored(event_id)), now)


def delivers(message_id: str, *, name: str) -> Worker:
    """The stream's or the schedule's worker with one message."""
    return Worker(name, lambda tools: react(tools.ports, tools.outside, MessageQueued(message_id)), NOW)


def person(name: str, act: Callable[[Tools], object], now: datetime = NOW) -> Worker:
    """Somebody at the console or a page, who is told of an error and is not replaced after a crash."""
    return Worker(name, act, now, again=False)


def given(books: Books, **cents: int) -> Iterator[str]:
    """The given rewards must be exactly these: `code=cents` for each participant who has any."""
    found = {code: row["earned_cents"] for code, row in books.participants.items() if row["earned_cents"]}
    if found != cents:
        yield f"expected earnings {cents}, found {found}"


def statuses(books: Books, referral_id: str, *allowed: str) -> Iterator[str]:
    """The statuses of a referral's rewards, oldest first, joined by a blank, must be one of these."""
    mine = sorted(books.rewards_of(referral_id), key=lambda row: int(row["sk"].partition("#")[2]))
    found = " ".join(row["status"] for row in mine)
    if found not in allowed:
        yield f"{referral_id} ends with the rewards {found!r}, not with one of {allowed}"
