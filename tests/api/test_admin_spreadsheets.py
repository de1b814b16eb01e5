"""Lists as files, and people from files (P1, P24, P25)."""

import csv
import io

import pytest

from chalicelib.api import admin_exports
from chalicelib.services.keys import issue_key
from tests.api.table_watch import nothing_changes
from tests.world import Answer, World

CSV = "name,phone\nJane Doe,(212) 555-0101\nBob,12\nAnn Ray,2125550103\nJane A. Doe,212 555 0101\n"


def read(text: bytes) -> list[dict[str, str]]:
    assert text.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return read(answer.body)


def test_what_a_list_shows_stands_in_its_file(world: World) -> None:
    jane = world.enrol("=cmd|' /C calc'!A0")
    reference = world.lead(jane.id, name="Sam Lee", message='He said "hi",\nand left').json["reference"]
    world.settle_down()
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
    world.settle_down()
    (person,) = rows(world.admin("GET", "exports/participants.csv"))
    assert (person["code"], person["name"], person["phone"]) == (jane.id, "'=cmd|' /C calc'!A0", jane.phone)
    assert (person["totals_closed"], person["totals_earned_cents"]) == ("1", "2500")
    (referral,) = rows(world.admin("GET", "exports/referrals.csv?stage=invoiced"))
    assert (referral["prospect_name"], referral["message"]) == ("Sam Lee", 'He said "hi", and left')
    assert rows(world.admin("GET", "exports/referrals.csv?stage=new")) == []
    assert [row["status"] for row in rows(world.admin("GET", "exports/rewards.csv"))] == ["issued"]
    for kind in admin_exports.KINDS:
        listed = world.admin("GET", kind).json["items"]
        assert len(rows(world.admin("GET", f"exports/{kind}.csv"))) == len(listed)


def test_a_long_list_comes_in_files_that_follow_one_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_exports, "MOST_ITEMS", 2)
    monkeypatch.setattr(admin_exports, "MOST_ROWS", 4)
    people = {world.enrol(f"Jane {letter}").id for letter in "ABCDE"}
    first = world.admin("GET", "exports/participants.csv?search=jane")
    following = first.headers["Link"].split(">")[0].removeprefix("</v1/admin/")
    second = world.admin("GET", following)
    assert "search=jane" in following
    assert "Link" not in second.headers
    found = [row["code"] for row in read(first.body + second.body)]
    assert len(found) == 5
    assert set(found) == people


def test_the_audit_is_the_owners_and_no_other_file_is_there(world: World) -> None:
    staff = issue_key(world.program.ports, "staff", "desk", "test")
    assert world.admin("GET", "exports/audit.csv", key=staff).status == 403
    assert world.admin("GET", "exports/participants.csv", key=staff).status == 200
    for name in ("participants", "participants.csv.csv", "keys.csv", ".csv"):
        assert world.admin("GET", f"exports/{name}").status == 404


def test_a_dry_run_says_what_the_import_then_does_and_changes_nothing(world: World) -> None:
    with nothing_changes():
        foreseen = world.admin("POST", "imports", {"csv": CSV, "dry_run": True})
    made = world.admin("POST", "imports", {"csv": CSV})
    assert foreseen.json == {**made.json, "dry_run": True}
    assert (made.json["created"], made.json["changed"], [bad["line"] for bad in made.json["bad"]]) == (2, 1, [3])
    again = world.admin("POST", "imports", {"csv": CSV.replace("A. ", ""), "dry_run": True}).json
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 2, 1)
    who = {entry["actor"] for entry in world.admin("GET", "audit").json["items"] if "participant" in entry["action"]}
    assert len(who) == 1
    assert "key" in who.pop()


def test_a_household_and_somebodys_second_row_are_foreseen(world: World) -> None:
    text = (
        "name,phone,email\nAnn,2125550101,home@example.com\nBen,2125550102,home@example.com\nAnne,,home@example.com\n"
    )
    foreseen = world.admin("POST", "imports", {"csv": text, "dry_run": True}).json
    made = world.admin("POST", "imports", {"csv": text}).json
    assert {**made, "dry_run": True} == foreseen


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "csv"),
        ({"csv": 5}, "csv"),
        ({"csv": ""}, "header"),
        ({"csv": "name,phone\n" + "J,2125550101\n" * 501}, "csv"),
        ({"csv": CSV, "dry_run": "perhaps"}, "dry_run"),
        ({"csv": CSV, "colour": 1}, "colour"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(world: World, body: object, field: str) -> None:
    with nothing_changes():
        answer = world.admin("POST", "imports", body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, field)
