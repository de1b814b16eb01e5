"""Real Chromium against a built site."""

import io
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from chalicelib.domain.leaderboard import Board, Standing
from chalicelib.domain.settings import changed, default_settings
from chalicelib.site.build import build_site
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.pages import LandingInput
from chalicelib.site.pages import Page as File
from chalicelib.site.pictures import Ready, Use, prepare
from chalicelib.site.recognition import leaderboard_pages, thanks_pages
from tests.browser.console import Console, serving_console
from tests.browser.site_server import FakeApi, serving
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def _drawn(size: tuple[int, int], use: Use) -> Ready:
    out = io.BytesIO()
    Image.new("RGB", size, "#335577").save(out, "PNG")
    return prepare(out.getvalue(), use, use)


LOGO, PHOTO = _drawn((400, 120), "logo"), _drawn((1600, 1200), "photo")


def write_pages(folder: Path, pages: Iterable[File]) -> None:
    """Put what is published apart beside what was built."""
    for page in pages:
        (folder / page.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / page.path).write_bytes(page.content)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for these tests, and gone after them: while it lives, its event loop is the thread's."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeApi]:
    settings = changed(
        default_settings(),
        {
            "leaderboard_public": True,
            "thanks_public": True,
            "business": {
                "name": "Maple Street Plumbing",
                "phone": "+12175550134",
                "website": "https://maple.example.com",
                "tagline": "Honest plumbing since 1994",
                "services": ["Leaks and repairs", "Water heaters"],
            },
            "theme": {"logo": LOGO.name},
            "proof": {
                "rating": 4.9,
                "reviews": 212,
                "license": "NY 12-345",
                "photos": [{"picture": PHOTO.name, "alt": "Our van"}],
            },
        },
    )
    folder = tmp_path_factory.mktemp("built") / "site"
    builder = SiteBuilder(ROOT / "templates", settings, NOW, "https://refer.example.com")
    people = [LandingInput("ABCD2345", "Jane", "customer", ("jane-smith",)), LandingInput("ABCD2346", "Bo", "partner")]
    build_site(people, builder, folder, assets=ROOT / "site", progress=lambda _: None)
    standings = (Standing(1, "Jane D.", 5), Standing(2, "Bob", 3))
    boards = (Board("month", "2026-05", ()), Board("year", "2026", standings[:1]), Board("all", "all", standings))
    pictures = [File(picture.path, picture.content) for picture in (LOGO, PHOTO)]
    thanks = thanks_pages(builder, ["Bob", "Jane D."])
    write_pages(folder, [*leaderboard_pages(builder, boards, NOW), *thanks, *pictures])
    with serving(folder, FakeApi()) as api:
        yield api


@pytest.fixture
def api(site: FakeApi) -> FakeApi:
    site.reset()
    return site


@pytest.fixture
def page(browser: Browser, api: FakeApi) -> Iterator[Page]:
    """A new visitor on a phone. Nothing may break the policy or fail in a script, whatever the test does."""
    context = browser.new_context(base_url=api.url, viewport={"width": 390, "height": 844})
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


@pytest.fixture
def plain_page(browser: Browser, api: FakeApi) -> Iterator[Page]:
    """A visitor whose browser runs no scripts."""
    context = browser.new_context(base_url=api.url, java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def console(world: World, browser: Browser) -> Iterator[Console]:
    with serving_console(world, browser) as console:
        yield console
