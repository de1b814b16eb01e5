"""A whole program for one test: the real services over the real engine, with a clock that a test moves."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.api.application import create_app
from chalicelib.config import Config
from chalicelib.domain.enrolment import Enrolment
from chalicelib.domain.identities import Contact
from chalicelib.domain.participants import Participant
from chalicelib.handlers import handle_schedule
from chalicelib.inbound.signatures import sign_standard
from chalicelib.local.gateway import Gateway
from chalicelib.local.pump import Pump
from chalicelib.services.change_settings import change_settings
from chalicelib.services.enrol import enrol
from chalicelib.services.keys import issue_key
from chalicelib.storage.table import Item, TableSettings, create_table
from chalicelib.wiring import Program, make_program

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
EVENTS_SECRET = "whsec_dGVzdC1zZWNyZXQtb2YtMzItYnl0ZXMtbG9uZyEh"
STRIPE_SECRET = "whsec_stripe_test_secret"
WEBHOOKS_SECRET = "whsec_b3V0Z29pbmctc2VjcmV0LW9mLTMyLWJ5dGVzLWxvbmc="


class Clock:
    """A time that moves only when a test says so."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass(frozen=True)
class Answer:
    """What HTTP answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class World:
    """The program, its clock, and shorthands for what tests do again and again."""

    program: Program
    clock: Clock
    data: Path
    pump: Pump
    gateway: Gateway
    owner: str
    _homes: Iterator[int] = field(default_factory=lambda: iter(range(1, 65_000)))
    _phones: Iterator[int] = field(default_factory=lambda: iter(range(100, 10_000)))

    @classmethod
    @contextmanager
    def open(cls, endpoint: str, table: str, data: Path) -> Iterator["World"]:
        program, clock = make_test_program(endpoint, table, data)
        create_table()
        # The test's clock stands in the past: the engine's own clock would let everything expire.
        client = Item._get_connection().connection.client
        off = {"Enabled": False, "AttributeName": "expires_at"}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=off)
        world = cls.over(program, clock, data)
        change_settings(
            program.ports,
            program.outside.wording,
            {
                "business": {"name": "Maple Street Plumbing", "owner_phone": "+15555550199", "phone": "+15555550100"},
                # Many tests have a participant refer more than five people at once.
                "flags": {"per_week": None},
            },
            "test",
        )
        handle_schedule(program)
        yield world

    @classmethod
    def over(cls, program: Program, clock: Clock, data: Path) -> "World":
        """A world over a table that stands, whatever is in it, with a key of its own."""
        owner = issue_key(program.ports, "owner", "test", "test")
        return cls(program, clock, data, Pump(program), Gateway(create_app(lambda: program)), owner)

    def phone(self) -> str:
        """A phone number nobody else in this test has."""
        return f"+1650555{next(self._phones):04d}"

    def address(self) -> str:
        """A network address nobody else in this test has."""
        number = next(self._homes)
        return f"198.18.{number // 256}.{number % 256}"

    def settle_down(self) -> None:
        """Let the stream carry everything through, and the schedule what is due."""
        self.pump.drain()
        handle_schedule(self.program)
        self.pump.drain()

    def enrol(self, name: str = "Jane Doe", **contact: Any) -> Participant:
        contact.setdefault("phone", self.phone())
        return enrol(self.program.ports, Enrolment(name, Contact(**contact))).participant

    def participant(self, code: str) -> Participant:
        found = self.program.ports.store.participants.get(code)
        assert found is not None
        return found

    def settings(self, **part: Any) -> None:
        change_settings(self.program.ports, self.program.outside.wording, part, "test")
        self.program.forget_settings()

    def http(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        address: str = "198.51.100.7",
    ) -> Answer:
        """Send a request through the gateway's event into the Chalice application."""
        sent = {"content-type": "application/json", **{k.lower(): v for k, v in (headers or {}).items()}}
        payload = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
        return Answer(*self.gateway.handle(method, path, sent, payload, address))

    def admin(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Answer:
        """The same with the owner's key."""
        return self.http(method, f"/v1/admin/{path}", body, headers={"authorization": f"Bearer {key or self.owner}"})

    def lead(self, code: str | None, **fields: Any) -> Answer:
        """Post a lead as JSON, each from a network address of its own unless `network` names one."""
        address = fields.pop("network", None) or self.address()
        body = {"code": code, "name": "Sam Lee", "phone": fields.pop("phone", None) or self.phone(), **fields}
        return self.http("POST", "/v1/leads", {k: v for k, v in body.items() if v is not None}, address=address)

    def event(self, kind: str, data: object, *, event_id: str | None = None, at: datetime | None = None) -> Answer:
        """Post a signed Standard Webhook."""
        moment = (at or self.clock()).isoformat().replace("+00:00", "Z")
        raw = json.dumps({"type": kind, "timestamp": moment, "data": data}).encode()
        name = event_id or f"evt_{random.getrandbits(64):x}"
        headers = sign_standard(name, self.clock(), raw, EVENTS_SECRET)
        return self.http("POST", "/v1/hooks/events", raw=raw, headers=headers)

    def messages(self, template: str | None = None) -> list[Any]:
        """Every message, oldest first, perhaps of one template."""
        found, _ = self.program.ports.store.messages.page(status=None, limit=100, cursor=None)
        return [m for m in reversed(found) if template is None or m.template == template]

    def sent_lines(self) -> list[dict[str, Any]]:
        """What the one-machine sender would have sent."""
        path = self.data / "outbox.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def item_count(self) -> int:
        """How many items the table holds."""
        return sum(1 for _ in Item.scan())


def make_test_program(
    endpoint: str, table: str, data: Path, clock: Callable[[], datetime] | None = None
) -> tuple[Program, Clock]:
    """A program over one table of the engine; binding is per process, so a test has one at a time."""
    moved = clock if isinstance(clock, Clock) else Clock()
    config = Config(
        table=TableSettings(table, "us-east-1", endpoint, "local", "local", read_timeout=20),
        public_url="http://localhost:8000",
        identity_key=b"a key for tests, 32 bytes long!!",
        templates=ROOT / "templates",
        events_secrets=(EVENTS_SECRET,),
        stripe_secrets=(STRIPE_SECRET,),
        webhooks_secrets=(WEBHOOKS_SECRET,),
        data=data,
    )
    return make_program(config, now=moved), moved
