"""`make package`: the template and the deployment package, in `build/package`, the same bytes from the same sources."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from infra import bundle, template
from infra.models import cut_models
from infra.places import PACKAGE
from infra.staging import add_packages, stage

_MOST_BYTES = 8 * 1024 * 1024


def package(target: Path = PACKAGE) -> None:
    """Write `sam.yaml` and `deployment.zip` into `target`; raises ValueError where the zip became too large."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        staged, chaliced, whole = folder / "staged", folder / "chaliced", folder / "whole"
        stage(staged)
        _chalice(staged, chaliced)
        with zipfile.ZipFile(chaliced / "deployment.zip") as archive:
            archive.extractall(whole)
        add_packages(whole)
        cut_models(whole / "botocore" / "data")
        bundle.compile_all(whole)
        target.mkdir(parents=True, exist_ok=True)
        bundle.zip_folder(whole, target / "deployment.zip")
        template.write(template.finish(template.read(chaliced / "sam.yaml")), target / "sam.yaml")
    size = (target / "deployment.zip").stat().st_size
    if size > _MOST_BYTES:
        raise ValueError(f"deployment.zip has {size:,} bytes, and starts slowly above {_MOST_BYTES:,}")


def _chalice(staged: Path, out: Path) -> None:
    """Let Chalice write its template with ours merged in, and its zip.

    It runs in a fresh folder: its cache goes by contents, and would ship a file under the name it had before.
    """
    merged = staged.parent / "resources.yaml"
    template.write(template.gather(), merged)
    program = str(Path(sys.executable).with_name("chalice"))
    command = [program, "package", "--stage", "any", "--template-format", "yaml", "--merge-template", str(merged)]
    # It asks for a region and writes none.
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        [*command, str(out)], cwd=staged, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"chalice package failed:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Package, and say what was made."""
    shutil.rmtree(PACKAGE, ignore_errors=True)
    package()
    for path in sorted(PACKAGE.iterdir()):
        print(f"{path.relative_to(Path.cwd())}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
