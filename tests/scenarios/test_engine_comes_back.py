"""The program outlives its engine: killed, or stopped by a full disk, it is there again with what was acknowledged."""

import json
import os
import resource
import signal
from pathlib import Path

import pytest
import requests

from chalicelib.local.engine import EngineError, EngineSettings, KeptEngine
from chalicelib.local.opened import ENGINE_PYTHON
from chalicelib.local.wait import until
from tests.engine.engines import ORDERS, client, everything, order
from tests.running import Running, running
from tests.scenarios.test_kill_nine import LINUX, children

NO_ROOM = (0, resource.RLIM_INFINITY)
MOST_SAID = 30_000


def front(program: Running) -> int:
    """The process of the engine's front."""
    below = list(children(program.process.pid))
    return next(pid for pid in below if b"engine.front" in Path(f"/proc/{pid}/cmdline").read_bytes())


def lead(program: Running, code: str, name: str) -> int:
    body = {"code": code, "name": name, "phone": "+12125550142", "email": f"{name.lower()}@example.com"}
    return requests.post(f"{program.url}/v1/leads", json=body, timeout=30).status_code


def enrolled(program: Running) -> str:
    said = program.command("enrol", "Jane Doe", "--phone", "212 555 0199", "--json").stdout
    return str(json.loads(said)["code"])


@LINUX
def test_a_killed_engine_is_started_again_with_what_it_had_acknowledged(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        code = enrolled(program)
        assert lead(program, code, "Ann") == 202
        os.kill(front(program), signal.SIGKILL)
        until(lambda: lead(program, code, "Ben") == 202, seconds=60)
        # What was enrolled before is still somebody's; what comes in now is followed: its page appears.
        bob = program.command("enrol", "Bob Ray", "--phone", "212 555 0198", "--json").stdout
        page = json.loads(bob)["link"]
        until(lambda: requests.get(page, timeout=30).ok, seconds=30)
        assert len((tmp_path / "data" / "log.txt").read_bytes()) < MOST_SAID
        assert program.process.poll() is None


@LINUX
def test_an_engine_that_met_a_full_disk_writes_again_once_there_is_room(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: SQLite is refused in the same way."""
    with running(tmp_path / "data") as program:
        code = enrolled(program)
        resource.prlimit(front(program), resource.RLIMIT_FSIZE, NO_ROOM)
        assert lead(program, code, "Ann") == 503
        until(lambda: lead(program, code, "Ann") == 202, seconds=60)
        assert len((tmp_path / "data" / "log.txt").read_bytes()) < MOST_SAID


def test_an_engine_that_cannot_be_started_again_ends_the_attempts_with_a_sentence(tmp_path: Path) -> None:
    rests: list[float] = []
    with KeptEngine(EngineSettings(tmp_path / "data", ENGINE_PYTHON), pauses=(0.0, 3.0)) as kept:
        kept.engine.kill()
        for file in (tmp_path / "data").glob("journal.sqlite3*"):
            file.write_bytes(b"not a journal any more" * 100)
        with pytest.raises(EngineError, match=r"could not be started again.*the journal .* cannot be used"):
            kept.start_again(rests.append)
    assert rests == [0.0, 3.0]


def test_it_comes_back_at_the_same_address_with_every_item(tmp_path: Path) -> None:
    with KeptEngine(EngineSettings(tmp_path / "data", ENGINE_PYTHON)) as kept, client(kept.endpoint) as db:
        db.create_table(**ORDERS)
        db.put_item(TableName="orders", Item=order("1"))
        endpoint = kept.endpoint
        for _ in range(2):
            kept.engine.kill()
            kept.start_again()
            assert kept.endpoint == endpoint
            assert everything(db, "orders") == [order("1")]
