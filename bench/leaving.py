"""Export a whole program and restore it elsewhere: `python -m bench.leaving [PARTICIPANTS]`.

Two embedded engines with their journals, one after the other. Two exports that are equal item by item are the result;
the times are this machine's.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.config import ROOT, Config
from chalicelib.delivery.export_folder import ExportReader, ExportWriter
from chalicelib.domain.exports import Manifest
from chalicelib.domain.identifiers import CROCKFORD
from chalicelib.domain.messages import Message
from chalicelib.domain.participants import Participant, Totals
from chalicelib.domain.referrals import Mark, Prospect, Referral
from chalicelib.domain.reward_changes import LedgerEntry
from chalicelib.domain.rewards import Reward
from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.opened import ENGINE_PYTHON
from chalicelib.services.export_everything import export_everything
from chalicelib.services.restore_everything import restore_everything
from chalicelib.storage.table import TableSettings, create_table
from chalicelib.storage.transaction import Transaction
from chalicelib.wiring import Program, make_program

_PARTICIPANTS = 50_000
_TOGETHER = 8
_START = datetime(2026, 1, 1, tzinfo=UTC)


def main(participants: int) -> None:
    """Make, export, restore, export again; raises SystemExit where the exports differ."""
    with tempfile.TemporaryDirectory(prefix="goodword-leaving-") as name:
        folder = Path(name)
        with _program(folder / "here") as program:
            seconds = _timed(lambda: _fill(program, participants))
            print(f"made {participants:,} participants in {seconds:.0f} s", flush=True)
            first = _exported(program, folder / "first")
        with _program(folder / "there") as program:
            reader = ExportReader(folder / "first")
            seconds = _timed(lambda: restore_everything(program.ports, first, reader.lines, _quietly))
            print(f"restored, compared and woken in {seconds:.0f} s", flush=True)
            second = _exported(program, folder / "second")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory of the command's process: {peak:.0f} MB")
        if (first.items, first.checksum, first.counts) != (second.items, second.checksum, second.counts):
            sys.exit("the exports differ")
        print(f"equal: {first.items:,} items, checksum {first.checksum}")


def _timed(step: Callable[[], object]) -> float:
    begun = time.perf_counter()
    step()
    return time.perf_counter() - begun


def _exported(program: Program, folder: Path) -> Manifest:
    begun = time.perf_counter()
    with ExitStack() as stack:
        manifest = export_everything(program.ports, ExportWriter(folder, stack), _quietly)
    size = (folder / "items.jsonl").stat().st_size / 1e6
    print(f"exported {manifest.items:,} items ({size:.0f} MB) in {time.perf_counter() - begun:.0f} s", flush=True)
    return manifest


@contextmanager
def _program(data: Path) -> Iterator[Program]:
    data.mkdir()
    with running_engine(EngineSettings(data, ENGINE_PYTHON)) as engine:
        table = TableSettings("goodword", "us-east-1", engine.endpoint, "local", "local", read_timeout=120)
        program = make_program(
            Config(table, "http://localhost:8000", b"a key for benchmarks, of 32 bytes", ROOT / "templates", data=data)
        )
        create_table()
        yield program


def _fill(program: Program, participants: int) -> None:
    for start in range(0, participants, _TOGETHER):
        transaction = program.ports.store.transaction()
        for number in range(start, min(start + _TOGETHER, participants)):
            _add(program, transaction, number)
        transaction.commit()


def _add(program: Program, transaction: Transaction, number: int) -> None:
    """A participant as an enrolment leaves them; a referral of every second, a reward of every tenth."""
    store, at = program.ports.store, _START + timedelta(seconds=number)
    code = "".join(CROCKFORD[number // 32**place % 32] for place in range(8))
    phone = f"+1212{5550100 + number % 100:07}"
    person = Participant(code, f"Person Number {number}", "customer", at, phone=phone, email=f"p{number}@example.com")
    reference, rewarded = f"ref_{number:026}", number % 10 == 0
    if rewarded:
        person = replace(person, totals=Totals(sent=1, closed=1, earned_cents=2500))
    store.participants.create(transaction, person, f"token{number}")
    store.names.note(transaction, None, person)
    store.identities.claim_for_participant(transaction, program.ports.pseudonyms.email(person.email or ""), code)
    if number % 2:
        return
    prospect = Prospect(f"Friend {number}", phone=phone)
    referral = Referral(reference, code, prospect, "form", at, Mark("new", at, "bench"), assessed=True)
    store.referrals.create(transaction, referral)
    message = Message(f"msg_new_lead_{reference}", "new_lead", "sms", "owner", at, at, status="sent", text="A lead")
    store.messages.queue(transaction, message)
    if rewarded:
        reward = Reward(
            id=f"rew_{number:026}-1",
            referral_id=reference,
            participant_id=code,
            kind="service_credit",
            tier=1,
            amount_cents=2500,
            currency="USD",
            status="issued",
            why="closed",
            created_at=at,
            issued_at=at,
            version=0,
        )
        entry = LedgerEntry(f"{reward.id}#issued", code, reference, reward.id, 2500, "USD", at)
        store.rewards.write(transaction, reward)
        store.rewards.record(transaction, entry)


def _quietly(done: int) -> None:
    """No progress is shown."""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else _PARTICIPANTS)
