"""Mentions: answers to "who referred you?" that a person confirms, never a guess (S10, P4)."""

from tests.api.table_watch import nothing_changes
from tests.world import World


def actions(world: World, subject: str) -> list[tuple[str, str | None]]:
    entries = world.admin("GET", "audit?limit=100").json["items"]
    return [(e["action"], e["note"]) for e in entries if e["subject"] == subject]


def test_a_mention_is_confirmed_by_a_person(world: World) -> None:
    """It leaves the queue, counts, and belongs to whom they named; once (S10, P4)."""
    jane, mary, phone = world.enrol(), world.enrol("Mary Major"), world.phone()
    mention = world.lead(None, phone=phone, referred_by="Jane from church").json["reference"]
    confirmed = world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id, "note": "asked her"}).json
    assert (confirmed["participant_id"], confirmed["source"], confirmed["id"]) == (jane.id, "mention", mention)
    assert world.admin("GET", "mentions").json["items"] == []
    assert world.participant(jane.id).totals.sent == 1
    assert actions(world, mention) == [(f"attributed to {jane.id}", "asked her")]
    with nothing_changes():
        assert world.admin("POST", f"mentions/{mention}", {"participant_id": mary.id}).status == 409
        assert world.admin("POST", "mentions/ref_0", {"participant_id": mary.id}).status == 404
    assert world.lead(mary.id, phone=phone).status == 202
    assert world.participant(mary.id).totals.sent == 0


def test_a_mention_of_somebody_who_was_referred_meanwhile_is_refused(world: World) -> None:
    """The first valid submission won (rule 2)."""
    jane, phone = world.enrol(), world.phone()
    mention = world.lead(None, phone=phone, referred_by="Jane").json["reference"]
    first = world.lead(world.enrol().id, phone=phone).json["reference"]
    with nothing_changes():
        answer = world.admin("POST", f"mentions/{mention}", {"participant_id": jane.id})
        assert world.admin("POST", f"mentions/{mention}", {"participant_id": "0000ZZZZ"}).status in {404, 409}
    assert (answer.status, first in answer.json["detail"]) == (409, True)


def test_a_stage_of_a_mention_leaves_no_work_behind(world: World) -> None:
    """Staff may note that they called before it is clear who referred."""
    mention = world.lead(None, referred_by="Jane").json["reference"]
    world.clock.forward(hours=1)
    world.admin("PATCH", f"referrals/{mention}", {"stage": "contacted"})
    world.settle_down()
    assert list(world.program.ports.store.work.due(world.clock())) == []
