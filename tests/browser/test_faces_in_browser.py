"""Every public page in a real browser: usable by everyone, small, and deaf to what is written into it."""

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from chalicelib.domain.errors import FieldError
from chalicelib.domain.leaderboard import Board, Standing
from chalicelib.domain.participants import SPANS
from chalicelib.domain.settings import default_settings
from chalicelib.domain.settings.appearance import Picture, Proof
from chalicelib.site.build import build_site
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.pages import LandingInput
from chalicelib.site.pages import Page as File
from chalicelib.site.recognition import leaderboard_pages, thanks_pages
from tests.browser.conftest import LOGO, NOW, ROOT, write_pages
from tests.browser.payloads import FORMS, PAYLOADS
from tests.browser.site_server import FakeApi, serving

PATHS = ("/r/ABCD2345/", "/r/", "/", "/thanks/", "/404.html", "/leaderboard/", "/leaderboard/embed/", "/thanks-to/")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_MOST_BYTES = 30_000
#: So many forms of payload stand together in one place.
_TOGETHER = 4


def test_every_page_is_usable_by_everyone_on_a_phone_and_on_a_desk(browser: Browser, api: FakeApi) -> None:
    """WCAG 2.2 AA by axe; without the policy, for axe is a script of its own."""
    context = browser.new_context(base_url=api.url, bypass_csp=True)
    page = context.new_page()
    for path in PATHS:
        page.goto(path)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page, options=WCAG).response["violations"]
            assert found == [], (path, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found])
    context.close()


def test_a_landing_page_is_small_and_one_request_stands_before_its_first_paint(page: Page, api: FakeApi) -> None:
    """Compressed as CloudFront compresses; pictures are not part of it, and are asked for last."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/r/ABCD2345/")
    page.wait_for_load_state("networkidle")
    files = [answer for answer in answers if "/v1/" not in answer.url and "/pictures/" not in answer.url]
    kinds = sorted(answer.request.resource_type for answer in files)
    assert kinds in (["document", "script", "stylesheet"], ["document", "other", "script", "stylesheet"])
    size = sum(len(gzip.compress(answer.body(), 6)) + len(str(answer.headers)) for answer in files)
    assert size <= _MOST_BYTES, f"{size} bytes"
    assert page.context.cookies() == []
    blocking = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus === 'blocking').map(e => e.name)"
    )
    assert [url.partition("?")[0] for url in blocking] == [f"{api.url}/assets/site.css"]


def test_pictures_reserve_their_place(page: Page) -> None:
    """Nothing moves when a picture arrives: here none ever does."""
    page.route("**/pictures/**", lambda route: None)
    page.goto("/r/ABCD2345/", wait_until="domcontentloaded")
    photo = page.locator(".photos img").first
    photo.scroll_into_view_if_needed()
    box = photo.bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 4 / 3) < 0.02
    logo = page.locator(".logo").bounding_box()
    assert logo is not None
    assert logo["width"] > 90


def test_the_periods_are_reached_without_a_script(plain_page: Page) -> None:
    plain_page.goto("/leaderboard/")
    periods = plain_page.get_by_role("navigation", name="Period")
    periods.get_by_role("link", name="2026", exact=True).click()
    assert plain_page.get_by_role("row").all_inner_texts()[1:] == ["1\tJane D.\t5"]
    periods.get_by_role("link", name="May 2026").click()
    assert "Nobody is on the list for May 2026 yet" in plain_page.inner_text("main")
    assert plain_page.locator("[aria-current=page]").inner_text() == "May 2026"


def test_the_frame_shows_on_another_site_and_its_link_leaves_it(browser: Browser, api: FakeApi) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(f'<iframe src="{api.url}/leaderboard/embed/" title="Thanks" width="320" height="420"></iframe>')
    frame = page.frame_locator("iframe")
    assert frame.get_by_role("row").all_inner_texts()[1:] == ["1\tJane D.\t5", "2\tBob\t3"]
    with context.expect_page() as opened:
        frame.get_by_role("link", name="The whole list").click()
    assert opened.value.url == f"{api.url}/leaderboard/"
    context.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeApi]:
    """Sites with some forms of payload each in every place where somebody else's words can stand."""
    folder = tmp_path_factory.mktemp("hostile")
    for first in range(0, len(FORMS), _TOGETHER):
        starts = range(first, len(PAYLOADS), len(FORMS))
        _hostile_site(folder / f"s{first}", [" ".join(PAYLOADS[at : at + _TOGETHER]) for at in starts])
    # The addresses of assets are the same on all of them.
    shutil.copytree(folder / "s0" / "assets", folder / "assets")
    shutil.copy(folder / "s0" / "404.html", folder)
    with serving(folder, FakeApi()) as api:
        yield api


def test_nothing_that_is_written_into_settings_or_names_becomes_a_script(browser: Browser, hostile: FakeApi) -> None:
    """200 payloads, every form of them in every place of every page; escaping alone stands, the policy is off."""
    assert len(PAYLOADS) == 200
    context = browser.new_context(base_url=hostile.url, bypass_csp=True)
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for first in range(0, len(FORMS), _TOGETHER):
        for path in (*PATHS, "/error.html"):
            page.goto(f"/s{first}{path}")
            assert page.evaluate("[window.pwned, document.querySelectorAll('h1').length]") == [None, 1], (first, path)
    context.close()


def _hostile_site(folder: Path, words: list[str]) -> None:
    """Ten variants of the same forms, one place after the other."""
    usual = default_settings()
    said = (words[number % len(words)] for number in range(1000))
    photo = Picture("van-80x60-0a1b2c3d.webp", 80, 60, next(said))
    settings = replace(
        usual,
        business=replace(
            usual.business,
            name=next(said),
            tagline=next(said),
            credentials=next(said),
            website=next(said),
            proof_url=next(said),
            services=tuple(words),
        ),
        proof=Proof(4.5, 9, next(said), 1998, next(said), next(said), (photo,)),
        offers=tuple(
            replace(offer, headline=next(said), friend_text=next(said), referrer_text=next(said))
            for offer in usual.offers
        ),
        leaderboard_public=True,
        thanks_public=True,
    )
    builder = SiteBuilder(ROOT / "templates", settings, NOW, "https://refer.example.com")
    people = [LandingInput("ABCD2345", next(said), "customer", ("jane-smith",))]
    build_site(people, builder, folder, assets=ROOT / "site", progress=lambda _: None)
    standings = tuple(Standing(rank, name, 1) for rank, name in enumerate(words, start=1))
    boards = [Board(span, "2026-05" if span == "month" else next(said), standings) for span in SPANS]
    error = builder.form_error([FieldError(next(said), next(said))], next(said))
    pages = [
        *leaderboard_pages(builder, boards, NOW),
        *thanks_pages(builder, words),
        File("error.html", error.encode()),
    ]
    write_pages(folder, pages)
    (folder / "pictures").mkdir()
    (folder / "pictures" / photo.name).write_bytes(LOGO.content)
