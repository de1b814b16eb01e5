"""A text that is due at night waits for the day, through the real engine; the owner is told at once."""

from chalicelib.domain.messages import Message
from tests.world import World


def pacific(world: World) -> str:
    """A number in a zone where the world's clock shows 8 in the morning."""
    return world.phone()


def asked(world: World) -> Message:
    jane = world.enrol(phone=pacific(world))
    customer = {"id": "9", "name": "Jane Doe", "phone": jane.phone}
    world.event("job.completed", {"customer": customer, "job": {"id": "1"}})
    world.event("review.scored", {"customer": customer, "review": {"score": 5}})
    world.settle_down()
    (message,) = world.messages("invitation")
    return message


def test_an_invitation_at_night_leaves_in_the_morning(world: World) -> None:
    world.clock.forward(hours=-1)
    message = asked(world)
    assert (message.status, world.sent_lines()) == ("queued", [])
    assert message.reason == "waits for the end of quiet hours at 2026-05-04T15:00:00Z"
    assert message.text, "staff see what waits"
    world.clock.forward(minutes=59)
    world.settle_down()
    assert world.sent_lines() == []
    world.clock.forward(minutes=1)
    world.settle_down()
    (message,) = world.messages("invitation")
    assert (message.status, message.reason) == ("sent", None)
    assert len(world.sent_lines()) == 1


def test_by_day_it_leaves_at_once(world: World) -> None:
    assert asked(world).status == "sent"


def test_hours_that_the_owner_widens_meanwhile_hold_when_it_is_due(world: World) -> None:
    """What waits is judged again when it is due, by the settings of then."""
    world.clock.forward(hours=-1)
    asked(world)
    world.settings(quiet_hours={"start": "10:00"})
    world.clock.forward(hours=1)
    world.settle_down()
    (message,) = world.messages("invitation")
    assert (message.status, world.sent_lines()) == ("queued", [])


def test_the_owner_and_whoever_has_just_written_hear_at_once(world: World) -> None:
    world.clock.forward(hours=-6)
    world.lead(world.enrol().id, sms_consent=True)
    world.settle_down()
    assert {message.template: message.status for message in world.messages()} == {
        "new_lead": "sent",
        "lead_received": "sent",
        "referral_received": "queued",
    }


def test_who_opts_out_while_it_waits_gets_nothing(world: World) -> None:
    world.clock.forward(hours=-1)
    code = asked(world).participant_id
    world.admin("PATCH", f"participants/{code}", {"opted_out": True})
    world.clock.forward(hours=2)
    world.settle_down()
    assert world.messages("invitation")[0].status == "skipped"
    assert world.sent_lines() == []
