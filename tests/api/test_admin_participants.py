"""Participants in the console: found by name in pages of many, changed with an audit entry (P19, P24)."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.table_watch import nothing_changes
from tests.world import World

PLAN = {"kind": "custom", "tiers": [{"at": 1, "amount_cents": 7500}], "text": "a free drain check"}


def audit(world: World) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = world.admin("GET", "audit").json["items"]
    return entries


def names(world: World, query: str) -> list[str]:
    return [item["name"] for item in world.admin("GET", f"participants?{query}").json["items"]]


def test_a_hundred_and_twenty_participants_in_pages_and_by_name(world: World) -> None:
    """By name whatever the case and the accents; a search finds beginnings of names (P24)."""
    expected = [f"Person {number:03d}" for number in range(116)]
    for name in [*expected, "Zoë Ash", "zoe Birch", "ZÖE Cole", "Äda Day"]:
        world.enrol(name)
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        page = world.admin("GET", f"participants?limit=50{f'&cursor={cursor}' if cursor else ''}").json
        found += [item["name"] for item in page["items"]]
        cursor = page["next"]
    assert found == ["Äda Day", *expected, "Zoë Ash", "zoe Birch", "ZÖE Cole"]
    assert names(world, "search=zoe") == names(world, "search=ZO%C3%8B") == ["Zoë Ash", "zoe Birch", "ZÖE Cole"]
    assert names(world, "search=person+11") == expected[110:]
    assert names(world, "search=son") == names(world, "search=%00") == []
    first = world.admin("GET", "participants?search=person&limit=100").json
    rest = world.admin("GET", f"participants?search=person&limit=100&cursor={first['next']}").json
    assert [i["name"] for i in first["items"] + rest["items"]] == expected


def test_a_search_for_an_accent_alone_is_no_error(busy_world: World) -> None:
    """A key pressed by mistake is not a 500."""
    assert busy_world.admin("GET", "participants?search=%CC%81").status == 200


def test_a_new_participant_has_a_permanent_link(busy_world: World) -> None:
    """201 with code, link and share link; the same person again is 200 and the same code (P1)."""
    phone = busy_world.phone()
    made = busy_world.admin("POST", "participants", {"name": "Jane Doe", "phone": phone, "segment": "partner"})
    again = busy_world.admin("POST", "participants", {"name": "Jane A. Doe", "phone": phone})
    assert (made.status, again.status) == (201, 200)
    assert made.json["link"] == f"http://localhost:8000/r/{made.json['code']}/"
    assert again.json == {**made.json, "name": "Jane A. Doe"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": "Jane Doe"}, {"phone"}),
        ({"name": "Jane Doe", "phone": "12"}, {"phone"}),
        ({"name": "Jane Doe", "email": "jane"}, {"email"}),
        ({"name": "Jane Doe", "phone": "4155550142", "segment": "vip"}, {"segment"}),
        ({"name": "Jane Doe", "phone": "4155550142", "telephone": "1"}, {"telephone"}),
        ({"name": 7, "phone": 8, "external_id": []}, {"name", "phone", "external_id"}),
    ],
)
def test_a_participant_that_cannot_be_is_refused_by_name(
    busy_world: World, body: dict[str, object], fields: set[str]
) -> None:
    """Also for a field that is only misspelt."""
    with nothing_changes():
        answer = busy_world.admin("POST", "participants", body)
    assert (answer.status, {e["field"] for e in answer.json["errors"]}) == (400, fields)


def test_a_phone_and_an_id_of_two_people_contradict(busy_world: World) -> None:
    """409 names both; nothing is guessed (S10)."""
    one, other = busy_world.enrol(external_ids=("crm:x-1",)), busy_world.enrol()
    with nothing_changes():
        answer = busy_world.admin("POST", "participants", {"name": "J", "phone": other.phone, "external_id": "x-1"})
    assert answer.status == 409
    assert one.id in answer.json["detail"]
    assert other.id in answer.json["detail"]


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"name": "Janet Doe"}, "name", "Janet Doe"),
        ({"paused": True}, "paused", True),
        ({"opted_out": True}, "opted_out", True),
        ({"leaderboard_name": "hidden"}, "leaderboard_name", "hidden"),
        ({"add_alias": "Jane-Ray"}, "aliases", ["jane-ray"]),
        ({"reward_plan": PLAN}, "reward_plan", {**PLAN, "tier_mode": "step", "percent": None}),
    ],
)
def test_a_change_is_made_and_written_down(world: World, change: dict[str, Any], field: str, value: object) -> None:
    """The answer shows it, and the audit who and why (P19)."""
    path = f"participants/{world.enrol().id}"
    world.clock.forward(minutes=1)
    answer = world.admin("PATCH", path, {**change, "note": "asked us to"})
    assert answer.json[field] == value
    assert world.admin("GET", path).json == answer.json
    entry = audit(world)[0]
    assert (entry["action"], entry["note"]) == (f"participant changed: {field}", "asked us to")
    assert entry["actor"].startswith("key ")
    with nothing_changes():
        assert world.admin("PATCH", path, change).json == answer.json


def test_an_exception_to_the_rewards_holds_and_can_be_removed(world: World) -> None:
    """Individual exceptions (P19)."""
    jane = world.enrol()
    world.admin("PATCH", f"participants/{jane.id}", {"reward_plan": {"tiers": [{"at": 1, "amount_cents": 7500}]}})
    for _ in range(2):
        world.clock.forward(minutes=1)
        reference = world.lead(jane.id).json["reference"]
        world.clock.forward(minutes=1)
        world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
        assert world.admin("PATCH", f"participants/{jane.id}", {"reward_plan": None}).json["reward_plan"] is None
    rewards = world.admin("GET", f"rewards?participant_id={jane.id}").json["items"]
    assert [reward["amount_cents"] for reward in rewards] == [2500, 7500]


def test_who_opted_out_gets_no_message(world: World) -> None:
    """Not the reward's either; it is skipped, with why (rule 8)."""
    jane = world.enrol()
    world.admin("PATCH", f"participants/{jane.id}", {"opted_out": True})
    reference = world.lead(jane.id).json["reference"]
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
    world.settle_down()
    (message,) = world.messages("reward_issued")
    assert (message.status, message.reason) == ("skipped", "opted out of messages")


def test_an_alias_belongs_to_one_for_ever(world: World) -> None:
    """409 for a second holder, also when the first has more (rule 1)."""
    jane, mary = world.enrol(), world.enrol("Mary Major")
    for alias in ("jane-doe", "jane-2"):
        world.admin("PATCH", f"participants/{jane.id}", {"add_alias": alias})
    with nothing_changes():
        assert world.admin("PATCH", f"participants/{mary.id}", {"add_alias": "jane-doe"}).status == 409
    assert world.admin("GET", f"participants/{jane.id}").json["aliases"] == ["jane-doe", "jane-2"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"add_alias": "a"}, "add_alias"),
        ({"add_alias": "7KQ2M9XA"}, "add_alias"),
        ({"add_alias": "../etc"}, "add_alias"),
        ({"paused": "perhaps"}, "paused"),
        ({"name": "1"}, "name"),
        ({"leaderboard_name": "full"}, "leaderboard_name"),
        ({"phone": "4155550142"}, "phone"),
        ({"reward_plan": {}}, "reward_plan.tiers"),
        ({"reward_plan": {"tiers": [{"at": 1, "amount_cents": 10.5}]}}, "reward_plan.tiers[0].amount_cents"),
        ({"reward_plan": {"kind": "custom", "tiers": []}}, "reward_plan.text"),
        ({"reward_plan": "double"}, "reward_plan"),
    ],
)
def test_a_change_that_cannot_be_is_refused_by_name(busy_world: World, change: dict[str, object], field: str) -> None:
    """And nothing of it is done."""
    path = f"participants/{busy_world.enrol().id}"
    with nothing_changes():
        answer = busy_world.admin("PATCH", path, {**change, "opted_out": True})
    assert answer.status == 400
    assert field in {error["field"] for error in answer.json["errors"]}


def test_enrolling_somebody_by_hand_is_written_down(world: World) -> None:
    """Who changed what, in the same transaction as the change."""
    before = len(audit(world))
    world.admin("POST", "participants", {"name": "Jane Doe", "phone": world.phone()})
    assert len(audit(world)) == before + 1


def test_somebody_is_found_by_whatever_the_office_has_in_hand(world: World) -> None:
    """The beginning of the name, or exactly their code, phone, e-mail or id in the CRM."""
    body = {"name": "Aisha Khan", "phone": "(415) 555-0102", "email": "aisha@example.com", "external_id": "C-77"}
    aisha = world.admin("POST", "participants", body).json["code"]
    world.enrol("Jane Doe")
    headers = {"authorization": f"Bearer {world.owner}"}

    def found(typed: str) -> list[str]:
        answer = world.http("GET", f"/v1/admin/participants?{urlencode({'search': typed})}", headers=headers)
        return [one["code"] for one in answer.json["items"]]

    for typed in ("ais", aisha, aisha.lower(), "+14155550102", "(415) 555-0102", "AISHA@example.com", "C-77"):
        assert found(typed) == [aisha], typed
    for typed in ("C-78", "415 555 0103", "ZZZZZZZZ", "khan@example.com"):
        assert found(typed) == [], typed
