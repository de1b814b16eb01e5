"""What an earlier release stored, and left unfinished, is read, worked on and accounted for by this one."""

import json
import uuid
from pathlib import Path

import pytest

from chalicelib.delivery.export_folder import ExportReader
from chalicelib.domain.commitments import Commitment
from chalicelib.domain.messages import Message
from chalicelib.handlers import handle_schedule
from chalicelib.services.rebuild import rebuild
from chalicelib.services.restore_everything import restore_everything
from chalicelib.storage.table import Item, create_table
from tests.storage.test_no_scans import LISTS
from tests.world import ROOT, START, World, make_test_program

RELEASES = sorted(path for path in (ROOT / "tests" / "released").iterdir() if (path / "manifest.json").exists())


def quietly(done: int) -> None:
    """No progress is shown."""


def restored(engine: str, folder: Path, data: Path) -> World:
    """A world over what a release left, an hour later by its own clock."""
    program, clock = make_test_program(engine, f"t-{uuid.uuid4().hex[:12]}", data)
    create_table()
    client = Item._get_connection().connection.client
    off = {"Enabled": False, "AttributeName": "expires_at"}
    client.update_time_to_live(TableName=Item.Meta.table_name, TimeToLiveSpecification=off)
    reader = ExportReader(folder)
    restore_everything(program.ports, reader.manifest(), reader.lines, quietly)
    clock.forward(hours=2)
    return World.over(program, clock, data)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_what_a_release_left_goes_on(engine: str, release: Path, tmp_path: Path) -> None:
    world = restored(engine, release, tmp_path)
    ports = world.program.ports
    assert rebuild(ports, quietly, repair=False) == []
    handle_schedule(world.program)
    world.settle_down()
    assert {message.status for message in world.messages()} <= {"sent", "skipped", "failed"}
    assert list(ports.store.work.due(world.clock())) == []
    for path in LISTS:
        assert world.admin("GET", path).status == 200, path
    people, _ = ports.store.participants.page(search="Jane", limit=1, cursor=None)
    jane = people[0]
    # What it rewarded can be reversed, what it knew is known, and its pages stand.
    closed = [r for r in world.admin("GET", f"referrals?participant={jane.id}").json["items"] if r["stage"] == "paid"]
    assert world.admin("DELETE", f"referrals/{closed[0]['id']}").status in {200, 204}
    again = world.lead(jane.id, name="Lee Fox", phone="+12125550172").json["reference"]
    kept = ports.store.referrals.get(again)
    assert kept is not None
    assert kept.disqualified == "already_referred"
    assert "Jane" in (tmp_path / "site" / "r" / "jane-doe" / "index.html").read_text()
    world.settle_down()
    assert rebuild(ports, quietly, repair=False) == []


FUTURE = {"S": "what a newer program knows"}


def test_what_a_newer_program_added_survives_a_write_of_this_one(world: World) -> None:
    """While a release takes another's place both serve, and a rollback brings the older back."""
    jane = world.enrol("Jane Doe")
    lead = world.lead(jane.id, phone="+12125550155", sms_consent=True).json["reference"]
    store = world.program.ports.store
    transaction = store.transaction()
    store.commitments.write(transaction, Commitment(jane.id, 1, 3, START.date(), START, START, "test"))
    store.messages.queue(transaction, Message("msg_help_1", "help", "sms", "writer", START, START))
    transaction.commit()
    client, table = Item._get_connection().connection.client, Item.Meta.table_name
    before = client.scan(TableName=table, ConsistentRead=True)["Items"]
    for item in before:
        key = {"pk": item["pk"], "sk": item["sk"]}
        values = {":future": FUTURE}
        client.update_item(
            TableName=table, Key=key, UpdateExpression="SET future = :future", ExpressionAttributeValues=values
        )
    world.settings(score_threshold=3)
    assert world.admin("PATCH", f"participants/{jane.id}", {"paused": True}).status == 200
    world.event("invoice.paid", {
        "customer": {"phone": "+12125550155"}, "invoice": {"id": "i1", "amount_cents": 100, "currency": "USD"},
    })  # fmt: skip
    world.settle_down()
    found = {
        (item["pk"]["S"], item["sk"]["S"]): item for item in client.scan(TableName=table, ConsistentRead=True)["Items"]
    }
    changed = []
    for item in before:
        after = found.get((item["pk"]["S"], item["sk"]["S"]))
        if after is not None and after.get("version") != item.get("version"):
            changed.append(item["sk"]["S"].partition("#")[0])
            assert after.get("future") == FUTURE, json.dumps(after)
    assert {"PROFILE", "REFERRAL", "MESSAGE", "SETTINGS", "COMMITMENT"} <= set(changed)
    assert found[f"R#{lead}", "REFERRAL"]["stage"] == {"S": "paid"}
