"""Fixtures of the engine's tests; the rest of what they share is in engines.py."""

from pathlib import Path

import pytest

from chalicelib.local.engine import EngineSettings
from tests.engine.engines import PYTHON


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    """An engine on a folder that does not exist yet."""
    return EngineSettings(data=tmp_path / "data", python=PYTHON)
