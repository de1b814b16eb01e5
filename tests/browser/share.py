"""Participants' own pages in Chromium over the whole program: one program for all tests of a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser, Page, expect

from chalicelib.services.links import share_token
from chalicelib.storage.store import Store
from chalicelib.storage.table import Item
from tests.browser.console import PHONE, Console, serving_console
from tests.world import World


@contextmanager
def serving_share(engine: str, browser: Browser, data: Path) -> Iterator[Console]:
    """A program with its site, the share page among it."""
    with World.open(engine, f"t-{uuid4().hex[:12]}", data) as world:
        business = {
            "phone": "+12175550134",
            "services": ["Leaks", "Water heaters"],
            "website": "https://maple.example.com",
        }
        world.settings(business=business, leaderboard_public=True, submissions_per_hour=1000)
        with serving_console(world, browser) as console:
            world.program.ports = replace(world.program.ports, public_url=console.url)
            world.settle_down()
            yield console


def rebind(console: Console) -> Console:
    """The same, for one test that may stand beside others with a world of their own: a process has one table."""
    program = console.world.program
    if Item.Meta.table_name != program.config.table.name:
        program.ports = replace(program.ports, store=Store.open(program.config.table))
    return console


@contextmanager
def own_page(console: Console, code: str, size: dict[str, int] = PHONE) -> Iterator[Page]:
    """Somebody's own page, opened by their link."""
    token = share_token(console.world.program.ports, console.world.participant(code))
    with console.page(size) as page:
        page.goto(f"{console.url}/share/#{token}")
        expect(page.get_by_role("heading", name="Hello")).to_be_visible()
        page.wait_for_load_state("networkidle")
        yield page
