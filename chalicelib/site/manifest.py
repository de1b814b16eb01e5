"""Remember what a build wrote, so that the next one writes only what has changed.

The manifest lies beside the site folder, not in it: it lists every participant's code and is nobody's to read.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from chalicelib.site.pages import LandingInput

FORMAT = 1


class Manifest(NamedTuple):
    """`pages` maps what a page was made from to its size; `stamp` is the folder's own time when the build was done."""

    digest: str
    stamp: int
    pages: Mapping[str, int]
    written_ns: int


def fingerprint(landing: LandingInput) -> str:
    """Name an input by all it holds: clearer than a hash, and cheaper. The name is last, as only it may hold a tab."""
    code, name, segment, aliases = landing
    return f"{code}\t{segment}\t{','.join(aliases)}\t{name}"


def manifest_path(target: Path) -> Path:
    return target.with_name(f"{target.name}.manifest.json")


def load_manifest(target: Path) -> Manifest | None:
    """Read the manifest of `target`; one that is missing, broken or of another format counts as none."""
    path = manifest_path(target)
    try:
        written = path.stat().st_mtime_ns
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return None
    digest, stamp, pages = data.get("digest"), data.get("stamp"), data.get("pages")
    if not isinstance(digest, str) or not isinstance(stamp, int) or not isinstance(pages, dict):
        return None
    return Manifest(digest, stamp, pages, written)


def save_manifest(target: Path, digest: str, stamp: int, pages: Mapping[str, int]) -> None:
    """Write the manifest at once or not at all."""
    path = manifest_path(target)
    new = path.with_name(f"{path.name}.new")
    data = {"format": FORMAT, "digest": digest, "stamp": stamp, "pages": pages}
    new.write_text(json.dumps(data, separators=(",", ":")))
    os.replace(new, path)
