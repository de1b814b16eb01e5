"""Every admin route as a person's browser asks for it: who is let in by a session, generated from the routes."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest

from chalicelib.api.callers import COOKIE
from chalicelib.domain.access import Role
from chalicelib.domain.users import NewUser
from chalicelib.services.sign_in import new_sign_in, sign_in_by_link, sign_out, signed_in
from chalicelib.services.users import add_user
from tests.api.table_watch import nothing_changes
from tests.api.test_admin_access import ADMIN, target
from tests.world import World

OWN_PAGE = {"origin": "http://localhost:8000", "x-requested-with": "goodword"}
OTHER_PAGE = {**OWN_PAGE, "origin": "https://evil.example.com"}
SAFE = {"GET", "HEAD"}
LET_IN = "neither 401 nor 403"


@pytest.fixture
def world(busy_world: World) -> World:
    return busy_world


def session(world: World, role: Role) -> dict[str, str]:
    """The cookie of somebody of this role who has just signed in."""
    ports = world.program.ports
    user = add_user(ports, NewUser("Pat Maple", role, phone=world.phone()), "test")
    token = ports.pseudonyms.sign_in_token(new_sign_in(ports, user))
    value, _ = sign_in_by_link(ports, token, world.address())
    return {"cookie": f"{COOKIE}={value}"}


def revoked(world: World) -> dict[str, str]:
    made = session(world, "owner")
    sign_out(world.program.ports, signed_in(world.program.ports, made["cookie"].partition("=")[2]), everywhere=True)
    return made


@contextmanager
def later(world: World, by: timedelta) -> Iterator[None]:
    now = world.clock.now
    world.clock.now = now + by
    yield
    world.clock.now = now


@pytest.mark.parametrize(("method", "path", "role"), ADMIN)
def test_who_a_session_lets_in(world: World, method: str, path: str, role: str) -> None:
    """Anonymous, expired, revoked, staff, owner, and the owner's cookie sent by another site's page."""
    staff, owner = session(world, "staff"), session(world, "owner")
    cases = {
        "anonymous": (OWN_PAGE, 401),
        "made up": ({**OWN_PAGE, "cookie": f"{COOKIE}={'0' * 64}"}, 401),
        "expired": ({**OWN_PAGE, **owner}, 401),
        "revoked": ({**OWN_PAGE, **revoked(world)}, 401),
        "wrong Origin": ({**OTHER_PAGE, **owner}, LET_IN if method in SAFE else 403),
        "no Origin": (owner, LET_IN if method in SAFE else 403),
        "no header": ({**OWN_PAGE, **owner, "x-requested-with": ""}, LET_IN if method in SAFE else 403),
        "staff": ({**OWN_PAGE, **staff}, LET_IN if role == "staff" else 403),
        "owner": ({**OWN_PAGE, **owner}, LET_IN),
    }
    found = {}
    for name, (headers, expected) in cases.items():
        hours = timedelta(hours=13) if name == "expired" else timedelta()
        with later(world, hours), nullcontext() if expected == LET_IN else nothing_changes():
            status = world.http(method, target(path), raw=b"{}", headers=headers).status
        found[name] = status if status in {401, 403} else LET_IN
    assert found == {name: expected for name, (_, expected) in cases.items()}
