"""Take the pictures of docs/screens: every page and every view of the sample business, on a phone and on a desk."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running import ROOT, running

FOLDER = ROOT / "docs" / "screens"
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 860}}
_ASK_FOR_SHARE_LINK = "async (code) => (await (await fetch(`/v1/admin/participants/${code}`)).json()).share_link"
MOST_HIGH = 3000
VIEWS = ("today", "participants", "referrals", "rewards", "messages", "numbers", "settings", "people", "audit")


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("no chromium on this machine; on Debian: apt-get install chromium")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as data, running(Path(data), sample=True) as program, sync_playwright() as play:
        users = program.command("user", "list").stdout
        user = re.search(r"usr_\w+", users)
        listed = program.command("messages", "--json").stdout
        code = re.search(r"/r/([0-9A-Z]{8})/", listed)
        assert user is not None
        assert code is not None
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for size in SIZES:
            link = program.command("user", "link", user[0]).stdout.split()[0]
            for name, page in _pages(browser, size, program.url, code[1], link):
                expect(page.get_by_text("Loading…")).to_have_count(0)
                _keep(page.screenshot(full_page=size == "phone"), FOLDER / f"{name}-{size}.png")
                print(f"{name}-{size}")
        browser.close()


def _keep(picture: bytes, path: Path) -> None:
    """Cut off where a list goes on and on, and with as many colours as a page has."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.crop((0, 0, image.width, min(image.height, MOST_HIGH))).quantize(128).save(path, optimize=True)


def _pages(browser: Browser, size: str, url: str, code: str, link: str) -> Iterator[tuple[str, Page]]:
    context = browser.new_context(viewport=SIZES[size], timezone_id="America/New_York")  # type: ignore[arg-type]
    page = context.new_page()
    for name, path in (
        ("front", "/"),
        ("landing", f"/r/{code}/"),
        ("general-form", "/r/"),
        ("thanks", "/thanks/"),
        ("leaderboard", "/leaderboard/"),
        ("leaderboard-frame", "/leaderboard/embed/"),
        ("wall-of-thanks", "/thanks-to/"),
        ("sign-in", "/admin/"),
        ("share-lost", "/share/"),
    ):
        page.goto(url + path)
        page.wait_for_load_state("networkidle")
        yield name, page
    page.goto(link)
    page.wait_for_load_state("networkidle")
    for view in VIEWS:
        page.goto(f"{url}/admin/#{view}")
        page.wait_for_timeout(300)
        page.wait_for_load_state("networkidle")
        yield f"console-{view}", page
    for view in ("participants", "referrals"):
        page.goto(f"{url}/admin/#{view}")
        page.wait_for_timeout(300)
        page.locator("td a").first.click()
        page.wait_for_load_state("networkidle")
        yield f"console-one-{view[:-1]}", page
    page.goto(f"{url}/admin/#referrals")
    page.get_by_role("button", name="Board").click()
    page.wait_for_load_state("networkidle")
    yield "console-board", page
    page.goto(f"{url}/admin/#settings")
    page.wait_for_load_state("networkidle")
    page.locator("summary").nth(1).click()
    yield "console-settings-form", page
    known = page.evaluate(_ASK_FOR_SHARE_LINK, code)
    page.goto(known)
    page.get_by_role("heading", name="Hello").wait_for()
    page.wait_for_load_state("networkidle")
    yield "share", page
    page.get_by_role("button", name="Print coupons").click()
    page.get_by_role("button", name="Back to my page").wait_for()
    yield "share-coupons", page
    context.close()


if __name__ == "__main__":
    main()
