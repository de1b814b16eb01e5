"""The technician's "I'll text you a link" (P31): one tap, through the gate, or past it with a word that is kept."""

import subprocess
import sys
from typing import Any

import pytest

from tests.program.test_asking import days, finished, issue, shown
from tests.world import Answer, World


def tap(world: World, code: str, **body: Any) -> Answer:
    answer = world.admin("POST", f"participants/{code}/invite", body)
    world.settle_down()
    return answer


def test_through_an_open_gate_the_link_goes_at_once(world: World) -> None:
    """P31: the pause is over, a friend's job went well, and nobody has to say why."""
    world.settings(sequence=[], ask_again_after_days=10)
    jane = world.enrol()
    finished(world, jane.id)
    world.admin("PATCH", f"participants/{jane.id}", {"paused": True})
    days(world, 20)
    finished(world, jane.id)
    assert tap(world, jane.id).status == 409
    assert "paused by staff" in tap(world, jane.id).json["detail"]
    assert len(world.messages("invitation")) == 1


def test_the_gate_says_everything_it_has_against_it(world: World) -> None:
    jane = world.enrol()
    refused = tap(world, jane.id)
    assert refused.status == 409
    assert "no job is completed yet; no score is known yet" in refused.json["detail"]
    assert world.messages("invitation") == []


def test_an_override_is_recorded_with_its_note_and_what_was_passed_over(world: World) -> None:
    jane = world.enrol()
    assert tap(world, jane.id, override=True).json["errors"][0]["field"] == "note"
    answer = tap(world, jane.id, override=True, note="she asked for it at the door")
    assert answer.status == 200
    assert answer.json["invitation"]["status"] == "sent"
    assert "(test)" in answer.json["invitation"]["by"]
    assert [m.status for m in world.messages("invitation")] == ["sent"]
    (entry,) = (one for one in world.admin("GET", "audit").json["items"] if one["subject"] == jane.id)
    assert entry["note"] == "she asked for it at the door"
    assert entry["action"] == "asked past the gate: no job is completed yet; no score is known yet"


def test_two_taps_are_one(world: World) -> None:
    jane = world.enrol()
    assert tap(world, jane.id, override=True, note="at the door").status == 200
    assert tap(world, jane.id, override=True, note="at the door").status == 409
    days(world, 2)
    assert "nothing new" in tap(world, jane.id).json["detail"]
    assert tap(world, jane.id, override=True, note="asked again").status == 200
    assert [m.id for m in world.messages("invitation")] == [f"msg_invitation_{jane.id}", f"msg_invitation_{jane.id}-2"]


def test_nobody_passes_over_an_opt_out(world: World) -> None:
    """Rule 8."""
    jane = world.enrol()
    world.admin("PATCH", f"participants/{jane.id}", {"opted_out": True})
    assert tap(world, jane.id, override=True, note="please").status == 409
    ann = world.enrol("Ann Ray", phone=None, email="ann@example.com")
    assert tap(world, ann.id, override=True, note="please").status == 409
    assert world.messages("invitation") == []


def test_an_override_goes_out_whatever_is_open_and_what_follows_does_not(world: World) -> None:
    """The person at the door decided on one message, not on a reminder during a complaint."""
    jane = world.enrol()
    issue(world, jane.id, "issue.opened")
    assert tap(world, jane.id, override=True, note="settled between us").status == 200
    assert [m.status for m in world.messages("invitation")] == ["sent"]
    days(world, 6)
    assert world.messages("reminder") == []
    assert "issue leak is open" in str(shown(world, jane.id)["sequence"]["steps"])


@pytest.mark.parametrize("body", [{"override": "perhaps"}, {"why": "x"}, {"note": "x" * 501}])
def test_what_makes_no_sense_is_refused(world: World, body: dict[str, Any]) -> None:
    assert tap(world, world.enrol().id, **body).status == 400


def test_the_command_line_says_how_it_is_used() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "chalicelib.cli", "invite", "--help"], capture_output=True, text=True, check=True
    )
    assert "--override" in run.stdout
