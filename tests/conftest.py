"""What tests share: the real engine in memory, and a whole program over a table of its own."""

import itertools
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from chalicelib.local.engine import EngineSettings, running_engine
from tests.world import World

# No deadline, because a timing is not a behaviour. The same examples at each run, so that what is red on one machine is
# red on every one; `make torture` tries new ones.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.register_profile("torture", deadline=None, max_examples=1000)
settings.load_profile("torture" if os.environ.get("GOODWORD_TORTURE") == "1" else "steady")

_ROOT = Path(__file__).resolve().parent.parent
_ENGINE_PYTHON = _ROOT / ".venv-engine" / "bin" / "python"


@pytest.fixture(scope="session")
def engine() -> Iterator[str]:
    """The endpoint of an engine in memory, one for each test process, or the one that GOODWORD_TEST_ENGINE names."""
    given = os.environ.get("GOODWORD_TEST_ENGINE")
    if given is not None:
        yield given
        return
    with running_engine(EngineSettings(data=None, python=_ENGINE_PYTHON)) as running:
        yield running.endpoint


@pytest.fixture
def world(engine: str, tmp_path: Path) -> Iterator[World]:
    """A program with an empty table of its own, its clock at a fixed moment, its stream drained on demand."""
    with World.open(engine, f"t-{uuid.uuid4().hex[:12]}", tmp_path) as opened:
        yield opened


@pytest.fixture
def numbers() -> Iterator[str]:
    """Reserved phone numbers, each once."""
    return (f"+1555555{n:04d}" for n in itertools.count(100))
