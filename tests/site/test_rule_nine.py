"""No surname, phone number or e-mail address of anybody in anything public (DESIGN 5, rule 9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.domain.leaderboard import Board, rank, thanked
from chalicelib.domain.participants import LEADERBOARD_NAMES, Participant, Totals
from chalicelib.site.build import build_site
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.manifest import manifest_path
from chalicelib.site.pages import LandingInput
from chalicelib.site.recognition import leaderboard_pages, thanks_pages

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PEOPLE = [
    Participant("ABCD2345", "Jane Quackenbush", "customer", NOW, "+12175550101", "jane.q@example.com", "crm-7781"),
    Participant("ABCD2346", "Zylberstein, Ann-Marie", "partner", NOW, "+12175550102", "zyl@example.com", "crm-7782"),
    Participant("ABCD2347", "Bob van Hoogstraten", "customer", NOW, "+12175550103", "bobvh@example.com", "crm-7783"),
]
PRIVATE = ["Quackenbush", "Zylberstein", "Hoogstraten", "5550101", "555-0101", "5550102", "555-0102", "5550103"]
PRIVATE += ["jane.q", "zyl@", "bobvh", "crm-778", "555-0177", "5550177", "owner@example.com"]


def test_no_built_file_holds_what_is_private(
    make_builder: Callable[..., SiteBuilder], tmp_path: Path, assets: Path
) -> None:
    people = [
        replace(person, totals=Totals(closed=index), leaderboard_name=style)
        for index, (person, style) in enumerate(zip(PEOPLE, LEADERBOARD_NAMES, strict=True), start=1)
    ]
    builder = make_builder()
    inputs = [LandingInput(p.id, p.name_on_page(shown=True), p.segment, p.aliases) for p in people]
    target = tmp_path / "site"
    build_site(inputs, builder, target, assets=assets, progress=lambda _: None)
    boards = [Board("month", "2026-05", rank(people)), Board("year", "2026", ()), Board("all", "all", rank(people))]
    for page in (*leaderboard_pages(builder, boards, NOW), *thanks_pages(builder, thanked(people))):
        place = target / page.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(page.content)
    files = [path for path in target.rglob("*") if path.is_file()]
    assert len([path for path in files if path.name == "index.html"]) >= 11
    for path in files:
        text = path.read_bytes().decode(errors="ignore").lower()
        assert not [word for word in PRIVATE if word.lower() in text], path


def test_the_list_of_all_codes_is_not_in_the_folder_that_is_served(
    make_builder: Callable[..., SiteBuilder], tmp_path: Path, assets: Path
) -> None:
    target = tmp_path / "site"
    inputs = [LandingInput(p.id, "Jane", p.segment) for p in PEOPLE]
    build_site(inputs, make_builder(), target, assets=assets, progress=lambda _: None)
    assert manifest_path(target).is_file()
    assert not manifest_path(target).is_relative_to(target)
    together = [path for path in target.rglob("*.*") if path.is_file() and path.read_bytes().count(b"ABCD234") > 8]
    assert together == []
