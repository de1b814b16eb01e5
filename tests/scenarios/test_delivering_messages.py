"""Rule 5: a message is sent once; what a crash leaves uncertain is said to be unknown and never sent again."""

import itertools
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.messages import Message, Template, message_id
from chalicelib.services.deliver import CLAIM, deliver
from chalicelib.services.ports import Outgoing, Outside, SendError
from tests.scenarios.racing import WRITERS, together
from tests.storage.faults import Call, Killed, answer_lost, only, unreachable, wire
from tests.world import World


@pytest.fixture(params=["new_lead", "lead_received"])
def template(request: pytest.FixtureRequest) -> Template:
    """A message for the owner is claimed by itself, one for a prospect together with a look at who opted out."""
    return request.param


def queued(world: World, template: Template) -> str:
    """One of a lead's two messages, not yet sent, while the other one is."""
    reference = world.lead(world.enrol().id, sms_consent=True).json["reference"]
    for each in ("new_lead", "lead_received"):
        if each != template:
            assert delivered(world, message_id(each, reference)).status == "sent"
    return message_id(template, reference)


def delivered(world: World, name: str, outside: Outside | None = None) -> Message:
    message = deliver(world.program.ports, outside or world.program.outside, name)
    assert message is not None
    return message


def sent(world: World, name: str) -> int:
    """How often it left."""
    return sum(line["id"] == name for line in world.sent_lines())


def after_the_claim(world: World, name: str) -> str:
    """What the schedule makes of it when every claim has run out."""
    world.clock.forward(seconds=2 * CLAIM.total_seconds())
    world.settle_down()
    found = world.program.ports.store.messages.get(name)
    assert found is not None
    return found.status


def test_eight_workers_send_a_message_once(world: World, template: Template) -> None:
    for _ in range(3):
        name = queued(world, template)
        together(*[partial(delivered, world, name)] * WRITERS)
        assert sent(world, name) == 1
        assert delivered(world, name).status == "sent"
    world.settle_down()
    ids = [line["id"] for line in world.sent_lines()]
    assert len(ids) == len(set(ids)) == 9


def test_the_stream_and_the_schedule_at_once_send_everything_once(world: World) -> None:
    for _ in range(5):
        world.lead(world.enrol().id, sms_consent=True)
    together(world.settle_down, *[partial(World.settle_down, world)] * 3)
    ids = [line["id"] for line in world.sent_lines()]
    assert len(ids) == len(set(ids)) == 15


@pytest.mark.parametrize("committed", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("killed", [False, True], ids=["no answer", "killed"])
def test_a_crash_at_any_call_sends_nothing_twice(
    world: World, template: Template, committed: bool, killed: bool
) -> None:
    """Before the claim nothing is lost; between claim and mark it is unknown, or was sent."""
    for number in itertools.count(1):
        name = queued(world, template)
        judge = only(number, Killed() if killed else answer_lost() if committed else unreachable())
        with wire(after=judge) if committed else wire(before=judge) as calls, suppress(Killed, Unavailable):
            delivered(world, name)
        outcome = after_the_claim(world, name)
        assert sent(world, name) <= 1
        assert outcome == "sent" if sent(world, name) == 1 and number < len(calls) else outcome in {"sent", "unknown"}
        claimed = any(call.writes for call in calls[: number if committed else number - 1])
        if not claimed:
            assert (outcome, sent(world, name)) == ("sent", 1), "a crash before the claim may not lose the message"
        if len(calls) < number:
            assert number > 4
            return


class Dying:
    """A provider that takes the message, or does not, and then the process is gone."""

    def __init__(self, world: World, *, takes: bool) -> None:
        self._world, self._takes = world, takes

    def send(self, message: Outgoing) -> str:
        if self._takes:
            self._world.program.outside.senders["sms"].send(message)
        raise Killed


@pytest.mark.parametrize("takes", [False, True], ids=["before the send", "after the send"])
def test_a_crash_around_the_send_is_unknown_and_not_repeated(world: World, template: Template, takes: bool) -> None:
    name = queued(world, template)
    outside = replace(world.program.outside, senders={"sms": Dying(world, takes=takes)})
    with pytest.raises(Killed):
        delivered(world, name, outside)
    assert delivered(world, name).status == "claimed", "another worker leaves it alone while the claim runs"
    assert after_the_claim(world, name) == "unknown"
    assert sent(world, name) == int(takes)


class Refusing:
    """A provider that says no."""

    def __init__(self, error: SendError) -> None:
        self.error = error

    def send(self, message: Outgoing) -> str:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SendError("busy", certain=True, again=True), "sent"),
        (SendError("no such number", certain=True), "failed"),
        (SendError("timed out", certain=False), "unknown"),
    ],
)
def test_what_a_provider_refuses_is_tried_again_only_where_it_said_so(
    world: World, template: Template, error: SendError, status: str
) -> None:
    name = queued(world, template)
    delivered(world, name, replace(world.program.outside, senders={"sms": Refusing(error)}))
    assert after_the_claim(world, name) == status
    assert sent(world, name) == int(status == "sent")


def test_who_opts_out_the_moment_it_is_claimed_gets_nothing(world: World) -> None:
    """The number is checked inside the transaction that claims the message."""
    jane = world.enrol()
    world.lead(jane.id, sms_consent=True)
    (message,) = world.messages("lead_received")
    referral = world.program.ports.store.referrals.get(message.referral_id)
    assert referral is not None
    assert referral.prospect.phone is not None
    key = world.program.ports.pseudonyms.phone(referral.prospect.phone)

    def opt_out(call: Call) -> None:
        if call.operation == "TransactWriteItems" and not said:
            said.append(True)
            transaction = world.program.ports.store.transaction()
            world.program.ports.store.identities.set_opt_out(transaction, key, opted_out=True)
            transaction.commit()

    said: list[bool] = []
    with wire(before=opt_out):
        delivered(world, message.id)
    assert said
    assert after_the_claim(world, message.id) == "skipped"
    assert sent(world, message.id) == 0
