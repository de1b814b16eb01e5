"""The pages that recognise who refers: the leaderboard of each period, its frame and its JSON, the wall of thanks."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.leaderboard import Board
from chalicelib.domain.participants import SPANS
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.pages import Page

EMBED_PATH = "leaderboard/embed/index.html"
LEADERBOARD_PATHS = (
    "leaderboard.json",
    "leaderboard/index.html",
    *(f"leaderboard/{span}/index.html" for span in SPANS),
    EMBED_PATH,
)
THANKS_PATHS = ("thanks-to/index.html",)
_MOST_IN_A_FRAME = 10


def leaderboard_pages(builder: SiteBuilder, boards: Sequence[Board], updated_at: datetime) -> list[Page]:
    """Render the leaderboard (P21, P22): none at all while the owner keeps it private.

    The setting `leaderboard_period` says which period stands at the short address, in the frame and at the top of the
    JSON; each has a page of its own.
    """
    settings = builder.settings
    if not settings.leaderboard_public:
        return []
    first = next(board for board in boards if board.span == settings.leaderboard_period)
    stamp = updated_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    here = updated_at.astimezone(settings.business.zone)
    shared = {"updated_at": stamp, "updated_day": f"{here:%B} {here.day}, {here.year}"}
    tabs = [(f"/leaderboard/{board.span}/", label_of(board), board.span) for board in boards]
    framed = first.standings[:_MOST_IN_A_FRAME]
    pages = [
        Page(path, builder.render("leaderboard.html", board=board, label=label_of(board), tabs=tabs, **shared))
        for path, board in (
            ("leaderboard/index.html", first),
            *((f"leaderboard/{board.span}/index.html", board) for board in boards),
        )
    ]
    embedded = builder.render("leaderboard_embed.html", standings=framed, label=label_of(first), **shared)
    data = {**_shape(first), "updated_at": stamp, "periods": {board.span: _shape(board) for board in boards}}
    return [Page("leaderboard.json", json.dumps(data, ensure_ascii=False).encode()), *pages, Page(EMBED_PATH, embedded)]


def thanks_pages(builder: SiteBuilder, names: Sequence[str]) -> list[Page]:
    """Render the wall of thanks (M13): names and no numbers, and only where the owner wants one."""
    if not builder.settings.thanks_public:
        return []
    return [Page(path, builder.render("thanks_to.html", names=names)) for path in THANKS_PATHS]


def label_of(board: Board) -> str:
    """A period as people say it: `May 2026`, `2026`, `All time`."""
    if board.span == "month":
        return f"{datetime.strptime(board.period, '%Y-%m'):%B %Y}"  # noqa: DTZ007 - a month has no zone
    return board.period if board.span == "year" else "All time"


def _shape(board: Board) -> dict[str, Any]:
    entries = [{"rank": s.rank, "name": s.name, "closed": s.closed} for s in board.standings]
    return {"period": board.period, "entries": entries}
