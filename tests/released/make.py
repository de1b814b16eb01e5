"""Export a small business of invented people, as this commit stores it: `python -m tests.released.make FOLDER`.

Done once for each release whose items must stay readable; tests/program/test_released_data.py works on them.
"""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from chalicelib.delivery.export_folder import ExportWriter
from chalicelib.domain.replies import IncomingText
from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.opened import ENGINE_PYTHON
from chalicelib.services.export_everything import export_everything
from chalicelib.services.receive_text import receive_text
from tests.world import World


def main(folder: Path) -> None:
    """Live through something of everything, and leave some of it unfinished."""
    with ExitStack() as stack, tempfile.TemporaryDirectory() as data:
        engine = stack.enter_context(running_engine(EngineSettings(None, ENGINE_PYTHON)))
        world = stack.enter_context(World.open(engine.endpoint, "t-released", Path(data)))
        live(world)
        export_everything(world.program.ports, ExportWriter(folder, stack), lambda done: None)


def live(world: World) -> None:
    """Enrolments, referrals in every state, rewards, a reversal, texts, promises; and work that is not done yet."""
    world.settings(leaderboard_public=True, hold_days=0)
    jane = world.enrol("Jane Doe", phone="+12125550142", email="jane@example.com").id
    world.enrol("Carlos Rivera", phone="+12125550143")
    assert world.admin("PATCH", f"participants/{jane}", {"add_alias": "jane-doe"}).status == 200
    world.http("POST", "/v1/visits", {"code": jane, "channel": "sms"})
    for number, stage in enumerate(("paid", "invoiced", "contacted", "lost")):
        phone = f"+1212555016{number}"
        lead = world.lead(jane, name=f"Sam Lee {number}", phone=phone, sms_consent=True).json["reference"]
        world.pump.drain()
        assert world.admin("PATCH", f"referrals/{lead}", {"stage": stage}).status == 200
    world.lead(None, referred_by="Jane Doe", name="Kim Park", phone="+12125550171")
    world.settle_down()
    invoice = {"id": "inv_2", "amount_cents": 90000, "currency": "USD"}
    customer = {"name": "Sam Lee 2", "phone": "+12125550162"}
    world.event("invoice.paid", {"customer": customer, "invoice": invoice}, event_id="evt_paid")
    world.settle_down()
    world.clock.forward(hours=1)
    promise = {"participant_id": jane, "promised": 2, "due_on": "2026-06-30"}
    assert world.admin("POST", "commitments", promise).status == 201
    receive_text(world.program.ports, IncomingText("SM1", "+12125550142", "Thank you!", world.clock()))
    world.event("job.completed", {"customer": {"name": "Carlos Rivera", "phone": "+12125550143"}}, event_id="evt_job")
    world.settle_down()
    # Unfinished: an event, a lead's messages.
    world.event("invoice.voided", {"customer": customer, "invoice": invoice}, event_id="evt_voided")
    world.lead(jane, name="Lee Fox", phone="+12125550172", sms_consent=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
