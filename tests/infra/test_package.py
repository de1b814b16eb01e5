"""`make package`: the same bytes from the same sources, nothing in it that a function does not need."""

import gzip
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.bundle import SERVICES
from infra.models import OPERATIONS
from infra.package import package
from tests.world import ROOT

_DESCRIPTION = r"botocore/data/{}/[^/]+/service-2\.json\.gz"
_MOST_BYTES = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def names(packaged: Path) -> list[str]:
    with zipfile.ZipFile(packaged / "deployment.zip") as archive:
        return archive.namelist()


def test_two_packages_of_the_same_sources_are_the_same_bytes(packaged: Path, tmp_path: Path) -> None:
    package(tmp_path)
    for name in ("sam.yaml", "deployment.zip"):
        assert (tmp_path / name).read_bytes() == (packaged / name).read_bytes(), name


def test_the_zip_is_small(packaged: Path) -> None:
    assert (packaged / "deployment.zip").stat().st_size <= _MOST_BYTES


def test_every_module_comes_compiled_and_is_not_compared_with_its_source(packaged: Path, names: list[str]) -> None:
    """PEP 552: flags 1 are a hash that is not checked; a time stamp would differ, and a checked one cost a read."""
    tag = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    with zipfile.ZipFile(packaged / "deployment.zip") as archive:
        for name in (name for name in names if name.endswith(".py")):
            folder, _, module = name.rpartition("/")
            compiled = f"{folder}/" * bool(folder) + f"__pycache__/{module.removesuffix('.py')}.{tag}.pyc"
            assert archive.read(compiled)[4:8] == (1).to_bytes(4, "little"), name


def test_nothing_of_one_machine_or_of_the_tests_is_in_it(names: list[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert not tops & {"tests", "bench", "infra", "docs", "waitress", "tqdm", "pytest", "moto", "ministack", "bin"}
    assert not any(name.startswith(("chalicelib/local/", "chalicelib/cli/", "chalice/cli")) for name in names)
    assert not any(Path(name).name.startswith((".env", "secrets.json")) or ".chalice" in name for name in names)


def test_botocore_describes_only_the_services_that_are_used(names: list[str]) -> None:
    described = {name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2}
    assert described == SERVICES


def test_what_is_not_python_is_for_arm64(names: list[str]) -> None:
    assert all("aarch64" in name for name in names if ".so" in name)


def test_templates_and_static_files_are_inside(names: list[str]) -> None:
    """The builder of the pages reads the templates, and the hash of the assets from the neighbour folder."""
    for folder in ("templates", "site"):
        expected = {p.relative_to(ROOT).as_posix() for p in (ROOT / folder).rglob("*") if p.is_file()}
        assert expected <= set(names)


def test_cfn_lint_has_nothing_to_say(packaged: Path) -> None:
    lint = [Path(sys.executable).with_name("cfn-lint"), "--format", "json", "--regions", "us-east-1", "--"]
    done = subprocess.run([*lint, packaged / "sam.yaml"], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout or "[]") == []
    assert done.returncode == 0, done.stderr


def test_a_service_is_described_by_what_is_called_of_it(packaged: Path) -> None:
    """Reading the whole description of SSM would cost a cold start as much as all of chalice."""
    with zipfile.ZipFile(packaged / "deployment.zip") as archive:
        for service, operations in OPERATIONS.items():
            (name,) = [one for one in archive.namelist() if re.fullmatch(_DESCRIPTION.format(service), one)]
            model = json.loads(gzip.decompress(archive.read(name)))
            assert model["operations"].keys() == operations, service
            named = set(re.findall(r'"shape": "(\w+)"', json.dumps(model)))
            assert named == model["shapes"].keys(), service
