"""How commands show what they found."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

_T = TypeVar("_T")


def show(options: argparse.Namespace, data: object, words: str) -> None:
    """Print the data as JSON where it was asked for, else the words."""
    print(json.dumps(data, ensure_ascii=False, indent=2) if options.json else words)


def newest(page: Callable[..., tuple[list[_T], str | None]], limit: int) -> list[_T]:
    """The first `limit` of a list; that there are more is said on standard error."""
    found = list(islice(everything(page), limit + 1))
    if len(found) > limit:
        print("older ones are not shown; --limit N shows more", file=sys.stderr)
    return found[:limit]


def everything(page: Callable[..., tuple[list[_T], str | None]]) -> Iterator[_T]:
    """What a list holds, page by page."""
    found, cursor = page(limit=100, cursor=None)
    yield from found
    while cursor is not None:
        found, cursor = page(limit=100, cursor=cursor)
        yield from found


def moves(bar: Any) -> Callable[[int], None]:
    """What moves a progress bar."""

    def move(done: int) -> None:
        bar.update(done)

    return move
