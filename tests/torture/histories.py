"""Histories of a whole program: anything may be told, twice and in any order, while calls fail and clocks jump.

A piece of work that dies is abandoned; what then takes it up is what takes it up in life: the stream, the schedule,
a sender that had no answer. At the end of a history all of these have run, and the books are held against the rules.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from chalicelib.domain.changes import EventStored
from chalicelib.domain.leaderboard import closings
from chalicelib.domain.referrals import STAGES, Prospect, Referral
from chalicelib.domain.rewards import STATUSES, Reward
from chalicelib.handlers import handle_schedule
from chalicelib.services.attribute import Attribution, attribute
from chalicelib.services.change_participant import Decisions, change_participant
from chalicelib.services.change_stage import change_stage
from chalicelib.services.override_reward import change_amount, override_reward
from chalicelib.services.react import react
from chalicelib.services.reattribute import reattribute
from chalicelib.services.rebuild import rebuild
from chalicelib.services.redeem_discount import Use, redeem_discount
from chalicelib.services.remove_attribution import remove_attribution
from chalicelib.services.settle import settle
from chalicelib.storage.table import Item
from tests.torture.books import Books
from tests.torture.mishaps import Mishap, attempt, mishaps
from tests.torture.rules import across, always, at_rest
from tests.torture.table import State, Table
from tests.world import START, Answer, World

T = TypeVar("T")
PEOPLE = ("Jane Doe", "Bob Ray", "Ann Fox")
_FRIENDS = 4
_ACCEPTED = 202
#: By then every claim, hold and wait is over, wherever the clock jumped, and it was day for everybody twice.
_ENOUGH = (timedelta(days=3), *[timedelta(hours=8)] * 3, timedelta(days=20), *[timedelta(hours=8)] * 3)
_places = st.integers(0, 9)
#: What is said of an invoice: the event's kind, which of the two, its worth, and how many minutes off the clock.
Told = tuple[str, int, int, int]
_told: st.SearchStrategy[Told] = st.tuples(
    st.sampled_from(["issued", "paid", "voided", "refunded"]),
    st.integers(0, 1),
    st.sampled_from([700, 2_000, 50_000]),
    st.integers(-300, 300),
)


@dataclass
class Stage:
    """A program that was set up once, and its table as it was then, to which each history returns."""

    world: World
    table: Table
    people: tuple[str, ...]
    friends: tuple[str, ...]
    start: int
    histories: int = 0
    steps: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, world: World) -> "Stage":
        # Without a number of the owner's own there is nobody to tell of each lead.
        world.settings(leaderboard_public=True, submissions_per_hour=1000, business={"owner_phone": None})
        people = tuple(world.enrol(name, email=f"{name[:4].strip()}@example.com").id for name in PEOPLE)
        friends = tuple(world.phone() for _ in range(_FRIENDS))
        # Not from nothing: two jobs of Jane's friends are invoiced, one of Bob's is not, and one friend is nobody's.
        for code, phone in zip((people[0], people[0], people[1]), friends, strict=False):
            assert world.lead(code, phone=phone).status == _ACCEPTED
        for phone in friends[:2]:
            assert world.event("invoice.issued", invoice_data(phone, 0, 50_000)).status == _ACCEPTED
        world.settle_down()
        table = Table(Item._get_connection().connection.client)
        return cls(world, table, people, friends, table.look())

    def begin(self) -> None:
        table = self.table
        table.look()
        table.restore(self.start)
        self.world.clock.now = START + timedelta(days=30)
        self.world.program.forget_settings()
        (self.world.data / "outbox.jsonl").unlink(missing_ok=True)
        self.world.pump.drain()
        self.histories += 1

    def books(self) -> Books:
        """What the table and the outbox hold now."""
        state = self.table[self.table.look()]
        return Books.of(State(state.items, tuple(line["id"] for line in self.world.sent_lines())))


def invoice_data(phone: str, which: int, cents: int) -> dict[str, Any]:
    """The invoice numbered `which` of whoever has this phone."""
    invoice = {"id": f"{phone[-4:]}-{which}", "amount_cents": cents, "currency": "USD"}
    return {"customer": {"phone": phone}, "invoice": invoice}


class Histories(RuleBasedStateMachine):
    """One history; `stage` is set by the test."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.world, self.ports = self.stage.world, self.stage.world.program.ports
        self.told: list[Callable[[], Answer]] = []
        self.event_ids: list[str] = []
        self.unanswered: list[Callable[[], Answer]] = []
        self.acknowledged: set[str] = set()
        self.broken = False

    @initialize()
    def begin(self) -> None:
        self.stage.begin()

    def work(self, name: str, work: Callable[[], T], mishap: Mishap | None) -> T | None:
        self.stage.steps[name if mishap is None else mishap.kind] += 1
        try:
            return attempt(work, mishap)
        except BaseException:
            self.broken = True
            raise

    def send(self, name: str, request: Callable[[], Answer], mishap: Mishap | None) -> Answer | None:
        """Send a request whose sender tries again until it is answered."""
        answer = self.work(name, request, mishap)
        if answer is None or answer.status >= 500:
            assert mishap is not None, answer and answer.body
            self.unanswered.append(request)
        return answer

    @rule(code=_places, friend=_places, mishap=mishaps)
    def refer(self, code: int, friend: int, mishap: Mishap | None) -> None:
        """A friend, or now and then somebody who is a customer, fills in the form behind a link."""
        phones = (*self.stage.friends, self.phone_of(0))
        body = {"code": self.code(code), "name": "Sam Lee", "phone": phones[friend % len(phones)]}
        key = {"Idempotency-Key": f"key-{len(self.acknowledged)}-{len(self.unanswered)}"}

        def request() -> Answer:
            answer = self.world.http("POST", "/v1/leads", body, headers=key)
            if answer.status == _ACCEPTED:
                self.acknowledged.add(answer.json["reference"])
            return answer

        self.send("refer", request, mishap)

    @rule(told=_told, friend=st.integers(0, _FRIENDS - 1), works_off=st.booleans(), mishap=mishaps)
    def tell_of_a_friend(self, told: Told, friend: int, works_off: bool, mishap: Mishap | None) -> None:
        """A tool tells of a friend's invoice, in whatever order; perhaps nobody listens."""
        self.tell(self.stage.friends[friend], told, mishap, works_off=works_off)

    @rule(told=_told, code=_places, works_off=st.booleans(), mishap=mishaps)
    def tell_of_their_own(self, told: Told, code: int, works_off: bool, mishap: Mishap | None) -> None:
        """The same of a participant's own, which takes credit."""
        self.tell(self.phone_of(code), told, mishap, works_off=works_off)

    def tell(self, phone: str, told: Told, mishap: Mishap | None, *, works_off: bool) -> None:
        kind, which, cents, minutes = told
        data = invoice_data(phone, which, cents)
        name, at = f"evt_{len(self.told)}", self.world.clock() + timedelta(minutes=minutes)
        self.told.append(lambda: self.world.event(f"invoice.{kind}", data, event_id=name, at=at))
        self.event_ids.append(f"events:{name}")
        self.send("tell", self.told[-1], None if works_off else mishap)
        if works_off:
            change = EventStored(self.event_ids[-1])
            self.work("work off", lambda: react(self.ports, self.world.program.outside, change), mishap)

    @rule(which=_places, mishap=mishaps)
    def tell_again(self, which: int, mishap: Mishap | None) -> None:
        if self.told:
            self.send("tell again", self.told[which % len(self.told)], mishap)

    @rule(which=_places, mishap=mishaps)
    def work_off(self, which: int, mishap: Mishap | None) -> None:
        """The stream delivers out of order, and twice."""
        if self.event_ids:
            change = EventStored(self.event_ids[which % len(self.event_ids)])
            self.work("work off", lambda: react(self.ports, self.world.program.outside, change), mishap)

    @rule(mishap=mishaps)
    def stream(self, mishap: Mishap | None) -> None:
        self.work("stream", self.world.pump.drain, mishap)

    @rule(mishap=mishaps)
    def schedule(self, mishap: Mishap | None) -> None:
        self.work("schedule", lambda: handle_schedule(self.world.program), mishap)

    @rule(hours=st.sampled_from([-30, -1, 1, 1, 30, 100]))
    def clock_jumps(self, hours: int) -> None:
        self.world.clock.forward(hours=hours)

    @rule(days=st.sampled_from([0, 3]), kind=st.sampled_from(["service_credit", "discount_code", "gift_card"]))
    def decide_settings(self, days: int, kind: str) -> None:
        tiers = [{"at": 1, "amount_cents": 2_500}, {"at": 2, "amount_cents": 4_000}]
        self.world.settings(hold_days=days, rewards={"customer": {"kind": kind, "tiers": tiers}})

    @rule(which=_places, stage=st.sampled_from(STAGES), mishap=mishaps)
    def mark_by_hand(self, which: int, stage: Any, mishap: Mishap | None) -> None:
        if found := self.referral(which):
            at = self.world.clock()
            self.work("mark", lambda: change_stage(self.ports, found.id, stage, at, "staff"), mishap)

    @rule(which=_places, mishap=mishaps)
    def remove(self, which: int, mishap: Mishap | None) -> None:
        if found := self.referral(which):
            self.work("remove", lambda: remove_attribution(self.ports, found.id, "owner"), mishap)

    @rule(which=_places, code=_places, mishap=mishaps)
    def move(self, which: int, code: int, mishap: Mishap | None) -> None:
        if found := self.referral(which):
            self.work("move", lambda: reattribute(self.ports, found.id, self.code(code), "owner"), mishap)

    @rule(code=_places, friend=_places, mishap=mishaps)
    def attribute_by_hand(self, code: int, friend: int, mishap: Mishap | None) -> None:
        prospect = Prospect("Sam Lee", self.stage.friends[friend % _FRIENDS])
        attribution = Attribution(self.code(code), prospect, "staff")
        self.work("attribute", lambda: attribute(self.ports, attribution), mishap)

    @rule(which=_places, status=st.sampled_from(STATUSES), mishap=mishaps)
    def override(self, which: int, status: Any, mishap: Mishap | None) -> None:
        if found := self.reward(which):
            self.work("override", lambda: override_reward(self.ports, found.id, status, "owner", "a note"), mishap)

    @rule(which=_places, cents=st.sampled_from([500, 2_500, 6_000]), mishap=mishaps)
    def change_worth(self, which: int, cents: int, mishap: Mishap | None) -> None:
        if found := self.reward(which):
            self.work("amount", lambda: change_amount(self.ports, found.id, cents, "owner", "a note"), mishap)

    @rule(which=_places, till=st.integers(0, 1), mishap=mishaps)
    def use_code(self, which: int, till: int, mishap: Mishap | None) -> None:
        found = self.reward(which)
        if found is not None and (code := found.discount_code) is not None:
            self.work("use code", lambda: redeem_discount(self.ports, code, Use("staff", f"till {till}")), mishap)

    @rule(code=_places, out=st.booleans(), mishap=mishaps)
    def opt_out(self, code: int, out: bool, mishap: Mishap | None) -> None:
        decisions = Decisions(opted_out=out)
        self.work("opt out", lambda: change_participant(self.ports, self.code(code), decisions, "sms"), mishap)

    def teardown(self) -> None:
        if self.broken:
            return
        self.finish()
        wrong = list(self.wrong())
        assert not wrong, "\n".join(wrong)

    def finish(self) -> None:
        """Everybody who had no answer asks again, everything told is told again, and time passes."""
        for request in (*self.unanswered, *self.told):
            assert request().status < 500
        self.world.pump.drain()
        for passed in _ENOUGH:
            self.world.clock.now += passed
            while handle_schedule(self.world.program).done:
                pass
        self.world.pump.drain()

    def wrong(self) -> list[str]:
        """Every rule that does not hold, in words."""
        ports, before = self.ports, self.stage.books()
        found = [*always(before, ports.pseudonyms), *at_rest(before)]
        found += [f"rule 4: {difference}" for difference in rebuild(ports, lambda _: None, repair=False)]
        found += self.wrong_on_the_leaderboard(before)
        found += [f"rule 7: {lost} was acknowledged and is lost" for lost in self.acknowledged - set(before.referrals)]
        found += [f"rule 5: {name} waits for ever" for name, row in before.messages.items() if "work_pk" in row]
        found += [f"{name} is planned for ever" for name in before.planned]
        found += [f"{name} was not settled" for name in before.referrals if settle(ports, name) is not None]
        return [*found, *across(before, self.stage.books())]

    def wrong_on_the_leaderboard(self, books: Books) -> list[str]:
        """The index, and the public file, against the referrals themselves."""
        closed = Counter(row["credited_to"] for row in books.referrals.values() if row["closed"])
        leaders = {leader.id: leader.totals.closed for leader in self.ports.store.participants.leaders(100)}
        published = json.loads(self.world.program.site_store.get("leaderboard.json") or "{}")
        by_month = Counter(row["closed_in"][:4] for row in books.referrals.values() if row["closed"])
        years = {year: sum(self._on_board(year).values()) for year in by_month}
        shown = sorted(entry["closed"] for entry in published.get("entries", ()))
        found = [] if leaders == closed else [f"rule 4: the leaderboard says {leaders}, the referrals {closed}"]
        if shown != sorted(closed.values()):
            found.append(f"rule 4: leaderboard.json shows {shown}, the referrals are {closed}")
        if years != by_month:
            found.append(f"rule 4: the boards of the years say {years}, the referrals {by_month}")
        return found

    def _on_board(self, period: str) -> dict[str, int]:
        """What the index of one period says, by participant."""
        leaders = self.ports.store.participants.leaders(100, period)
        return {leader.id: closings(leader, period) for leader in leaders}

    def code(self, number: int) -> str:
        return self.stage.people[number % len(PEOPLE)]

    def phone_of(self, number: int) -> str:
        return self.world.participant(self.code(number)).phone or ""

    def referral(self, number: int) -> Referral | None:
        """One of those that were made so far, the newest first."""
        found, _ = self.ports.store.referrals.page(participant_id=None, stage=None, limit=10, cursor=None)
        return found[number % len(found)] if found else None

    def reward(self, number: int) -> Reward | None:
        found, _ = self.ports.store.rewards.page(participant_id=None, status=None, limit=10, cursor=None)
        return found[number % len(found)] if found else None
