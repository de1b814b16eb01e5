"""Who may do what under /v1/admin: table-driven over all routes, so that a new one cannot be forgotten."""

from uuid import uuid4

import pytest

from chalicelib.api.application import create_app
from chalicelib.services.keys import issue_key
from tests.api.table_watch import nothing_changes
from tests.world import World


def _unasked() -> object:
    raise AssertionError("registering routes needs no program")


ROUTES = [
    (method, path, entry.view_function.role)
    for path, methods in create_app(_unasked).routes.items()  # type: ignore[arg-type]  # never called
    for method, entry in methods.items()
]
#: What lets people in cannot need that they are in.
DOORS = {("POST", "/v1/admin/sign-in"), ("POST", "/v1/admin/session")}
ADMIN = [route for route in ROUTES if route[1].startswith("/v1/admin") and route[:2] not in DOORS]


@pytest.fixture
def world(busy_world: World) -> World:
    """Nothing here changes anything."""
    return busy_world


def target(path: str) -> str:
    ids = {
        "referral_id": "ref_0",
        "reward_id": "rew_0-1",
        "discount_code": "0123456789",
        "webhook_id": "whk_0",
        "invoice_id": "crm:i0",
        "commitment_id": "com_0000ZZZZ-1",
        "user_id": "usr_0",
        "kid": "0000zzzz",
        "file": "participants.csv",
    }
    return path.format(code="0000ZZZZ", **ids)


def test_every_admin_route_needs_a_key_and_no_other_does() -> None:
    """The role is part of each route's declaration."""
    assert {role for _, _, role in ADMIN} == {"staff", "owner"}
    assert {role for *route, role in ROUTES if tuple(route) in DOORS} == {"public"}
    assert {role for _, path, role in ROUTES if not path.startswith("/v1/admin")} == {"public", "signed", "share"}


@pytest.mark.parametrize(("method", "path", "role"), ADMIN)
def test_without_a_valid_key_nothing_is_answered(world: World, method: str, path: str, role: str) -> None:
    """401 with how to send one, for a missing, a wrong, a cut and a made-up key."""
    kid, _, secret = world.owner.partition(".")
    wrong = [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {world.owner}",
        world.owner,
        f"Bearer {kid}",
        f"Bearer {kid}.",
        f"Bearer {kid}.{secret[:-1]}",
        f"Bearer {kid}.{secret}x",
        f"Bearer {uuid4().hex[:8]}.{secret}",
        f"Bearer .{secret}",
        f"Bearer {'k' * 3000}.{secret}",
        "Bearer \u00e9\u0080.\u00e9",
        "Share abc",
    ]
    with nothing_changes():
        for authorization in wrong:
            headers = {"authorization": authorization} if authorization else {}
            assert world.http(method, target(path), raw=b"{}", headers=headers).status == 401, authorization


@pytest.mark.parametrize(("method", "path", "role"), [route for route in ADMIN if route[2] == "owner"])
def test_what_is_the_owners_is_refused_to_staff(world: World, method: str, path: str, role: str) -> None:
    """403 says which role it takes; asked before anything is looked up."""
    staff = issue_key(world.program.ports, "staff", "desk", "test")
    with nothing_changes():
        answer = world.http(method, target(path), raw=b"{}", headers={"authorization": f"Bearer {staff}"})
    assert (answer.status, "owner" in answer.json["detail"]) == (403, True)


@pytest.mark.parametrize(("method", "path", "role"), [route for route in ADMIN if route[2] == "staff"])
def test_what_is_for_staff_is_open_to_staff_and_owner(world: World, method: str, path: str, role: str) -> None:
    """Neither is told that they may not."""
    staff = issue_key(world.program.ports, "staff", "desk", "test")
    for key in (staff, world.owner):
        answer = world.http(method, target(path), raw=b"{}", headers={"authorization": f"bearer  {key} "})
        assert answer.status not in {401, 403}


def test_the_owner_alone_takes_rewards_back_makes_exceptions_and_moves_referrals(world: World) -> None:
    """The fields that are the owner's on routes of the staff (P19, P29)."""
    staff = issue_key(world.program.ports, "staff", "desk", "test")
    jane = world.enrol()
    world.lead(jane.id)
    referral = world.admin("GET", f"referrals?participant_id={jane.id}").json["items"][0]["id"]
    world.clock.forward(minutes=1)
    reward = world.admin("PATCH", f"referrals/{referral}", {"stage": "invoiced"}, key=staff).json["reward_id"]
    plan = {"reward_plan": {"tiers": [{"at": 1, "amount_cents": 9900}]}}
    with nothing_changes():
        assert world.admin("PATCH", f"rewards/{reward}", {"status": "reversed", "note": "no"}, key=staff).status == 403
        assert world.admin("PATCH", f"participants/{jane.id}", plan, key=staff).status == 403
        assert world.admin("PATCH", f"participants/{jane.id}", {"reward_plan": None}, key=staff).status == 403
        assert world.admin("PATCH", f"referrals/{referral}", {"participant_id": jane.id}, key=staff).status == 403
        assert world.admin("PATCH", f"referrals/{referral}", {"stage": "lost"}, key=staff).status == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_id_nobody_gave_out_is_not_found(world: World, method: str) -> None:
    """Whatever is put in its place (404, never a 500)."""
    for path in ("participants", "referrals", "rewards"):
        for odd in (
            "x",
            "ref_",
            "rew_-",
            "rew_A-",
            "rew_A-\u0661",
            "%00",
            "%F0%9F%98%80",
            "..%2F..",
            "R%23x",
            "a" * 1900,
        ):
            if method == "GET":
                assert world.admin("GET", f"{path}/{odd}").status == 404, (path, odd)
            elif path == "referrals":
                answer = world.admin("POST", f"mentions/{odd}", {"participant_id": "0000ZZZZ"})
                assert answer.status == 404, odd


@pytest.mark.parametrize(
    "path", ["referrals/" + "a" * 3000, "rewards/rew_A-" + "1" * 5000, "rewards/rew_" + "A" * 3000 + "-1"]
)
def test_an_id_longer_than_any_key_is_not_found_either(world: World, path: str) -> None:
    """DynamoDB's keys end at 2048 bytes, Python's int() at 4300 digits."""
    assert world.admin("GET", path).status == 404
