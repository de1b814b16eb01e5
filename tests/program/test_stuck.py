"""What the owner is told: of a lead at once, and once a day of what is stuck, if any of it is new (M8)."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.services.report_stuck import report_stuck
from tests.program.test_asking import days
from tests.world import World


def told(world: World) -> list[Any]:
    return [message for message in world.messages("stuck") if message.status == "sent"]


def mention(world: World) -> str:
    reference: str = world.lead(None, referred_by="Jane").json["reference"]
    world.settle_down()
    return reference


def hours(world: World, number: float) -> None:
    world.clock.forward(hours=number)
    world.settle_down()


def test_the_owner_is_told_of_a_lead_at_once_with_a_link_to_it(world: World) -> None:
    """M8."""
    jane = world.enrol()
    reference = world.lead(jane.id, service="Drains").json["reference"]
    world.settle_down()
    message = world.messages("new_lead")[0]
    assert (message.status, message.to) == ("sent", "+15555550199")
    assert f"http://localhost:8000/admin/#referrals/{reference}" in message.text


def test_what_is_new_is_told_once_on_the_next_morning(world: World) -> None:
    """By the clock of the business, in its hours, with a link; the same thing is never told again."""
    mention(world)
    mention(world)
    hours(world, 8)
    assert told(world) == []
    # 04:00 in New York, then past nine.
    world.clock.now = datetime(2026, 5, 5, 8, 0, tzinfo=UTC)
    world.settle_down()
    assert told(world) == []
    hours(world, 5.5)
    assert [(m.id, m.to) for m in told(world)] == [("msg_stuck_2026-05-05", "+15555550199")]
    assert told(world)[0].text == "Maple Street Plumbing: 2 mentions to confirm. See http://localhost:8000/admin/"
    for _ in range(10):
        days(world, 1)
    assert len(told(world)) == 1
    mention(world)
    days(world, 1)
    assert "3 mentions to confirm" in told(world)[1].text


def test_the_overview_counts_everything_that_waits_with_its_age(world: World) -> None:
    assert world.admin("GET", "overview").json["backlog"] == []
    mention(world)
    hours(world, 3)
    mention(world)
    lost = world.enrol()
    world.lead(lost.id)
    world.settle_down()
    message = world.messages("new_lead")[-1]
    from dataclasses import replace

    transaction = world.program.ports.store.transaction()
    world.program.ports.store.messages.change(transaction, replace(message, status="undelivered", reason="landline"))
    transaction.commit()
    found = world.admin("GET", "overview").json
    assert {one["kind"]: (one["count"], one["since"]) for one in found["backlog"]} == {
        "mentions": (2, "2026-05-04T15:00:00Z"),
        "messages_undelivered": (1, "2026-05-04T18:00:00Z"),
    }
    assert [one["reason"] for one in found["stuck"]["messages_undelivered"]] == ["landline"]


def test_nothing_stuck_is_not_told_and_two_runs_tell_once(world: World) -> None:
    days(world, 1)
    assert world.messages("stuck") == []
    mention(world)
    world.clock.forward(days=1)
    assert report_stuck(world.program.ports) is not None
    assert report_stuck(world.program.ports) is None


def test_without_a_phone_the_owner_gets_an_email_and_a_failed_report_is_no_news(world: World) -> None:
    world.settings(business={"owner_phone": None, "owner_email": "owner@example.com"})
    mention(world)
    days(world, 1)
    assert [(m.channel, m.to) for m in told(world)] == [("email", "owner@example.com")]
    from dataclasses import replace

    transaction = world.program.ports.store.transaction()
    world.program.ports.store.messages.change(transaction, replace(told(world)[0], status="failed", reason="full"))
    transaction.commit()
    days(world, 1)
    assert len(world.messages("stuck")) == 1
