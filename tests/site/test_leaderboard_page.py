"""The public leaderboard says what the owner allows, and its JSON is exactly what was agreed (P21, P22, M13)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from chalicelib.domain.leaderboard import Board, Standing
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.recognition import EMBED_PATH, leaderboard_pages, thanks_pages
from tests.site.page_markup import parsed

Make = Callable[..., SiteBuilder]
STANDINGS = (Standing(1, "Jane D.", 5), Standing(2, "José", 3), Standing(2, "Anonymous", 3))
BOARDS = (Board("month", "2026-05", ()), Board("year", "2026", STANDINGS[:1]), Board("all", "all", STANDINGS))


def pages_of(builder: SiteBuilder, now: datetime) -> dict[str, str]:
    return {page.path: page.content.decode() for page in leaderboard_pages(builder, BOARDS, now)}


def test_the_json_has_these_keys_and_no_others(make_builder: Make, now: datetime) -> None:
    jane = {"rank": 1, "name": "Jane D.", "closed": 5}
    everybody = [jane, {"rank": 2, "name": "José", "closed": 3}, {"rank": 2, "name": "Anonymous", "closed": 3}]
    assert json.loads(pages_of(make_builder(), now)["leaderboard.json"]) == {
        "period": "all",
        "updated_at": "2026-05-04T12:00:00Z",
        "entries": everybody,
        "periods": {
            "month": {"period": "2026-05", "entries": []},
            "year": {"period": "2026", "entries": [jane]},
            "all": {"period": "all", "entries": everybody},
        },
    }


def test_the_owner_says_which_period_comes_first(make_builder: Make, now: datetime) -> None:
    pages = pages_of(make_builder(leaderboard_period="year"), now)
    data = json.loads(pages["leaderboard.json"])
    assert (data["period"], len(data["entries"])) == ("2026", 1)
    assert "José" not in pages["leaderboard/index.html"] + pages[EMBED_PATH]
    assert pages["leaderboard/index.html"] == pages["leaderboard/year/index.html"]


def test_times_are_in_utc_whatever_zone_they_came_in(make_builder: Make, now: datetime) -> None:
    there = now.astimezone(timezone(timedelta(hours=-14)))
    assert pages_of(make_builder(), there) == pages_of(make_builder(), now)


def test_the_page_shows_each_line_once_in_order(make_builder: Make, now: datetime) -> None:
    html = pages_of(make_builder(), now)["leaderboard/index.html"]
    assert [html.index(standing.name) for standing in STANDINGS] == sorted(html.index(s.name) for s in STANDINGS)
    assert parsed(html).text_of("caption") == "All time, by jobs done. As of May 4, 2026."


def test_each_period_is_a_page_that_links_to_the_others_and_says_which_it_is(make_builder: Make, now: datetime) -> None:
    pages = pages_of(make_builder(), now)
    for span, label in (("month", "May 2026"), ("year", "2026"), ("all", "All time")):
        page = parsed(pages[f"leaderboard/{span}/index.html"])
        links = [a["href"] for tag, a in page.tags if tag == "a" and a["href"].startswith("/leaderboard/")]
        assert links[:3] == ["/leaderboard/month/", "/leaderboard/year/", "/leaderboard/all/"]
        assert page.text_of("a", **{"aria-current": "page"}) == label


def test_an_empty_leaderboard_says_so(make_builder: Make, now: datetime) -> None:
    html = pages_of(make_builder(), now)["leaderboard/month/index.html"]
    assert "Nobody is on the list for May 2026 yet" in html
    assert "<table" not in html


def test_the_page_for_a_frame_runs_and_sends_nothing_and_leads_out_of_the_frame(
    make_builder: Make, now: datetime
) -> None:
    page = parsed(pages_of(make_builder(), now)[EMBED_PATH])
    assert {tag for tag, _ in page.tags} & {"script", "form", "input", "button"} == set()
    assert [a["target"] for tag, a in page.tags if tag == "a"] == ["_blank"]


def test_a_private_leaderboard_has_no_page_and_no_link_to_one(make_builder: Make, now: datetime) -> None:
    builder = make_builder(leaderboard_public=False)
    assert leaderboard_pages(builder, BOARDS, now) == []
    assert not any(b"/leaderboard/" in page.content for page in builder.fixed_pages())
    assert any(b"/leaderboard/" in page.content for page in make_builder().fixed_pages())


def test_the_wall_of_thanks_has_names_and_no_numbers(make_builder: Make) -> None:
    """M13."""
    (page,) = thanks_pages(make_builder(business={"phone": None, "tagline": None}), ["Bob", "Jane D."])
    wall = parsed(page.content.decode())
    assert wall.text_of("ul", **{"class": "wall"}).split("\n") == ["", "Bob", "Jane D.", ""]
    assert not any(character.isdigit() for character in wall.text_of("main"))


def test_without_the_owners_word_there_is_no_wall_and_no_link_to_one(make_builder: Make) -> None:
    builder = make_builder(thanks_public=False)
    assert thanks_pages(builder, ["Bob"]) == []
    assert not any(b"/thanks-to/" in page.content for page in builder.fixed_pages())
    assert any(b"/thanks-to/" in page.content for page in make_builder().fixed_pages())
