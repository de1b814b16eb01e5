"""The same world as everywhere, with every HTTP answer held against docs/openapi.yaml."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.storage.store import Store
from chalicelib.storage.table import Item
from tests.api.openapi_contract import CheckedGateway
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """A program whose every answer must be as documented."""
    return watched(world)


@pytest.fixture(scope="module")
def module_world(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One program for all tests of a file whose cases are many and leave little."""
    with World.open(engine, f"t-{uuid.uuid4().hex[:12]}", tmp_path_factory.mktemp("data")) as opened:
        watched(opened).settings(submissions_per_hour=100_000)
        yield opened


@pytest.fixture
def busy_world(module_world: World) -> World:
    """The same, for one test that may stand beside others with a world of their own: a process has one table."""
    program = module_world.program
    if Item.Meta.table_name != program.config.table.name:
        program.ports = replace(program.ports, store=Store.open(program.config.table))
    return module_world


def watched(world: World) -> World:
    """Check its answers; and let nothing expire, as the engine goes by the real time and a test by its own."""
    world.gateway = cast(Gateway, CheckedGateway(world.gateway))
    Item._get_connection().connection.client.update_time_to_live(
        TableName=Item.Meta.table_name,
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
    )
    return world
