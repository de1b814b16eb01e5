"""Keys for machines: made, listed, and revoked for good (P28)."""

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.services.keys import issue_key, revoke_key
from tests.world import World


def test_a_revoked_key_opens_nothing_from_then_on(world: World) -> None:
    ports = world.program.ports
    key = issue_key(ports, "staff", "till", "test")
    assert world.admin("GET", "overview", key=key).status == 200
    kid = key.partition(".")[0]
    first = revoke_key(ports, kid, "test")
    assert world.admin("GET", "overview", key=key).status == 401
    assert world.admin("GET", "overview").status == 200
    world.clock.forward(minutes=1)
    assert revoke_key(ports, kid, "test").revoked_at == first.revoked_at
    known, _ = ports.store.keys.page(limit=10, cursor=None)
    assert sorted(each.revoked_at is not None for each in known) == [False, True]
    actions = [entry["action"] for entry in world.admin("GET", "audit").json["items"]]
    assert actions.count("key revoked") == 1
    with pytest.raises(NotFound):
        revoke_key(ports, "nobody", "test")
