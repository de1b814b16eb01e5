"""What goes into the site and what comes out of it."""

from typing import NamedTuple

from chalicelib.domain.participants import Segment


class LandingInput(NamedTuple):
    """All that a landing page knows of its participant; `name` is the name to show, never the full one (rule 9)."""

    code: str
    name: str
    segment: Segment
    aliases: tuple[str, ...] = ()


class Page(NamedTuple):
    """A file of the site; `path` is relative to its root, with forward slashes."""

    path: str
    content: bytes
