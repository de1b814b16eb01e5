"""The first start shows a plausible business, made through the doors a CRM and a browser use."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import requests

from chalicelib.local.wait import until
from tests.running import running


def test_the_sample_business_fills_every_page(tmp_path: Path) -> None:
    """Twenty-five customers, leads in every stage, rewards, a leaderboard, and nothing stuck."""
    data = tmp_path / "data"
    with running(data, sample=True) as program:
        key = json.loads(program.command("key", "add", "--role", "owner", "--json").stdout)["key"]
        admin = {"Authorization": f"Bearer {key}"}

        def listed(path: str) -> list[dict[str, object]]:
            answer = requests.get(f"{program.url}/v1/admin/{path}", headers=admin, timeout=10)
            items: list[dict[str, object]] = answer.json()["items"]
            return items

        people, referrals, messages = listed("participants"), listed("referrals"), listed("messages?limit=100")
        assert len(people) == 25
        assert {"paid", "invoiced", "appointment", "quoted", "new", "lost"} <= {str(r["stage"]) for r in referrals}
        assert {"issued", "reversed"} <= {str(reward["status"]) for reward in listed("rewards")}
        assert {"invitation", "new_lead", "reward_issued", "thank_you"} <= {str(m["template"]) for m in messages}

        def jane_leads() -> bool:
            board = requests.get(f"{program.url}/leaderboard.json", timeout=10).json()["entries"]
            return bool(board) and board[0] == {"rank": 1, "name": "Jane D.", "closed": 3}

        until(jane_leads, seconds=10)
        assert program.command("doctor").stdout == "all is well\n"
        everything = json.dumps([people, referrals, messages])
        assert all(re.fullmatch(r"\+1\d{3}55501\d\d", phone) for phone in re.findall(r"\+\d+", everything))
        business = requests.get(f"{program.url}/v1/admin/settings", headers=admin, timeout=10).json()["business"]
        assert {business["phone"], business["owner_phone"]}.isdisjoint(
            re.findall(r"\+\d+", json.dumps([people, referrals]))
        )
        assert all(domain == "example.com" for domain in re.findall(r"@([\w.]+\w)", everything))
        persons = [*people, *(referral["prospect"] for referral in referrals)]
        assert found_in_public(data, persons) == []


def found_in_public(data: Path, persons: list[Any]) -> list[tuple[str, str]]:
    """Rule 9: phones in every spelling, addresses and surnames of everybody, in any file that is served or built."""
    numbers = {person["phone"][-10:] for person in persons}
    private = {person["email"] for person in persons} | numbers | {f"{n[:3]}-{n[3:6]}-{n[6:]}" for n in numbers}
    private |= {f"({n[:3]}) {n[3:6]}-{n[6:]}" for n in numbers}
    surnames = {person["name"].split()[-1] for person in persons}
    assert (len(numbers), len(surnames)) == (37, 37)
    words = re.compile("|".join([*map(re.escape, private), *(rf"\b{re.escape(name)}\b" for name in surnames)]))
    files = [path for folder in ("site", "build") for path in (data / folder).rglob("*") if path.is_file()]
    assert len([path for path in files if path.name == "index.html"]) >= 35
    texts = ((path, path.read_bytes().decode(errors="ignore")) for path in files)
    return [(path.relative_to(data).as_posix(), found) for path, text in texts for found in words.findall(text)]


def test_a_second_start_keeps_what_is_there_and_loads_nothing(tmp_path: Path) -> None:
    with running(tmp_path / "data") as program:
        added = json.loads(program.command("enrol", "Jane Doe", "--phone", "212 555 0101", "--json").stdout)
    with running(tmp_path / "data", sample=True) as program:
        again = json.loads(program.command("enrol", "Jane Doe", "--phone", "212 555 0101", "--json").stdout)
        assert (again["outcome"], again["code"]) == ("unchanged", added["code"])
        assert requests.get(f"{program.url}/r/{added['code']}/", timeout=10).ok


def test_a_first_start_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    """The half of it that had arrived is not doubled."""
    data = tmp_path / "data"
    with running(data, sample=True, said="loading a sample business") as program:
        until(lambda: (data / "outbox.jsonl").exists(), seconds=30)
        program.kill()
    assert (data / "sample.unfinished").exists()
    with running(data, sample=True) as program:
        key = json.loads(program.command("key", "add", "--role", "owner", "--json").stdout)["key"]
        counts = {
            kind: len(
                requests.get(
                    f"{program.url}/v1/admin/{kind}?limit=100", headers={"Authorization": f"Bearer {key}"}, timeout=10
                ).json()["items"]
            )
            for kind in ("participants", "referrals", "rewards")
        }
        valid = [k["name"] for k in json.loads(program.command("key", "list", "--json").stdout) if not k["revoked_at"]]
    assert counts == {"participants": 25, "referrals": 12, "rewards": 8}
    assert valid == ["command line"], "the keys of both loads are worthless"
    assert not (data / "sample.unfinished").exists()


def test_a_command_alone_leaves_the_page_behind_it(tmp_path: Path) -> None:
    """The command line works without a running program, and does itself what the stream would."""
    with running(tmp_path / "data") as program:
        environment = program.environment
    command = [".venv/bin/goodword", "enrol", "Jane Doe", "--phone", "212 555 0101", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    code = json.loads(done.stdout)["code"]
    assert (tmp_path / "data" / "site" / "r" / code / "index.html").exists()
