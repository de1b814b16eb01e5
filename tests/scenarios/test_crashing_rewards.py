"""Rules 3 to 5 under crashes: whichever call to the table fails, after a redelivery there is one reward and no more."""

import itertools
from contextlib import suppress

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.participants import Totals
from chalicelib.handlers import handle_schedule
from chalicelib.services.events import work_off_event
from tests.scenarios.racing import assert_books_balance, invoice, rewards_of
from tests.storage.faults import Killed, answer_lost, only, unreachable, wire
from tests.world import World


def broken_off(world: World, event_id: str, number: int, *, committed: bool, killed: bool) -> bool:
    """Work an event off until the nth call to the table fails; False where it has fewer calls than that."""
    fault = Killed() if killed else answer_lost() if committed else unreachable()
    judge = only(number, fault)
    with wire(after=judge) if committed else wire(before=judge) as calls, suppress(Unavailable, Killed):
        work_off_event(world.program.ports, world.program.outside.parsers, event_id)
    return len(calls) >= number


def finish(world: World) -> None:
    """Let the schedule run until it finds nothing more to do."""
    while handle_schedule(world.program).done:
        pass


def unfinished(world: World) -> list[object]:
    """What is due or waits: an event that is done is neither."""
    store = world.program.ports.store
    waiting = [event for status in ("failed", "waiting") for event in store.events.with_status(status, limit=9)[0]]
    return [*store.work.due(world.clock()), *waiting]


@pytest.mark.parametrize("committed", [False, True], ids=["not done", "done, answer lost"])
def test_a_reward_survives_a_failure_at_every_call(world: World, committed: bool) -> None:
    """What is called after the failure is told of it and may tidy up; the next test's process just ends."""
    fired = 0
    for number in itertools.count(1):
        jane, phone = world.enrol(), world.phone()
        world.lead(jane.id, phone=phone)
        invoice(world, "issued", phone, f"n{number}", event_id=f"evt_issued_{number}")
        goes_on = broken_off(world, f"events:evt_issued_{number}", number, committed=committed, killed=False)
        if number % 2:
            # The provider sends it again, which changes nothing; the schedule finds what is left to do.
            assert invoice(world, "issued", phone, f"n{number}", event_id=f"evt_issued_{number}").status == 202
        finish(world)
        assert assert_books_balance(world, jane.id).totals == Totals(sent=1, closed=1, earned_cents=2500)
        assert [reward.status for reward in rewards_of(world, jane.id)] == ["issued"]
        thanks = [message for message in world.messages("thank_you") if message.participant_id == jane.id]
        assert len(thanks) == 1
        assert unfinished(world) == []
        if not goes_on:
            break
        fired += 1
    assert fired >= 10, "the failures did not reach the settlement"
    assert unfinished(world) == []
    assert world.program.ports.store.statistics.month(world.clock())["closed"] == fired + 1


@pytest.mark.parametrize("committed", [False, True], ids=["not done", "done, answer lost"])
def test_a_reversal_survives_a_failure_at_every_call(world: World, committed: bool) -> None:
    """Rule 6: void after issue, interrupted anywhere: reversed once, the tier free, nothing left over."""
    jane = world.enrol()
    for number in itertools.count(1):
        phone = world.phone()
        world.lead(jane.id, phone=phone)
        invoice(world, "issued", phone, f"n{number}", event_id=f"evt_issued_{number}")
        finish(world)
        assert rewards_of(world, jane.id)[0].tier == 1, "the reversals before this one freed their tier"
        world.clock.forward(minutes=1)
        invoice(world, "voided", phone, f"n{number}", event_id=f"evt_voided_{number}")
        goes_on = broken_off(world, f"events:evt_voided_{number}", number, committed=committed, killed=True)
        finish(world)
        assert assert_books_balance(world, jane.id).totals == Totals(sent=number)
        reversed_ = [message for message in world.messages("reward_reversed") if message.participant_id == jane.id]
        entries = list(world.program.ports.store.rewards.ledger_of(jane.id))
        assert len(entries) == 2 * number
        assert len(reversed_) == number
        if not goes_on:
            break
    assert number > 10
    assert unfinished(world) == []


def test_a_crash_between_stage_and_settlement_is_mended_by_the_schedule(world: World) -> None:
    """Nobody sends a person's click again: the plan to settle is committed with the stage."""
    for number in itertools.count(1):
        jane = world.enrol()
        reference = world.lead(jane.id).json["reference"]
        world.clock.forward(minutes=1)
        with wire(after=only(number, Killed())) as calls, suppress(Killed):
            world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
        changed = world.program.ports.store.referrals.get(reference)
        assert changed is not None
        finish(world)
        totals = assert_books_balance(world, jane.id).totals
        assert totals.closed == int(changed.stage == "invoiced")
        if len(calls) < number:
            break
    assert number > 6
