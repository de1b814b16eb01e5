"""Rendering every page again, in steps that survive a crash."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rebuild:
    """All pages with `digest` (of what every page shares) are rendered up to `cursor`, or all of them if `done`."""

    digest: str
    cursor: str | None = None
    done: bool = False
    version: int = 0
