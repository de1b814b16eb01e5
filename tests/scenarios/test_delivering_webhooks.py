"""A webhook is delivered at least once, under one id, for three days; then it is dead, and a person can see it."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from chalicelib.cli import main
from chalicelib.cli.upkeep import hints
from chalicelib.delivery.webhooks_out import HttpWebhooks
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.webhooks import LONGEST_PAUSE, PATIENCE, Webhook
from chalicelib.services.deliver_webhook import CLAIM, deliver_webhook
from chalicelib.services.keys import issue_key
from chalicelib.services.ports import Outside, Reply
from tests.receiver import Receiver, receiving
from tests.running import free_port
from tests.scenarios.racing import WRITERS, together
from tests.storage.faults import Killed, answer_lost, only, unreachable, wire
from tests.world import WEBHOOKS_SECRET, World

OTHER_SECRET = "whsec_YW5vdGhlci1zZWNyZXQtb2YtMzItYnl0ZXMtbG9u"


@pytest.fixture
def crm(world: World) -> Iterator[Receiver]:
    """A CRM that wants to know of new referrals."""
    with receiving() as receiver:
        wants(world, receiver.url)
        yield receiver


def wants(world: World, *urls: str) -> None:
    world.settings(webhooks=[{"url": url, "types": ["referral.created"]} for url in urls])


def told(world: World) -> str:
    """A lead, and the id of the webhook that says so, not sent yet."""
    before = {webhook.id for webhook in webhooks(world)}
    world.lead(world.enrol().id)
    (fresh,) = {webhook.id for webhook in webhooks(world)} - before
    return fresh


def webhooks(world: World) -> list[Webhook]:
    found, _ = world.program.ports.store.webhooks.page(status=None, limit=100, cursor=None)
    return found


def the_only(world: World) -> Webhook:
    (found,) = webhooks(world)
    return found


def delivered(world: World, name: str, outside: Outside | None = None) -> Webhook:
    webhook = deliver_webhook(world.program.ports, outside or world.program.outside, name)
    assert webhook is not None
    return webhook


def pass_time(world: World, total: timedelta) -> None:
    """Let the schedule run at each moment at which something is due."""
    end = world.clock.now + total
    while (following := next_due(world)) is not None and following <= end:
        world.clock.now = max(world.clock.now, following)
        world.settle_down()
    world.clock.now = max(world.clock.now, end)
    world.settle_down()


def next_due(world: World) -> datetime | None:
    return min((w.due_at for w in webhooks(world) if w.status in {"pending", "claimed"}), default=None)


def test_a_receiver_that_is_down_gets_it_when_it_is_up_again(world: World) -> None:
    port = free_port()
    wants(world, f"http://127.0.0.1:{port}/hook?from=goodword")
    world.lead(world.enrol().id)
    world.settle_down()
    pass_time(world, timedelta(hours=20))
    waiting = the_only(world)
    assert (waiting.status, waiting.reason) == ("pending", "127.0.0.1 cannot be reached: ConnectionRefusedError")
    assert 8 <= waiting.attempts <= 12
    with receiving(port) as receiver:
        pass_time(world, LONGEST_PAUSE * 1.25)
        assert [one.id for one in receiver.received] == [waiting.id]
    assert (the_only(world).status, the_only(world).reason) == ("delivered", None)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503, 301, 307])
def test_anything_but_a_success_is_tried_again_under_the_same_id(world: World, crm: Receiver, status: int) -> None:
    crm.answers = [(status, {"Location": crm.url}), (status, {}), (200, {})]
    world.lead(world.enrol().id)
    world.settle_down()
    assert len(crm.received) == 1, "no redirect is followed"
    pass_time(world, timedelta(minutes=5))
    assert len(crm.received) == 3
    assert len({(one.id, one.raw) for one in crm.received}) == 1
    stamps = [int(one.headers["webhook-timestamp"]) for one in crm.received]
    assert stamps == sorted(set(stamps)), "each attempt is signed as of its own time"
    assert the_only(world).status == "delivered"


def test_who_is_gone_is_not_asked_again(world: World, crm: Receiver) -> None:
    """410 ends this webhook and no other."""
    crm.answers = [(410, {})]
    world.lead(world.enrol().id)
    world.settle_down()
    assert (the_only(world).status, the_only(world).reason) == ("dead", "answered 410")
    pass_time(world, timedelta(days=4))
    assert len(crm.received) == 1
    world.lead(world.enrol().id)
    world.settle_down()
    assert len(crm.received) == 2


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("1800", timedelta(minutes=30)),
        ("999999", LONGEST_PAUSE),
        ("{at:%a, %d %b %Y %H:%M:%S GMT}", timedelta(hours=2)),
    ],
)
def test_what_a_receiver_asks_for_is_kept_within_reason(
    world: World, crm: Receiver, header: str, pause: timedelta
) -> None:
    crm.answers = [(429, {"Retry-After": header.format(at=world.clock() + timedelta(hours=2))})]
    world.lead(world.enrol().id)
    world.settle_down()
    assert the_only(world).due_at == world.clock() + pause
    pass_time(world, pause - timedelta(seconds=1))
    assert len(crm.received) == 1
    pass_time(world, timedelta(seconds=1))
    assert len(crm.received) == 2


def test_after_three_days_it_is_dead_and_seen_and_sent_again_by_hand(world: World, crm: Receiver) -> None:
    crm.usual = (500, {})
    world.lead(world.enrol().id)
    world.settle_down()
    pass_time(world, PATIENCE - timedelta(seconds=1))
    assert the_only(world).status == "pending"
    tries = len(crm.received)
    assert 14 <= tries <= 20
    pass_time(world, timedelta(days=3))
    dead = the_only(world)
    assert (dead.status, dead.reason, len(crm.received)) == ("dead", "answered 500", tries + 1)
    stuck = world.admin("GET", "overview").json["stuck"]["webhooks_dead"]
    assert stuck == [{"id": dead.id, "reason": "referral.created: answered 500"}]
    staff = issue_key(world.program.ports, "staff", "desk", "test")
    (listed,) = world.admin("GET", "webhooks?status=dead", key=staff).json["items"]
    assert (listed["id"], listed["type"], listed["attempts"]) == (dead.id, "referral.created", tries + 1)
    assert world.admin("POST", f"webhooks/{dead.id}", {}, key=staff).status == 403
    crm.usual = (200, {})
    assert world.admin("POST", f"webhooks/{dead.id}", {"note": "it is up again"}).json["status"] == "pending"
    world.settle_down()
    assert the_only(world).status == "delivered"
    assert len({one.id for one in crm.received}) == 1
    assert world.admin("POST", f"webhooks/{dead.id}", {}).status == 409
    assert world.admin("GET", "overview").json["stuck"]["webhooks_dead"] == []
    actions = [entry["action"] for entry in world.admin("GET", "audit").json["items"]]
    assert "webhook sent again" in actions


def test_one_sent_again_by_hand_has_three_days_before_it(world: World, crm: Receiver) -> None:
    crm.usual = (500, {})
    world.lead(world.enrol().id)
    pass_time(world, PATIENCE)
    assert the_only(world).status == "dead"
    world.clock.forward(days=30)
    world.admin("POST", f"webhooks/{the_only(world).id}", {})
    pass_time(world, PATIENCE - timedelta(seconds=1))
    assert the_only(world).status == "pending"
    pass_time(world, timedelta(seconds=1))
    assert the_only(world).status == "dead"


def test_of_two_endpoints_the_one_that_is_down_does_not_hold_up_the_other(world: World, crm: Receiver) -> None:
    wants(world, f"http://127.0.0.1:{free_port()}/hook", crm.url)
    for _ in range(3):
        world.lead(world.enrol().id)
    world.settle_down()
    assert len(crm.received) == 3
    assert sorted(webhook.status for webhook in webhooks(world)) == ["delivered"] * 3 + ["pending"] * 3
    assert len({webhook.id for webhook in webhooks(world)}) == 6


def test_while_the_secret_is_changed_both_sign(world: World, crm: Receiver) -> None:
    """The receiver may hold either."""
    sender = HttpWebhooks((OTHER_SECRET, WEBHOOKS_SECRET), public_only=False)
    outside = replace(world.program.outside, webhooks=sender)
    for secret in (WEBHOOKS_SECRET, OTHER_SECRET):
        crm.secret = secret
        assert delivered(world, told(world), outside).status == "delivered"
    assert all(len(one.headers["webhook-signature"].split(" ")) == 2 for one in crm.received)


@pytest.mark.parametrize("secrets", [(), ("not-base64",), (WEBHOOKS_SECRET, "whsec_!")])
def test_what_cannot_be_signed_waits_and_is_not_sent(world: World, crm: Receiver, secrets: tuple[str, ...]) -> None:
    outside = replace(world.program.outside, webhooks=HttpWebhooks(secrets, public_only=False))
    waiting = delivered(world, told(world), outside)
    assert (waiting.status, crm.received) == ("pending", [])
    assert waiting.reason is not None
    assert waiting.reason.startswith("GOODWORD_WEBHOOKS_SECRET is not")
    pass_time(world, timedelta(minutes=2))
    assert the_only(world).status == "delivered"


def test_the_doctor_says_that_nothing_can_be_signed(world: World, crm: Receiver) -> None:
    def said() -> list[str]:
        return [hint for hint in hints(world.program) if hint.startswith("GOODWORD_WEBHOOKS_SECRET is not set")]

    assert said() == []
    world.program.config = replace(world.program.config, webhooks_secrets=())
    assert len(said()) == 1
    world.settings(webhooks=[])
    assert said() == []


def test_an_endpoint_that_is_removed_is_sent_nothing_more(world: World, crm: Receiver) -> None:
    crm.usual = (500, {})
    world.lead(world.enrol().id)
    world.settle_down()
    world.settings(webhooks=[{"url": crm.url, "types": ["referral.closed"]}])
    pass_time(world, PATIENCE)
    assert (the_only(world).status, len(crm.received)) == ("dropped", 1)
    assert world.admin("GET", "overview").json["stuck"]["webhooks_dead"] == []


def test_eight_workers_post_a_webhook_once(world: World, crm: Receiver) -> None:
    for _ in range(3):
        name = told(world)
        together(*[partial(delivered, world, name)] * WRITERS)
        assert [one.id for one in crm.received].count(name) == 1
        assert delivered(world, name).status == "delivered"


class Dying:
    """Posts, or does not, and then the process is gone."""

    def __init__(self, world: World, *, posts: bool) -> None:
        self._world, self._posts = world, posts

    def post(self, url: str, webhook_id: str, at: datetime, body: bytes) -> Reply:
        if self._posts:
            self._world.program.outside.webhooks.post(url, webhook_id, at, body)
        raise Killed


@pytest.mark.parametrize("posts", [False, True], ids=["before the post", "after the post"])
def test_a_crash_around_the_post_is_mended_by_posting_again(world: World, crm: Receiver, posts: bool) -> None:
    """At least once; the receiver knows a repetition by its id."""
    name = told(world)
    with pytest.raises(Killed):
        delivered(world, name, replace(world.program.outside, webhooks=Dying(world, posts=posts)))
    assert delivered(world, name).status == "claimed", "another worker leaves it alone while the claim runs"
    world.clock.now += CLAIM
    world.settle_down()
    assert the_only(world).status == "delivered"
    assert [one.id for one in crm.received] == [name] * (1 + posts)
    assert len({one.raw for one in crm.received}) == 1


def test_who_crashes_each_time_is_given_up_too(world: World, crm: Receiver) -> None:
    name = told(world)
    outside = replace(world.program.outside, webhooks=Dying(world, posts=True))
    while world.clock.now <= the_only(world).overdue:
        with pytest.raises(Killed):
            delivered(world, name, outside)
        world.clock.now += timedelta(hours=7)
    assert delivered(world, name).status == "dead"


@pytest.mark.parametrize("committed", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("killed", [False, True], ids=["no answer", "killed"])
def test_a_crash_at_any_call_loses_nothing(world: World, crm: Receiver, committed: bool, killed: bool) -> None:
    for number in itertools.count(1):
        name = told(world)
        judge = only(number, Killed() if killed else answer_lost() if committed else unreachable())
        with wire(after=judge) if committed else wire(before=judge) as calls, suppress(Killed, Unavailable):
            delivered(world, name)
        world.clock.now += CLAIM
        world.settle_down()
        assert delivered(world, name).status == "delivered"
        assert 1 <= [one.id for one in crm.received].count(name) <= 2
        if len(calls) < number:
            assert number > 4
            return


def test_the_command_line_lists_and_sends_again(
    world: World, crm: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the running program, as its owner types it."""
    crm.usual = (410, {})
    world.clock.now = datetime.now(UTC)
    world.lead(world.enrol().id)
    world.settle_down()
    for name, value in {
        "GOODWORD_DATA": str(world.data),
        "GOODWORD_DYNAMODB_ENDPOINT": world.program.config.table.endpoint or "",
        "GOODWORD_TABLE": world.program.config.table.name,
        "GOODWORD_IDENTITY_KEY": world.program.config.identity_key.decode(),
        "GOODWORD_WEBHOOKS_SECRET": WEBHOOKS_SECRET,
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 1
    assert "webhooks dead: whk_" in capsys.readouterr().out
    assert main(["webhooks"]) == 0
    assert "dead      referral.created" in capsys.readouterr().out
    crm.usual = (200, {})
    assert main(["webhooks", "retry"]) == 0
    assert capsys.readouterr().out.startswith("1 sent again")
    world.clock.now = datetime.now(UTC)
    world.settle_down()
    assert main(["webhooks", "list", "--status", "delivered", "--json"]) == 0
    assert the_only(world).id in capsys.readouterr().out
    assert main(["doctor"]) == 0
