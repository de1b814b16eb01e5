"""docs/data-model.md lists every access pattern with what it costs, and is held to it."""

import inspect
import re
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import cast

import pytest
from pynamodb.connection import Connection

from chalicelib.storage.store import Store
from chalicelib.storage.table import Item
from tests.storage.faults import metered
from tests.storage.patterns import filled_world
from tests.storage.use_cases import PATTERNS
from tests.world import ROOT, World

DOCUMENT = (ROOT / "docs" / "data-model.md").read_text()
_COST = re.compile(r"^\| `?([^|`]+?)`? \|.*\| ([\d.]+) \| ([\d.]+) \|[^|]*\|$", re.M)
COSTS = {name.removesuffix(" \\*"): (float(rru), float(wru)) for name, rru, wru in _COST.findall(DOCUMENT)}
NOWHERE = cast(Connection, None)  # nothing is asked of it
REPOSITORIES = [name for name, value in vars(Store).items() if isinstance(value, cached_property)]


@pytest.fixture(scope="module")
def busy(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A program with a page of everything."""
    with filled_world(engine, f"t-{uuid.uuid4().hex[:12]}", Path(tmp_path_factory.mktemp("busy"))) as world:
        yield world


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_costs_what_the_document_says(busy: World, name: str) -> None:
    perform = PATTERNS[name](busy)
    busy.program.forget_settings()
    busy.program.settings()  # a warm function has them
    with metered() as meter:
        perform()
    assert "Scan" not in meter.operations, "rule 10"
    assert meter.cost == COSTS.get(name), f"docs/data-model.md says {COSTS.get(name)} for {name}"


def test_the_document_lists_no_other_patterns() -> None:
    assert sorted(COSTS) == sorted(PATTERNS)


def test_every_function_of_a_repository_is_in_the_document() -> None:
    """Reads with their cost, writes with what refuses them."""
    store = Store(NOWHERE)
    functions = {
        f"{repository}.{name}"
        for repository in REPOSITORIES
        for name, _ in inspect.getmembers(getattr(store, repository), inspect.ismethod)
        if not name.startswith("_")
    }
    assert functions - set(re.findall(r"`(\w+\.\w+)[^`]*`", DOCUMENT)) == set()


def test_every_item_is_in_the_document_with_its_keys_and_attributes() -> None:
    """The keys as the model's own docstring writes them."""
    for repository in REPOSITORIES:
        getattr(Store(NOWHERE), repository)
    shared = set(Item.get_attributes())
    models = [model for model in Item.__subclasses__() if model.__module__.startswith("chalicelib.")]
    assert len(models) >= 18
    for model in models:
        keys = re.match(r"`([^`]+)`(?: / `([^`]+)`)?", inspect.getdoc(model) or "")
        assert keys is not None, model
        beginning = " | ".join(f"`{key}`".replace("|", "\\|") for key in keys.groups() if key)
        row = next((line for line in DOCUMENT.splitlines() if line.startswith(f"| {beginning} ")), None)
        assert row is not None, f"{model.__name__}: {beginning}"
        for attribute in set(model.get_attributes()) - shared:
            assert f"`{attribute}`" in row, f"{model.__name__}.{attribute}"
