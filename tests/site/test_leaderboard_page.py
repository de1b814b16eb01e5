"""The public leaderboard says what the owner allows, and its JSON is exactly what was agreed (P21, P22)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from chalicelib.domain.leaderboard import Standing
from chalicelib.site.builder import SiteBuilder
from tests.site.page_markup import parsed

Make = Callable[..., SiteBuilder]
STANDINGS = [Standing(1, "Jane D.", 5), Standing(2, "José", 3), Standing(2, "Anonymous", 3)]


def test_the_json_has_these_keys_and_no_others(make_builder: Make, now: datetime) -> None:
    pages = {page.path: page.content for page in make_builder().leaderboard(STANDINGS, "2026", now)}
    assert json.loads(pages["leaderboard.json"]) == {
        "period": "2026",
        "updated_at": "2026-05-04T12:00:00Z",
        "entries": [
            {"rank": 1, "name": "Jane D.", "closed": 5},
            {"rank": 2, "name": "José", "closed": 3},
            {"rank": 2, "name": "Anonymous", "closed": 3},
        ],
    }


def test_times_are_in_utc_whatever_zone_they_came_in(make_builder: Make, now: datetime) -> None:
    there = now.astimezone(timezone(timedelta(hours=-14)))
    assert make_builder().leaderboard([], "all", there) == make_builder().leaderboard([], "all", now)


def test_the_page_shows_each_line_once_in_order(make_builder: Make, now: datetime) -> None:
    html = make_builder().leaderboard(STANDINGS, "all", now)[1].content.decode()
    assert [html.index(standing.name) for standing in STANDINGS] == sorted(html.index(s.name) for s in STANDINGS)
    assert "As of" in parsed(html).text_of("caption")
    assert "May 4, 2026" in parsed(html).text_of("caption")


def test_an_empty_leaderboard_says_so(make_builder: Make, now: datetime) -> None:
    html = make_builder().leaderboard([], "all", now)[1].content.decode()
    assert "Nobody is on the list yet" in html
    assert "<table" not in html


def test_a_private_leaderboard_has_no_page_and_no_link_to_one(make_builder: Make, now: datetime) -> None:
    builder = make_builder(leaderboard_public=False)
    assert builder.leaderboard(STANDINGS, "all", now) == []
    assert not any(b"/leaderboard/" in page.content for page in builder.fixed_pages())
    assert any(b"/leaderboard/" in page.content for page in make_builder().fixed_pages())
