"""Make the deployment package small, quick to start, and the same bytes each time."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

#: The services that functions call; botocore describes four hundred.
SERVICES = frozenset({"dynamodb", "pinpoint-sms-voice-v2", "s3", "sesv2", "sns", "ssm"})
_USELESS = ("boto3/data/", "boto3/examples/")
_MOMENT = (1980, 1, 1, 0, 0, 0)
_FILE_MODE = 0o100644 << 16
_LEVEL = 9


def needed(path: str) -> bool:
    """Whether a function reads this file of a wheel: not other services, tools, or records of an installation."""
    top, *rest = path.split("/")
    if top.endswith(".dist-info"):
        return rest[-1].upper().startswith(("LICENSE", "NOTICE", "COPYING"))
    if path.startswith("botocore/data/") and len(rest) > 2:
        return rest[1] in SERVICES and not rest[-1].startswith("examples-1.")
    return not path.startswith(_USELESS) and not top.endswith(".data")


def compile_all(folder: Path) -> None:
    """Compile every module so that a cold start, on a disk that cannot be written, does not have to.

    The compiled files are never compared with their sources (PEP 552), so no time stamp is in them. One process and a
    fixed hash seed, because the order of a set's elements is in the compiled constants.
    """
    command = [sys.executable, "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"]
    paths = ["-s", str(folder), "-p", "/var/task", str(folder)]
    subprocess.run([*command, *paths], check=True, env={**os.environ, "PYTHONHASHSEED": "0"})


def zip_folder(folder: Path, target: Path) -> None:
    """Write a zip that depends on the names and contents alone: sorted, of one moment, with one mode."""
    files = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _FILE_MODE
            entry.create_system = 3  # Unix, also where it was not made on one
            archive.writestr(entry, path.read_bytes())
