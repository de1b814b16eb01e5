"""`make` mends an environment that was interrupted in the making."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

STAMPS = {".venv-engine": ".venv-engine/.installed", ".venv": ".venv/.installed-local"}


@pytest.mark.parametrize("environment", STAMPS)
def test_an_environment_without_pip_is_made_anew(tmp_path: Path, environment: str) -> None:
    """Python stands in it before pip does; nothing is installed here, so that no network is needed."""
    makefile = (ROOT / "Makefile").read_text().replace(" -e .", "")
    (tmp_path / "Makefile").write_text(makefile)
    for name in ("requirements.txt", "requirements-local.txt", "requirements-engine.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], cwd=tmp_path, check=True)
    make = [str(shutil.which("make")), STAMPS[environment], f"PYTHON={sys.executable}"]
    ran = subprocess.run(make, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / STAMPS[environment]).exists()
