"""Build the whole site into a folder, writing only what differs from what the last build left there."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from chalicelib.site.builder import FIXED_PATHS, SiteBuilder, checked
from chalicelib.site.files import PageFiles
from chalicelib.site.manifest import fingerprint, load_manifest, save_manifest
from chalicelib.site.pages import LandingInput, Page
from chalicelib.site.workers import write_batches

BATCH = 500

Progress = Callable[[int], None]


class BuildReport(NamedTuple):
    """Of `pages` files (assets among them), `written` were new, changed or damaged."""

    pages: int
    written: int
    seconds: float


def build_site(
    inputs: Iterable[LandingInput],
    builder: SiteBuilder,
    target: Path,
    *,
    processes: int = 1,
    assets: Path,
    progress: Progress,
    check: bool = False,
) -> BuildReport:
    """Bring the folder `target` up to date; `progress` gets the number of participants seen since it was last called.

    `assets` is the folder served as written. A landing page is left alone only if the last finished build had the same
    digest and the same input, and its folder is there. If anything of ours wrote into the site since (a build that
    died, a store that put a page), or with `check`, each file must be there, as long as it was and not newer. So a lost
    or broken manifest, a lost folder and a build cut short are made good by building again; what somebody takes out of
    a folder by hand, by a build with `check`; what they edit is not noticed. Pages of participants who are not among
    `inputs` stay: links are permanent (rule 1).
    """
    started = time.monotonic()
    with PageFiles(target) as files:
        files.lock()
        build = _Build(builder, target, files, check=check)
        build.put_common(read_folder(assets))
        for sizes in write_batches(_batches(build.changed(inputs, progress)), builder, target, processes):
            build.sizes.update(sizes)
        build.remember(target)
    return BuildReport(build.pages, build.written, round(time.monotonic() - started, 3))


def read_folder(folder: Path) -> Iterator[Page]:
    """Read every file under `folder`, without hidden ones, as pages."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            yield Page(relative.as_posix(), path.read_bytes())


class _Build:
    """What the last build left, what stands of it, and what this one adds."""

    def __init__(self, builder: SiteBuilder, target: Path, files: PageFiles, *, check: bool) -> None:
        last = load_manifest(target)
        self._builder, self._files = builder, files
        self._known = last.pages if last and last.digest == builder.digest else {}
        self._untouched = not check and last is not None and last.stamp == files.stamp()
        self._stands = files.present if self._untouched else files.unchanged_since(last.written_ns if last else 0)
        self._folders = files.names_in("r") if self._untouched else frozenset()
        self.sizes: dict[str, int] = {}
        self.pages = self.written = 0

    def put_common(self, assets: Iterable[Page]) -> None:
        """Write the assets that differ, and the fixed pages unless they stand."""
        for page in assets:
            self.pages += 1
            if self._files.read(page.path) != page.content:
                self._write(page)
        if all(path in self._known and self._stands(path, self._known[path]) for path in FIXED_PATHS):
            self.sizes.update((path, self._known[path]) for path in FIXED_PATHS)
        else:
            for page in (*self._builder.made_assets(), *self._builder.fixed_pages()):
                self._write(page)
                self.sizes[page.path] = len(page.content)
        self.pages += len(FIXED_PATHS)

    def changed(self, inputs: Iterable[LandingInput], progress: Progress) -> Iterator[LandingInput]:
        """Pass on the inputs whose pages must be written. This loop is all an unchanged build does: it is kept bare."""
        known, sizes, stands, folders = self._known.get, self.sizes, self._stands, self._folders
        untouched = self._untouched
        seen = alias_pages = 0
        for landing in inputs:
            code, _, _, aliases = landing
            line = fingerprint(landing)
            size = known(line)
            there = code in folders if untouched else size is not None and stands(f"r/{code}/index.html", size)
            if size is not None and there and (not aliases or self._all_stand(aliases, size)):
                sizes[line] = size
            else:
                self._begin_writing()
                self.written += 1 + len(aliases)
                yield checked(landing)
            seen += 1
            if aliases:
                alias_pages += len(aliases)
            if not seen % BATCH:
                progress(BATCH)
        if seen % BATCH:
            progress(seen % BATCH)
        self.pages += seen + alias_pages

    def remember(self, target: Path) -> None:
        """Keep what stands now, unless that is what the last build kept."""
        if self.written or not self._untouched or len(self.sizes) != len(self._known):
            save_manifest(target, self._builder.digest, self._files.set_stamp(), self.sizes)

    def _all_stand(self, aliases: tuple[str, ...], size: int) -> bool:
        return all(self._stands(f"r/{alias}/index.html", size) for alias in aliases)

    def _write(self, page: Page) -> None:
        self._begin_writing()
        self._files.write(page.path, page.content)
        self.written += 1

    def _begin_writing(self) -> None:
        """Before the first write, make the folder differ from what the manifest says, in case this build dies."""
        if self.written == 0:
            self._files.set_stamp()


def _batches(inputs: Iterator[LandingInput]) -> Iterator[list[LandingInput]]:
    while batch := list(islice(inputs, BATCH)):
        yield batch
