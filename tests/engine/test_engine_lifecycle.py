"""Starting, finding and ending engines: one on a folder, on the loopback only, none left behind."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chalicelib.local.engine import EngineError, EngineSettings, find_engine, running_engine
from tests.engine.engines import ORDERS, PYTHON, client, eventually, serving

LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
LISTENING = "0A"

PARENT = """
import sys
from pathlib import Path
from chalicelib.local.engine import EngineSettings, running_engine
with running_engine(EngineSettings(Path(sys.argv[1]), Path(sys.argv[2]))) as engine:
    print(*engine.pids, flush=True)
    sys.stdin.read()
"""


def alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def listening_addresses(pid: int) -> set[str]:
    """The local addresses the process listens on, as /proc writes them."""
    sockets = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()
    ]
    return {row[1].partition(":")[0] for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in sockets}


def test_a_second_engine_on_the_same_folder_is_refused(settings: EngineSettings) -> None:
    with running_engine(settings) as first:
        with pytest.raises(EngineError, match="in use by another engine"), running_engine(settings):
            pass
        assert find_engine(settings.data or Path()) == first.endpoint


def test_an_engine_is_found_while_it_runs_and_only_then(settings: EngineSettings) -> None:
    data = settings.data or Path()
    assert find_engine(data) is None
    with running_engine(settings) as engine:
        assert find_engine(data) == engine.endpoint
        assert json.loads((data / "engine.json").read_text()) == {"endpoint": engine.endpoint, "pid": engine.pids[0]}
    assert find_engine(data) is None
    with running_engine(settings) as engine:
        engine.kill()
        assert (data / "engine.json").exists()
        assert find_engine(data) is None


@LINUX
def test_nothing_listens_beyond_the_loopback(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (engine, _):
        for pid in engine.pids:
            assert listening_addresses(pid) == {"0100007F"}


@LINUX
def test_the_child_dies_with_the_front(settings: EngineSettings) -> None:
    with running_engine(settings) as engine:
        front, child = engine.pids
        os.kill(front, signal.SIGKILL)
        eventually(lambda: not alive(child))


@LINUX
def test_the_front_ends_when_the_child_is_gone(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (engine, db):
        front, child = engine.pids
        os.kill(child, signal.SIGKILL)
        eventually(lambda: not alive(child))
        with pytest.raises(db.exceptions.ClientError, match="MiniStack"):
            db.scan(TableName="orders")
        eventually(lambda: not alive(front))


@LINUX
def test_everything_dies_with_the_program_that_started_it(settings: EngineSettings) -> None:
    command = [sys.executable, "-c", PARENT, str(settings.data), str(PYTHON)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(alive(pid) for pid in pids)
        parent.kill()
    eventually(lambda: not any(alive(pid) for pid in pids))


def test_a_page_in_a_browser_cannot_reach_the_table(settings: EngineSettings) -> None:
    with serving(settings, ORDERS) as (engine, _):
        address = urlsplit(engine.endpoint).netloc
        for method, headers in (("OPTIONS", {}), ("POST", {"Host": "example.com"})):
            connection = http.client.HTTPConnection(address)
            connection.request(method, "/", b"{}", {"X-Amz-Target": "DynamoDB_20120810.ListTables"} | headers)
            answer = connection.getresponse()
            assert answer.status == 400
            assert answer.getheader("Access-Control-Allow-Origin") is None
            answer.read()
            connection.close()


def test_a_taken_port_is_named(settings: EngineSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        wanted = EngineSettings(settings.data, PYTHON, port=port)
        with pytest.raises(EngineError, match=f"port {port} is taken"), running_engine(wanted):
            pass


@pytest.mark.parametrize("memory", [True, False])
def test_a_missing_engine_environment_says_what_to_do(tmp_path: Path, memory: bool) -> None:
    wanted = EngineSettings(None if memory else tmp_path, tmp_path / "no" / "python")
    with pytest.raises(EngineError, match="make run"), running_engine(wanted):
        pass


@pytest.mark.parametrize("memory", [True, False])
def test_an_environment_without_ministack_is_an_error(tmp_path: Path, memory: bool) -> None:
    wanted = EngineSettings(None if memory else tmp_path, Path(sys.executable))
    with pytest.raises(EngineError, match=r"hypercorn|MiniStack"), running_engine(wanted):
        pass


def test_without_a_folder_an_engine_keeps_everything_in_memory() -> None:
    with serving(EngineSettings(None, PYTHON), ORDERS) as (engine, db):
        assert len(engine.pids) == 1
        assert db.list_tables()["TableNames"] == ["orders"]
    with serving(EngineSettings(None, PYTHON)) as (engine, db), client(engine.endpoint):
        assert db.list_tables()["TableNames"] == []
