"""What was acknowledged is there after `kill -9`, once; what was not, may be sent again and is there once, too."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.config import read_config
from chalicelib.handlers import handle_schedule
from chalicelib.local.engine import EngineSettings, running_engine
from chalicelib.local.opened import ENGINE_PYTHON
from chalicelib.local.secrets import with_secrets
from chalicelib.local.wait import until
from chalicelib.services.deliver import CLAIM
from chalicelib.wiring import make_program
from tests.running import Running, running

SUBMISSIONS, THREADS, BEFORE_THE_KILL = 200, 8, 60
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@dataclass
class Clients:
    """Everybody who fills in the form: every tenth of them a person who did so before."""

    code: str
    acknowledged: dict[int, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, url: str, number: int) -> None:
        """Send one form; what comes of it is only known if an answer arrives."""
        person = number - 1 if number % 10 == 9 else number
        body = {"code": self.code, "name": f"Sam {person}", "phone": f"+1415555{1000 + person}"}
        headers = {"Idempotency-Key": f"form-{number}", "X-Forwarded-For": f"198.51.100.{number % 50}"}
        try:
            answer = requests.post(f"{url}/v1/leads", json=body, headers=headers, timeout=30)
        except requests.RequestException:
            return
        if answer.status_code == 202:
            with self._lock:
                self.acknowledged[number] = answer.json()["reference"]

    def submit_all(self, url: str, numbers: list[int]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda number: self.submit(url, number), numbers))


def admin(program: Running, key: str, path: str) -> list[dict[str, Any]]:
    """Every item of a list of the admin API."""
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        headers = {"Authorization": f"Bearer {key}"}
        answer = requests.get(f"{program.url}/v1/admin/{path}", params=query, headers=headers, timeout=30).json()
        items += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            return items


def sent_lines(data: Path) -> list[str]:
    """The ids of the messages that left."""
    return [json.loads(line)["id"] for line in (data / "outbox.jsonl").read_text().splitlines()]


def children(pid: int) -> Iterator[int]:
    """The processes below one, all the way down."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(child)
        yield from children(int(child))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def assert_nothing_lost_or_doubled(program: Running, key: str, clients: Clients, data: Path) -> None:
    """Rules 2 and 7, as the owner sees them."""
    referrals = admin(program, key, "referrals")
    times = Counter(referral["id"] for referral in referrals)
    assert set(times.values()) == {1}
    assert set(clients.acknowledged.values()) <= times.keys()
    owned = [referral for referral in referrals if referral["disqualified"] is None]
    phones = Counter(referral["prospect"]["phone"] for referral in owned)
    assert set(phones.values()) == {1}
    (jane,) = admin(program, key, "participants")
    assert jane["totals"]["sent"] == len(owned)
    told = Counter(m["referral_id"] for m in admin(program, key, "messages") if m["template"] == "new_lead")
    assert all(told[referral["id"]] >= 1 for referral in owned)
    assert set(Counter(sent_lines(data)).values()) == {1}


@LINUX
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    """DESIGN 7: the process group is killed while eight clients submit, started again, and they try again."""
    data = tmp_path / "data"
    with running(data) as program:
        key = json.loads(program.command("key", "add", "--role", "owner", "--json").stdout)["key"]
        jane = json.loads(program.command("enrol", "Jane Doe", "--phone", "415 555 0199", "--json").stdout)
        settings = {
            "business": {"owner_phone": "+14155550198"},
            # By the real clock: at night texts would wait.
            "quiet_hours": {"start": "00:00", "end": "24:00"},
        }
        headers = {"Authorization": f"Bearer {key}"}
        assert requests.put(f"{program.url}/v1/admin/settings", json=settings, headers=headers, timeout=30).ok
        clients = Clients(jane["code"])
        below = list(children(program.process.pid))
        assert len(below) >= 2, "the engine's front and its child"
        submitting = threading.Thread(target=clients.submit_all, args=(program.url, list(range(SUBMISSIONS))))
        submitting.start()
        until(lambda: len(clients.acknowledged) >= BEFORE_THE_KILL, seconds=60)
        program.kill()
        submitting.join()
        until(lambda: not any(alive(pid) for pid in below), seconds=20)
    before = dict(clients.acknowledged)
    assert BEFORE_THE_KILL <= len(before) < SUBMISSIONS

    with running(data) as program:
        assert_nothing_lost_or_doubled(program, key, clients, data)
        assert requests.get(f"{program.url}/r/{jane['code']}/", timeout=30).ok
        # Everybody who got no answer tries again; ten who had one do so, too, and get the same.
        again = [number for number in range(SUBMISSIONS) if number not in before] + list(before)[:10]
        clients.submit_all(program.url, again)
        assert len(clients.acknowledged) == SUBMISSIONS
        assert {number: clients.acknowledged[number] for number in before} == before
        assert_nothing_lost_or_doubled(program, key, clients, data)
        referrals = admin(program, key, "referrals")
        assert sorted(referral["id"] for referral in referrals) == sorted(clients.acknowledged.values())
        late = {n for n in range(SUBMISSIONS) if n % 10 == 9}
        assert len([r for r in referrals if r["disqualified"] is None]) == SUBMISSIONS - len(late)
    assert_every_message_ends(data)


def assert_every_message_ends(data: Path) -> None:
    """Rule 5: the claims of the killed run out in five minutes, which this goes forward by."""
    environment, _ = with_secrets({}, data)
    with running_engine(EngineSettings(data, ENGINE_PYTHON)) as engine:
        filled = {**environment, "GOODWORD_DATA": str(data), "GOODWORD_DYNAMODB_ENDPOINT": engine.endpoint}
        program = make_program(read_config(filled), now=lambda: datetime.now(UTC) + 2 * CLAIM)
        until(lambda: handle_schedule(program).done == 0, seconds=60)
        messages = program.ports.store.messages
        found, cursor = messages.page(status=None, limit=100, cursor=None)
        while cursor:
            more, cursor = messages.page(status=None, limit=100, cursor=cursor)
            found += more
    assert {message.status for message in found} <= {"sent", "unknown"}
    left = Counter(sent_lines(data))
    assert set(left.values()) == {1}
    for message in found:
        assert message.status == "unknown" or left[message.id] == 1
    assert len({message.id for message in found}) == len(found)
