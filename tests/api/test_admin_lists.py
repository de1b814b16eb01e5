"""Every list in pages: each item exactly once, in order, and a cursor nobody gave out is refused."""

import base64
import json

import pytest

from tests.world import World

LISTS = {
    "participants": "name",
    "referrals": "-created_at",
    "referrals?stage=new": "-created_at",
    "referrals?participant_id={code}": "-created_at",
    "mentions": "created_at",
    "rewards": "-created_at",
    "rewards?status=issued": "-created_at",
    "rewards?participant_id={code}": "-created_at",
    "messages": "-created_at",
    "messages?status=queued": "-created_at",
    "audit": "-at",
}


@pytest.fixture(scope="module")
def full(module_world: World) -> tuple[World, str]:
    """A program with more than a page of everything."""
    world = module_world
    jane = world.enrol("Jane Doe")
    for number in range(9):
        world.clock.forward(minutes=1)
        reference = world.lead(jane.id).json["reference"]
        world.lead(None, referred_by=f"Friend {number}")
        if number % 2:
            world.clock.forward(minutes=1)
            world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
    return world, jane.id


def pages(world: World, path: str, limit: int) -> list[list[dict[str, object]]]:
    found, cursor = [], ""
    while True:
        mark = "&" if "?" in path else "?"
        answer = world.admin("GET", f"{path}{mark}limit={limit}" + (f"&cursor={cursor}" if cursor else "")).json
        found.append(answer["items"])
        assert len(found) <= 100, "the pages never end"
        if answer["next"] is None:
            return found
        assert len(answer["items"]) == limit
        cursor = answer["next"]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("path", LISTS)
def test_paging_visits_each_item_once_and_in_order(full: tuple[World, str], path: str, limit: int) -> None:
    """Whatever the size of the page, the pages joined are the whole list."""
    world, code = full
    path = path.format(code=code)
    whole = world.admin("GET", f"{path}{'&' if '?' in path else '?'}limit=100").json["items"]
    joined = [item for page in pages(world, path, limit) for item in page]
    assert joined == whole
    assert len({item["id"] for item in joined}) == len(joined)
    if path != "participants":
        assert len(joined) >= 4
    field = LISTS[path.replace(code, "{code}")]
    keys = [str(item[field.lstrip("-")]) for item in joined]
    assert keys == sorted(keys, reverse=field.startswith("-"))


def test_what_is_added_meanwhile_moves_nothing_off_its_page(full: tuple[World, str]) -> None:
    """A newer referral appears on the first page, and no older one is shown twice or skipped."""
    world, code = full
    path = f"referrals?participant_id={code}&limit=3"
    before = [i["id"] for i in world.admin("GET", f"referrals?participant_id={code}").json["items"]]
    first = world.admin("GET", path).json
    world.clock.forward(minutes=1)
    world.lead(code)
    second = world.admin("GET", f"{path}&cursor={first['next']}").json
    assert [i["id"] for i in first["items"] + second["items"]] == before[:6]


STRANGE = ["x", "%00", "%F0%9F%98%80", "====", "bnVsbA", "W10", "MQ", "eyJhIjogMX0", "eyJwayI6ICIifQ", "a" * 3000]


@pytest.mark.parametrize("path", LISTS)
def test_a_strange_cursor_is_refused(full: tuple[World, str], path: str) -> None:
    """By name; it is never read as the beginning."""
    world, code = full
    mark = "&" if "?" in path else "?"
    for cursor in STRANGE:
        answer = world.admin("GET", f"{path.format(code=code)}{mark}cursor={cursor}")
        assert answer.status == 400, cursor
        assert [error["field"] for error in answer.json["errors"]] == ["cursor"]


@pytest.mark.parametrize("path", ["participants", "audit", "mentions"])
def test_an_empty_cursor_object_is_strange_too(full: tuple[World, str], path: str) -> None:
    """`{}` in base64."""
    assert full[0].admin("GET", f"{path}?cursor=e30").status == 400


@pytest.mark.parametrize("path", ["participants", "referrals?participant_id={code}", "mentions", "messages", "rewards"])
def test_the_cursor_of_another_list_does_not_open_this_one(full: tuple[World, str], path: str) -> None:
    """It is refused, or shows nothing that is not this list's own."""
    world, code = full
    path = path.format(code=code)
    mark = "&" if "?" in path else "?"
    own = {item["id"] for item in world.admin("GET", f"{path}{mark}limit=100").json["items"]}
    for other in ("participants", "mentions", "referrals", "audit", "messages"):
        cursor = world.admin("GET", f"{other}?limit=1").json["next"]
        answer = world.admin("GET", f"{path}{mark}cursor={cursor}")
        assert answer.status == 400 or {item["id"] for item in answer.json["items"]} <= own


def test_a_cursor_holds_nothing_secret(full: tuple[World, str]) -> None:
    """It may stand in a log: no phone, no e-mail address (rule 9)."""
    cursor = full[0].admin("GET", "messages?limit=1").json["next"]
    plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    assert "+1" not in str(plain)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "%D9%A1", "1e1", "%2B1"])
@pytest.mark.parametrize("path", ["participants", "referrals", "mentions", "rewards", "messages", "audit"])
def test_a_limit_that_is_none_is_refused(full: tuple[World, str], path: str, limit: str) -> None:
    """From 1 to 100."""
    answer = full[0].admin("GET", f"{path}?limit={limit}")
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "limit")


def test_a_limit_of_five_thousand_digits_is_refused(full: tuple[World, str]) -> None:
    """400, never a 500."""
    assert full[0].admin("GET", f"participants?limit={'1' * 5000}").status == 400


@pytest.mark.parametrize(
    "query", ["referrals?stage=old", "rewards?status=old", "messages?status=old", "audit?month=May"]
)
def test_a_filter_that_is_none_is_refused_by_name(full: tuple[World, str], query: str) -> None:
    """Not answered with everything."""
    answer = full[0].admin("GET", query)
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, query.partition("?")[2].partition("=")[0])


@pytest.mark.parametrize("path", ["referrals", "rewards"])
def test_the_lists_of_somebody_unknown(full: tuple[World, str], path: str) -> None:
    """What cannot be a code is not found; a code nobody has lists nothing."""
    assert full[0].admin("GET", f"{path}?participant_id=nobody").status == 404
    assert full[0].admin("GET", f"{path}?participant_id=0000ZZZZ").json["items"] == []
