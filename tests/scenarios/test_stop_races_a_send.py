"""A STOP at any moment of a delivery: after its commit no message to that number is claimed."""

import itertools

from chalicelib.domain.replies import IncomingText
from chalicelib.services.deliver import deliver
from chalicelib.services.receive_text import receive_text
from tests.storage.faults import Call, wire
from tests.world import World


class StopBefore:
    """Receives the whole STOP of one phone before the sender's nth call."""

    def __init__(self, world: World, phone: str, number: int) -> None:
        self.world, self.phone, self.number = world, phone, number
        self.calls: list[Call] = []
        self.claimed_before = False

    def __call__(self, call: Call) -> None:
        if len(self.calls) + 1 == self.number:
            self.claimed_before = any(earlier.writes for earlier in self.calls)
            incoming = IncomingText(f"twilio:SM{self.number}", self.phone, "STOP", answered=True)
            assert receive_text(self.world.program.ports, incoming) is not None
        self.calls.append(call)


def test_nothing_is_claimed_after_a_stop_commits(world: World) -> None:
    """Every place between two calls of the sender."""
    for number in itertools.count(1):
        phone = world.phone()
        world.lead(world.enrol().id, phone=phone, sms_consent=True)
        message = next(m for m in world.messages("lead_received") if m.status == "queued")
        stop = StopBefore(world, phone, number)
        with wire(before=stop):
            deliver(world.program.ports, world.program.outside, message.id)
        world.settle_down()
        sent = sum(line["id"] == message.id for line in world.sent_lines())
        if len(stop.calls) < number:
            assert sent == 1
            assert number > 4
            return
        assert sent == int(stop.claimed_before), "only what was claimed before the STOP may leave"
