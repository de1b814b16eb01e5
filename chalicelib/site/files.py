"""Write pages into a folder: each one whole or not at all, with as few system calls as that takes."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

_NEW = ".new"


class PageFiles:
    """The files of a site folder, reached through one open directory so that no call walks the whole path again."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._root)

    def lock(self) -> None:
        """Wait until no other build writes into this folder; the lock ends with the process or on leaving."""
        fcntl.flock(self._root, fcntl.LOCK_EX)

    def write(self, path: str, content: bytes) -> None:
        """Put `content` at `path`. A reader, and a crash, see the old file or the new one, never a part.

        The new file is written beside the old one and renamed over it. It is not forced to the disk: the manifest
        keeps each size, so a page cut short by a power failure is written again by the next build.
        """
        folder = path.rpartition("/")[0]
        if folder:
            self._make_folder(folder)
        new = f"{path}{_NEW}"
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666, dir_fd=self._root)
        try:
            written = os.write(handle, content)
            while written < len(content):
                written += os.write(handle, content[written:])
        finally:
            os.close(handle)
        os.rename(new, path, src_dir_fd=self._root, dst_dir_fd=self._root)

    def present(self, path: str, size: int) -> bool:
        """Whether the file is there; `size` is what a closer look would ask about."""
        return os.access(path, os.F_OK, dir_fd=self._root)

    def names_in(self, folder: str) -> frozenset[str]:
        """Everything that stands in a folder, in a few calls however much that is; nothing where there is none."""
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._root)
        except FileNotFoundError:
            return frozenset()
        try:
            return frozenset(os.listdir(handle))
        finally:
            os.close(handle)

    def unchanged_since(self, written_ns: int) -> Callable[[str, int], bool]:
        """Make the closer look: the file is there, as long as it was when a build wrote it, and not newer."""

        def unchanged(path: str, size: int) -> bool:
            try:
                status = os.stat(path, dir_fd=self._root)
            except OSError:
                return False
            return status.st_size == size and status.st_mtime_ns <= written_ns

        return unchanged

    def stamp(self) -> int:
        """The folder's own time of change, in ns: a file put into the folder, or passing through it, moves it."""
        return os.fstat(self._root).st_mtime_ns

    def set_stamp(self) -> int:
        """Set the stamp to one that no later write will meet by chance, and return it as the file system keeps it."""
        now = time.time_ns()
        os.utime(self._root, ns=(now, now))
        return self.stamp()

    def read(self, path: str) -> bytes | None:
        try:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._root)
        except FileNotFoundError:
            return None
        with open(handle, "rb") as file:
            return file.read()

    def _make_folder(self, folder: str) -> None:
        try:
            os.mkdir(folder, dir_fd=self._root)
        except FileExistsError:
            return
        except FileNotFoundError:
            self._make_folder(folder.rpartition("/")[0])
            os.mkdir(folder, dir_fd=self._root)
