"""The business can leave with everything, and arrive elsewhere with all of it, once."""

import csv
import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.delivery.export_folder import ExportReader, ExportWriter
from chalicelib.domain.errors import Conflict
from chalicelib.domain.exports import Manifest
from chalicelib.domain.identities import Pseudonyms
from chalicelib.domain.messages import Message
from chalicelib.handlers import handle_schedule
from chalicelib.local.pump import Pump
from chalicelib.services.export_everything import export_everything
from chalicelib.services.rebuild import rebuild
from chalicelib.services.restore_everything import restore_everything
from chalicelib.storage.table import Item, create_table
from chalicelib.wiring import Program
from tests.world import Clock, World, make_test_program

#: What `fill` leaves for others to send.
WAITING = 5


def quietly(done: int) -> None:
    """No progress is shown."""


def exported(program: Program, folder: Path) -> Manifest:
    with ExitStack() as stack:
        return export_everything(program.ports, ExportWriter(folder, stack), quietly)


def restored(program: Program, folder: Path, progress: Callable[[int], None] = quietly) -> Manifest:
    reader = ExportReader(folder)
    return restore_everything(program.ports, reader.manifest(), reader.lines, progress)


def lines_of(folder: Path) -> list[str]:
    return sorted((folder / "items.jsonl").read_text().splitlines())


def fill(world: World) -> None:
    """Something of everything, some of it finished, some of it waiting."""
    jane = world.enrol("Jane Doe", phone="+12125550142", email="jane@example.com")
    world.enrol("=cmd|' /C calc'!A0", email="formula@example.com")
    for number, stage in enumerate(("paid", "invoiced", "contacted")):
        lead = world.lead(jane.id, name=f"Sam Lee {number}", sms_consent=True).json["reference"]
        world.pump.drain()
        assert world.admin("PATCH", f"referrals/{lead}", {"stage": stage}).status == 200
    world.settle_down()
    invoice = {"id": "inv_1", "amount_cents": 90000, "currency": "USD"}
    # Something is stuck, of which the schedule would tell the owner.
    transaction = world.program.ports.store.transaction()
    failed = Message("msg_help_1", "help", "sms", "writer", world.clock(), world.clock(), status="failed")
    world.program.ports.store.messages.queue(transaction, failed)
    transaction.commit()
    # Nobody follows these up before the export: a lead with its messages, an event, a settlement.
    world.lead(jane.id, name="Kim Park", phone="+12125550155", email="kim@example.com", sms_consent=True)
    world.event("invoice.paid", {"customer": {"phone": "+12125550155", "name": "Kim Park"}, "invoice": invoice})


@pytest.fixture
def elsewhere(engine: str, tmp_path: Path) -> Callable[[Clock], Program]:
    """Another deployment with an empty table; whoever opens it leaves the first one, as binding is per process."""

    def open_elsewhere(clock: Clock) -> Program:
        table = f"t-{uuid.uuid4().hex[:12]}"
        (tmp_path / table).mkdir()
        program, _ = make_test_program(engine, table, tmp_path / table, clock)
        create_table()
        client = Item._get_connection().connection.client
        off = {"Enabled": False, "AttributeName": "expires_at"}
        client.update_time_to_live(TableName=table, TimeToLiveSpecification=off)
        return program

    return open_elsewhere


Elsewhere = Callable[[Clock], Program]


def outbox(program: Program) -> list[str]:
    assert program.config.data is not None
    path = program.config.data / "outbox.jsonl"
    sent = [json.loads(line)["id"] for line in path.read_text().splitlines()] if path.exists() else []
    return [one for one in sent if not one.startswith("msg_stuck_")]


def half(program: Program) -> bool:
    """Whether a restore is still copying."""
    return (program.ports.store.whole.state() or ("", ""))[1] == "copying"


def test_what_is_restored_is_equal_and_goes_on_exactly_once(world: World, elsewhere: Elsewhere, tmp_path: Path) -> None:
    """While it is restored the stream and the schedule are awake at every step, and nothing follows from half of it."""
    fill(world)
    sent_before = {line["id"] for line in world.sent_lines()}
    manifest = exported(world.program, tmp_path / "out")
    program = elsewhere(world.clock)
    pump = Pump(program)
    steps: list[int] = []

    def watch(done: int) -> None:
        steps.append(done)
        if half(program) and len(steps) % 7 == 0:
            handle_schedule(program)
            pump.drain()
            assert outbox(program) == []

    assert restored(program, tmp_path / "out", watch) == manifest
    again = exported(program, tmp_path / "again")
    assert (again.items, again.checksum, again.counts) == (manifest.items, manifest.checksum, manifest.counts)
    assert lines_of(tmp_path / "again") == lines_of(tmp_path / "out")

    for _ in range(3):
        pump.drain()
        handle_schedule(program)
    sent = outbox(program)
    assert len(sent) == len(set(sent)) == WAITING
    assert set(sent) & sent_before == set(), "what was sent before is not sent again"
    rewards, _ = program.ports.store.rewards.page(participant_id=None, status=None, limit=50, cursor=None)
    assert len({reward.referral_id for reward in rewards}) == len(rewards) == 3
    assert rebuild(program.ports, quietly, repair=False) == []


def test_a_restore_that_was_interrupted_goes_on_and_nothing_follows_before(
    world: World, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    fill(world)
    manifest = exported(world.program, tmp_path / "out")
    counted: list[int] = []
    restored(elsewhere(world.clock), tmp_path / "out", counted.append)
    last = len(counted) - 1
    for stop in (0, manifest.items + 1, last // 2 + 10, last):
        program = elsewhere(world.clock)
        pump, left = Pump(program), iter(range(stop))

        def cut(done: int, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            restored(program, tmp_path / "out", cut)
        state = program.ports.store.whole.state()
        pump.drain()
        handle_schedule(program)
        if state is not None:
            with pytest.raises(Conflict, match="not finished"):
                exported(program, tmp_path / f"half-{stop}")
        if half(program):
            assert outbox(program) == [], stop
        assert restored(program, tmp_path / "out") == manifest
        if state is None or state[1] == "copying":
            assert exported(program, tmp_path / f"again-{stop}").checksum == manifest.checksum
        for _ in range(3):
            pump.drain()
            handle_schedule(program)
        sent = outbox(program)
        assert len(sent) == len(set(sent)) == WAITING, stop
        assert rebuild(program.ports, quietly, repair=False) == []


def test_a_restore_that_ends_among_its_pages_goes_on(world: World, elsewhere: Elsewhere, tmp_path: Path) -> None:
    fill(world)
    out = tmp_path / "out"
    manifest = exported(world.program, out)
    program = elsewhere(world.clock)
    reader = ExportReader(out)
    built: list[str] = []

    def full() -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        restore_everything(program.ports, manifest, reader.lines, quietly, full)
    restore_everything(program.ports, manifest, reader.lines, quietly, lambda: built.append("pages"))
    assert built == ["pages"]
    with pytest.raises(Conflict, match="not empty"):
        restored(program, out)


def test_a_restore_that_cannot_be_right_changes_nothing(world: World, elsewhere: Elsewhere, tmp_path: Path) -> None:
    fill(world)
    out = tmp_path / "out"
    manifest = exported(world.program, out)
    with pytest.raises(Conflict, match="not empty"):
        restored(world.program, out)
    program = elsewhere(world.clock)
    other = replace(program, ports=replace(program.ports, pseudonyms=Pseudonyms(b"another key of many bytes")))
    with pytest.raises(Conflict, match="another GOODWORD_IDENTITY_KEY"):
        restored(other, out)
    items = (out / "items.jsonl").read_text()
    for damaged in (items.replace("Jane", "Jame", 1), items[: items.rindex("\n", 0, -1) + 1], items + items[:1]):
        (out / "items.jsonl").write_text(damaged)
        with pytest.raises(Conflict, match="damaged"):
            restored(program, out)
    (out / "items.jsonl").write_bytes(items.encode() + b"\xff\n")
    with pytest.raises(Conflict, match="damaged"):
        restored(program, out)
    (out / "items.jsonl").write_text(items)
    newer = {**manifest.as_json(), "schema": 99}
    (out / "manifest.json").write_text(json.dumps(newer))
    with pytest.raises(Conflict, match="schema 99"):
        restored(program, out)
    (out / "manifest.json").unlink()
    with pytest.raises(Conflict, match="not finished"):
        restored(program, out)
    assert sum(1 for _ in Item.scan()) == 0


def test_what_others_write_into_a_restore_is_noticed(world: World, elsewhere: Elsewhere, tmp_path: Path) -> None:
    fill(world)
    exported(world.program, tmp_path / "out")
    program = elsewhere(world.clock)
    put = program.ports.store.whole.put

    def put_and_more(rows: object, progress: Callable[[int], None]) -> None:
        put(rows, progress)  # type: ignore[arg-type]  # as it came
        put([{"pk": {"S": "P#STRANGER"}, "sk": {"S": "LEDGER#1"}}], progress)

    program.ports.store.whole.put = put_and_more  # type: ignore[method-assign]  # what a request would do
    with pytest.raises(Conflict, match="something else wrote into it"):
        restored(program, tmp_path / "out")
    assert half(program)


def test_an_export_is_of_one_moment(world: World, tmp_path: Path) -> None:
    """A table that changes while it is read is read again, and given up after three times."""
    fill(world)
    visits = iter(range(1))

    def visited(done: int) -> None:
        if next(visits, None) is not None:
            world.enrol("Kim Park")

    with ExitStack() as stack:
        manifest = export_everything(world.program.ports, ExportWriter(tmp_path / "one", stack), visited)
    assert manifest.checksum == exported(world.program, tmp_path / "two").checksum
    assert lines_of(tmp_path / "one") == lines_of(tmp_path / "two")
    often = itertools.count()

    def visited_often(done: int) -> None:
        if next(often) % 30 == 0:
            world.enrol("Lee Kim")

    with ExitStack() as stack, pytest.raises(Conflict, match="keeps changing"):
        export_everything(world.program.ports, ExportWriter(tmp_path / "three", stack), visited_often)
    assert not (tmp_path / "three" / "manifest.json").exists()


def test_the_tables_open_in_a_spreadsheet_and_start_nothing(world: World, tmp_path: Path) -> None:
    fill(world)
    exported(world.program, tmp_path / "out")
    tables = {}
    for name in ("participants", "referrals", "rewards", "messages"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    assert {len(tables["participants"]), len(tables["referrals"]), len(tables["rewards"])} == {2, 4}
    assert {row["name"] for row in tables["participants"]} == {"Jane Doe", "'=cmd|' /C calc'!A0"}
    assert {row["phone"] for row in tables["participants"]} == {"+12125550142", "+16505550101"}
    assert {row["prospect_name"] for row in tables["referrals"]} > {"Kim Park", "Sam Lee 1"}
    assert sum(int(row["amount_cents"]) for row in tables["rewards"]) > 0
    assert len(tables["messages"]) == len(world.messages())


def test_an_export_holds_no_secret_and_is_its_owners(world: World, tmp_path: Path) -> None:
    fill(world)
    exported(world.program, tmp_path / "out")
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (tmp_path / "out").iterdir())
    config = world.program.config
    secrets = [config.identity_key.decode(), *config.events_secrets, *config.webhooks_secrets, world.owner]
    assert [secret for secret in secrets if secret.rpartition(".")[2] in text] == []
    assert {path.stat().st_mode & 0o077 for path in [tmp_path / "out", *(tmp_path / "out").iterdir()]} == {0}
    with ExitStack() as stack, pytest.raises(Conflict, match="is not empty"):
        ExportWriter(tmp_path / "out", stack)
