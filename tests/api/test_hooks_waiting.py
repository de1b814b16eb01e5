"""Events about what is not known yet: they wait, are tried again when due, and fail with a reason (rule 7)."""

from datetime import timedelta

from chalicelib.services.events import WAITS
from tests.world import World


def stuck(world: World) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = world.admin("GET", "overview").json["stuck"]
    return found


def test_an_event_about_something_unknown_waits_and_is_done_once_it_is_known(world: World) -> None:
    """Events overtake each other; nothing is lost (rule 7)."""
    jane, sam = world.enrol(), {"id": "c-9", "name": "Sam Lee", "phone": world.phone()}
    later = world.clock() + timedelta(minutes=1)
    world.event(
        "lead.stage_changed", {"customer": sam, "lead": {"id": "l-1", "stage": "won"}}, event_id="e-1", at=later
    )
    world.settle_down()
    assert [(e["id"], "l-1" in e["reason"]) for e in stuck(world)["events_waiting"]] == [("events:e-1", True)]
    world.event("lead.created", {"customer": sam, "lead": {"id": "l-1", "code": jane.id}})
    world.settle_down()
    world.clock.forward(minutes=2)
    world.settle_down()
    assert world.admin("GET", f"referrals?participant_id={jane.id}").json["items"][0]["stage"] == "won"
    assert stuck(world)["events_waiting"] == []


def test_an_event_that_waited_in_vain_has_failed_and_says_why(world: World) -> None:
    """It is retried when due, not before, and then listed for staff."""
    world.event("job.completed", {"customer": {"id": "nobody"}}, event_id="e-1")
    world.settle_down()
    for wait in WAITS:
        world.clock.forward(seconds=wait.total_seconds() - 1)
        world.settle_down()
        assert [e["id"] for e in stuck(world)["events_waiting"]] == ["events:e-1"]
        world.clock.forward(seconds=1)
        world.settle_down()
    assert stuck(world)["events_waiting"] == []
    (failed,) = stuck(world)["events_failed"]
    assert (failed["id"], "customer.updated" in failed["reason"]) == ("events:e-1", True)
