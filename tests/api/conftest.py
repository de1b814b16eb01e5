"""The same world as everywhere, with every HTTP answer held against docs/openapi.yaml."""

import uuid
from collections.abc import Iterator
from typing import cast

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.services.keys import issue_key
from tests.api.openapi_contract import CheckedGateway
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """A program whose every answer must be as documented."""
    world.gateway = cast(Gateway, CheckedGateway(world.gateway))
    return world


@pytest.fixture(scope="module")
def busy_world(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One program for all tests of a file whose cases are many and leave little; never beside `world`."""
    with World.open(engine, f"t-{uuid.uuid4().hex[:12]}", tmp_path_factory.mktemp("data")) as opened:
        opened.gateway = cast(Gateway, CheckedGateway(opened.gateway))
        opened.settings(submissions_per_hour=100_000)
        yield opened


@pytest.fixture
def staff(world: World) -> str:
    """A key with the role staff."""
    return issue_key(world.program.ports, "staff", "desk", "test")
