"""Render and write landing pages, in this process or in several."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

from chalicelib.site.builder import SiteBuilder, landing_paths
from chalicelib.site.files import PageFiles
from chalicelib.site.manifest import fingerprint
from chalicelib.site.pages import LandingInput

_AHEAD = 2  # batches a worker finds waiting when it is done with one; more would only fill the memory

Batch = list[LandingInput]


def write_batches(
    batches: Iterator[Batch], builder: SiteBuilder, target: Path, processes: int
) -> Iterator[dict[str, int]]:
    """Write every page of every batch and yield, a batch each, the size of the page by its input's fingerprint.

    More processes need fork, because a compiled template cannot be sent to another process; where there is no fork
    the work is done here.
    """
    if processes > 1 and "fork" in multiprocessing.get_all_start_methods():
        yield from _in_children(batches, builder, target, processes)
        return
    with PageFiles(target) as files:
        for batch in batches:
            yield write_batch(batch, builder, files)


def write_batch(batch: Batch, builder: SiteBuilder, files: PageFiles) -> dict[str, int]:
    """Render and write the pages of one batch of checked inputs."""
    sizes: dict[str, int] = {}
    for landing in batch:
        content = builder.render_landing(landing)
        for path in landing_paths(landing):
            files.write(path, content)
        sizes[fingerprint(landing)] = len(content)
    return sizes


def _in_children(
    batches: Iterator[Batch], builder: SiteBuilder, target: Path, processes: int
) -> Iterator[dict[str, int]]:
    with ProcessPoolExecutor(
        processes, multiprocessing.get_context("fork"), initializer=_adopt, initargs=(builder, target)
    ) as pool:
        waiting: set[Future[dict[str, int]]] = set()
        for batch in batches:
            waiting.add(pool.submit(_write_in_child, batch))
            if len(waiting) > _AHEAD * processes:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        for future in waiting:
            yield future.result()


class _Child:
    """What a child inherits by the fork; set once there, never in the parent."""

    builder: SiteBuilder
    files: PageFiles


def _adopt(builder: SiteBuilder, target: Path) -> None:
    _Child.builder, _Child.files = builder, PageFiles(target)


def _write_in_child(batch: Batch) -> dict[str, int]:
    return write_batch(batch, _Child.builder, _Child.files)
