"""What the tests of the cloud share: one package of the sources as they are, made once."""

import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.package import package
from tests.infra.stack import Stack, created_stack
from tests.world import ROOT

_SOURCES = ("app.py", "requirements.txt", ".chalice", "chalicelib", "infra", "site", "templates")


@pytest.fixture(scope="session")
def packaged() -> Path:
    """The folder with `sam.yaml` and `deployment.zip`; kept in `build/` until a source changes."""
    folder = ROOT / "build" / "packages" / _digest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "sam.yaml").exists():
            package(folder)
    return folder


def _digest() -> str:
    digest = hashlib.sha256()
    for name in _SOURCES:
        place = ROOT / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts and "deployments" not in path.parts:
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="module")
def stack(packaged: Path) -> Iterator[Stack]:
    """The packaged template, created whole in moto."""
    with created_stack(packaged) as created:
        yield created
