"""What is due is done or put off; nothing stays on the list for ever, where it would keep other work waiting."""

import pytest

from chalicelib.domain.messages import message_id
from chalicelib.handlers import handle_schedule
from chalicelib.services.events import work_off_event
from chalicelib.services.react import BATCH
from tests.scenarios.racing import assert_books_balance, invoice, rewards_of
from tests.storage.faults import wire
from tests.world import World


def due(world: World) -> list[tuple[str, str]]:
    """What the schedule would take up now."""
    return list(world.program.ports.store.work.due(world.clock()))


def close(world: World, code: str, identifier: str) -> str:
    """A lead whose invoice is issued, and then paid; returns the reference."""
    phone = world.phone()
    reference: str = world.lead(code, phone=phone).json["reference"]
    invoice(world, "issued", phone, identifier)
    world.settle_down()
    world.clock.forward(minutes=1)
    invoice(world, "paid", phone, identifier)
    world.settle_down()
    return reference


def test_a_held_reward_waits_for_the_end_of_its_hold(world: World) -> None:
    """P20: also where more is heard of its invoice meanwhile; then it is issued once."""
    world.settings(hold_days=7)
    code = world.enrol().id
    close(world, code, "1")
    assert due(world) == []
    world.clock.forward(days=7)
    world.settle_down()
    assert [reward.status for reward in rewards_of(world, code)] == ["issued"]
    assert_books_balance(world, code)
    assert due(world) == []


def test_a_gift_card_waits_for_a_person_and_not_for_the_schedule(world: World) -> None:
    """S6: nothing like cash leaves by itself, and nothing looks at it every minute until then."""
    world.settings(rewards={"customer": {"kind": "gift_card"}})
    code = world.enrol().id
    close(world, code, "1")
    assert [reward.status for reward in rewards_of(world, code)] == ["pending"]
    assert due(world) == []


@pytest.mark.parametrize("act", ["stage", "removal"])
def test_a_mention_that_somebody_worked_on_leaves_nothing_due(world: World, act: str) -> None:
    """S10: a mention has no participant yet, so there is nothing to settle."""
    reference = world.lead(None, referred_by="Jane from the choir").json["reference"]
    world.clock.forward(minutes=1)
    if act == "stage":
        assert world.admin("PATCH", f"referrals/{reference}", {"stage": "contacted"}).status == 200
    else:
        assert world.admin("DELETE", f"referrals/{reference}").status == 200
    world.settle_down()
    assert due(world) == []


def test_a_full_list_of_what_cannot_be_settled_does_not_hold_up_a_message(world: World) -> None:
    """Rule 7: the schedule takes a batch at a time; what there is nothing to do about must not fill it for ever."""
    world.settings(submissions_per_hour=1000)
    ports = world.program.ports
    for number in range(BATCH):
        reference = world.lead(None, referred_by="Jane from the choir", name=f"Sam {number}").json["reference"]
        transaction = ports.store.transaction()
        ports.store.work.plan_settlement(transaction, reference, world.clock())
        transaction.commit()
    world.settle_down()
    world.clock.forward(minutes=1)
    late = world.lead(world.enrol().id).json["reference"]
    handle_schedule(world.program)
    handle_schedule(world.program)
    message = ports.store.messages.get(message_id("new_lead", late))
    assert message is not None
    assert message.status == "sent"


def test_an_event_that_is_done_is_only_looked_at(world: World) -> None:
    """The stream may report it twice and the schedule once more: that costs one read, and nothing is done again."""
    invoice = {"id": "i-1", "amount_cents": 50_000, "currency": "USD"}
    world.event("invoice.paid", {"customer": {"phone": world.phone()}, "invoice": invoice}, event_id="evt_1")
    world.settle_down()
    with wire() as calls:
        found = work_off_event(world.program.ports, world.program.outside.parsers, "events:evt_1")
    assert found is not None
    assert found.status == "done"
    assert [call.operation for call in calls] == ["GetItem"]
