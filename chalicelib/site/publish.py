"""Bring a store to what was built: put what differs, and never take a landing page away (rule 1)."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.site.pages import Page

if TYPE_CHECKING:
    from chalicelib.delivery.site_store import SiteStore

#: Links are permanent; the others are published apart.
_KEPT_FOLDERS = frozenset({"", "r", "leaderboard", "thanks-to"})
_BATCH = 500

Progress = Callable[[int], None]


class PublishReport(NamedTuple):
    """How many files were put, deleted, and found as they should be."""

    put: int
    deleted: int
    unchanged: int


def publish_folder(folder: Path, store: "SiteStore", progress: Progress, *, threads: int = 8) -> PublishReport:
    """Bring the store to what a build left in `folder`; `progress` gets the number of files done since last time.

    Assets go first, so that no page ever refers to one that is not there yet. What the folder does not have is deleted
    only inside the folders it has, and never under `r/` (links are permanent) or what is published apart.
    Several threads, because a put is spent waiting for the answer.
    """
    known = store.digests()
    paths = iter(sorted(_files(folder), key=lambda path: (not path.startswith("assets/"), path)))
    seen: set[str] = set()
    put = 0

    def put_changed(path: str) -> bool:
        content = (folder / path).read_bytes()
        if known.get(path) == hashlib.md5(content, usedforsecurity=False).hexdigest():
            return False
        store.put(path, content)
        return True

    with ThreadPoolExecutor(threads) as pool:
        while batch := list(islice(paths, _BATCH)):
            put += sum(pool.map(put_changed, batch))
            seen.update(batch)
            progress(len(batch))
    ours = {_top(path) for path in seen} - _KEPT_FOLDERS
    gone = [path for path in known if _top(path) in ours and path not in seen]
    for path in gone:
        store.delete(path)
    return PublishReport(put, len(gone), len(seen) - put)


def publish_pages(pages: Iterable[Page], store: "SiteStore") -> PublishReport:
    """Put those of a few pages that differ from what the store has; nothing is listed and nothing deleted."""
    put = unchanged = 0
    for page in pages:
        if store.get(page.path) == page.content:
            unchanged += 1
        else:
            store.put(page.path, page.content)
            put += 1
    return PublishReport(put, 0, unchanged)


def withdraw(paths: Collection[str], store: "SiteStore") -> PublishReport:
    """Take down what the owner makes private (P22)."""
    for path in paths:
        store.delete(path)
    return PublishReport(0, len(paths), 0)


def _files(folder: Path) -> Iterator[str]:
    """Walk the built files; names ending in `.new` are pages whose writing was cut short."""
    for parent, _, names in os.walk(folder):
        relative = Path(parent).relative_to(folder)
        for name in names:
            if not name.startswith(".") and not name.endswith(".new"):
                yield (relative / name).as_posix()


def _top(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""
