"""One data folder belongs to one program at a time; the command line works beside it, and without it."""

import json
import os
import subprocess
from pathlib import Path

import requests

from chalicelib.local.wait import until
from tests.running import GOODWORD, free_port, running


def test_a_second_program_on_the_folder_says_so_and_leaves_the_first_alone(tmp_path: Path) -> None:
    """Exit code 1, one plain sentence, no traceback; the first goes on."""
    data = tmp_path / "data"
    with running(data) as program:
        second = {**program.environment, "PORT": str(free_port())}
        done = subprocess.run([GOODWORD, "run"], env=second, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert f"the data folder {data} is in use by another engine" in done.stderr
        assert "Traceback" not in done.stderr
        assert requests.get(f"{program.url}/", timeout=30).ok
        assert json.loads(program.command("enrol", "Jane Doe", "--phone", "212 555 0101", "--json").stdout)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """Another folder, the same port."""
    with running(tmp_path / "one") as program:
        second = {**program.environment, "GOODWORD_DATA": str(tmp_path / "two")}
        done = subprocess.run([GOODWORD, "run"], env=second, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert program.url.rpartition(":")[2] in done.stderr or "in use" in done.stderr


def test_the_command_line_works_beside_a_running_program(tmp_path: Path) -> None:
    """What it does is followed up by the program: the page, and the message to the owner."""
    with running(tmp_path / "data") as program:
        key = json.loads(program.command("key", "add", "--role", "owner", "--json").stdout)["key"]
        jane = json.loads(program.command("enrol", "Jane Doe", "--phone", "212 555 0101", "--json").stdout)
        headers = {"Authorization": f"Bearer {key}"}
        people = requests.get(f"{program.url}/v1/admin/participants", headers=headers, timeout=30).json()["items"]
        assert [person["code"] for person in people] == [jane["code"]]
        until(lambda: requests.get(f"{program.url}/r/{jane['code']}/", timeout=30).ok, seconds=20)
        body = {"code": jane["code"], "name": "Sam Lee", "phone": "212 555 0102", "sms_consent": True}
        assert requests.post(f"{program.url}/v1/leads", json=body, timeout=30).status_code == 202

        def delivered() -> bool:
            messages = json.loads(program.command("messages", "--json").stdout)
            found = {m["template"]: m["status"] for m in messages}
            return found.items() >= {"new_lead": "skipped", "lead_received": "sent"}.items()

        until(delivered, seconds=20)


def test_the_command_line_works_without_a_program(tmp_path: Path) -> None:
    """Each command starts the engine, does what follows from it, and leaves everything in the folder."""
    environment = {**os.environ, "GOODWORD_DATA": str(tmp_path / "data"), "GOODWORD_SAMPLE": "0"}

    def goodword(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [GOODWORD, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    assert json.loads(goodword("messages", "--json").stdout) == []
    first = json.loads(goodword("enrol", "Jane Doe", "--phone", "212 555 0101", "--json").stdout)
    again = json.loads(goodword("enrol", "Jane Doe", "--phone", "(212) 555-0101", "--json").stdout)
    assert (first["outcome"], again["outcome"], again["code"]) == ("created", "unchanged", first["code"])
    assert (tmp_path / "data" / "site" / "r" / first["code"] / "index.html").exists()
    key = json.loads(goodword("key", "add", "--role", "staff", "--json").stdout)["key"]
    with running(tmp_path / "data") as program:
        headers = {"Authorization": f"Bearer {key}"}
        found = requests.get(f"{program.url}/v1/admin/participants/{first['code']}", headers=headers, timeout=30)
        assert found.json()["name"] == "Jane Doe"


def test_two_commands_at_once_without_a_program_do_not_harm_each_other(tmp_path: Path) -> None:
    """One of them holds the folder; the other joins it, or says clearly that it could not."""
    environment = {**os.environ, "GOODWORD_DATA": str(tmp_path / "data"), "GOODWORD_SAMPLE": "0"}
    started = [
        subprocess.Popen(
            [GOODWORD, "enrol", "Jane Doe", "--phone", "212 555 0101", "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ended = [(process.communicate(timeout=60), process.returncode) for process in started]
    codes = {json.loads(output)["code"] for (output, _), status in ended if status == 0}
    assert len(codes) == 1
    assert all("Traceback" not in errors for (_, errors), _ in ended)
    assert all(status == 0 or errors.strip() for (_, errors), status in ended)
