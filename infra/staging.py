"""What goes into a package: our code without what only one machine needs, and the packages it stands on."""

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from infra.bundle import needed
from infra.places import ROOT

#: What a function never imports: the command line, and the one-machine program with its own requirements.
_NOT_ON_LAMBDA = ("cli", "local")
#: Chalice puts in its own runtime, two files; the rest of it is the tool.
_TOOLS = frozenset({"chalice"})
_PLATFORM = "manylinux2014_aarch64"
_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def stage(folder: Path) -> None:
    """Make `folder` with the application, its templates and its static files."""
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=_ignored)
    shutil.copy(ROOT / "app.py", folder)
    shutil.copytree(ROOT / ".chalice", folder / ".chalice", ignore=shutil.ignore_patterns("deployments", "deployed"))
    for name in ("templates", "site"):
        shutil.copytree(ROOT / name, folder / "vendor" / name, ignore=shutil.ignore_patterns(".*"))


def add_packages(folder: Path) -> None:
    """Unpack the wheels of `requirements.txt` for the functions' processor, whatever this machine has.

    Nothing is resolved or built, so that the same versions come out each time; a wheel is a zip of what is imported.
    """
    for wheel in _wheels(sorted(requirements(ROOT / "requirements.txt"))):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if needed(name)])


def requirements(path: Path) -> list[str]:
    """The pinned packages a function needs, by `name==version`."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if "==" in line and line.partition("==")[0] not in _TOOLS]


def _wheels(packages: list[str]) -> list[Path]:
    """Fetch the wheels, once for each list of packages; they are kept in `build/wheels`."""
    digest = hashlib.sha256("\n".join([_PLATFORM, _VERSION, *packages]).encode()).hexdigest()
    kept = ROOT / "build" / "wheels" / digest[:16]
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        wanted = ["--platform", _PLATFORM, "--python-version", _VERSION, "--implementation", "cp"]
        quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
        with tempfile.TemporaryDirectory(dir=kept.parent) as name:
            command = [sys.executable, "-m", "pip", "download", *quiet, *wanted, "--dest", f"{name}/wheels", *packages]
            subprocess.run(command, check=True)
            # Where another run was quicker, its folder stays.
            with contextlib.suppress(OSError):
                Path(name, "wheels").rename(kept)
    return sorted(kept.glob("*.whl"))


def _ignored(folder: str, names: list[str]) -> set[str]:
    top = _NOT_ON_LAMBDA if Path(folder).name == "chalicelib" else ()
    return {name for name in names if name in top or name == "__pycache__" or name.endswith(".pyc")}
