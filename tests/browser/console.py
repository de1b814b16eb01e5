"""The console in Chromium over the whole program: a world behind a web server, and somebody signed in."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from chalicelib.api.application import create_app
from chalicelib.domain.access import Role
from chalicelib.domain.users import NewUser, User
from chalicelib.local.web import Web
from chalicelib.services.sign_in import new_sign_in
from chalicelib.services.users import add_user
from chalicelib.site.build import read_folder
from tests.running import free_port
from tests.world import ROOT, World

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Console:
    """The program with its console; `complaints` is whatever a page's scripts or its policy complained of."""

    world: World
    browser: Browser
    url: str
    complaints: list[str]

    def user(self, role: Role = "owner") -> User:
        new = NewUser("Pat Maple", role, phone=self.world.phone())
        return add_user(self.world.program.ports, new, "test")

    def link(self, user: User) -> str:
        ports = self.world.program.ports
        return f"{self.url}/admin/#sign-in={ports.pseudonyms.sign_in_token(new_sign_in(ports, user))}"

    @contextmanager
    def page(self, size: dict[str, int] = DESK) -> Iterator[Page]:
        """A browser of its own, with nobody signed in."""
        context = self.browser.new_context(viewport=size)  # type: ignore[arg-type]  # the shape playwright wants
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        yield page
        page.goto("about:blank")
        context.close()

    @contextmanager
    def signed_in(self, role: Role = "owner", size: dict[str, int] = DESK) -> Iterator[Page]:
        with self.page(size) as page:
            page.goto(self.link(self.user(role)))
            expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
            page.wait_for_load_state("networkidle")
            yield page
            # A request that is still under way would ask for a table that is gone.
            page.wait_for_load_state("networkidle")

    def show(self, page: Page, view: str) -> None:
        """Open a view and wait till all of it is there."""
        page.goto(f"{self.url}/admin/#{view}")
        page.wait_for_load_state("networkidle")
        expect(page.get_by_text("Loading…")).to_have_count(0)


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each request, all of them ended when the server is closed."""

    request_queue_size = 128  # a browser asks for all modules at once


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _bounded(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Hand on no more of a connection than the request's body."""

    def bounded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        if not length:
            environ["CONTENT_TYPE"] = ""  # wsgiref says text/plain where a request says nothing
        return app(environ, start_response)

    return bounded


@contextmanager
def serving_console(world: World, browser: Browser) -> Iterator[Console]:
    """Serve a world as one machine does."""
    port = free_port()
    program = world.program
    program.config = replace(program.config, public_url=f"http://localhost:{port}")
    for page in read_folder(ROOT / "site"):
        program.site_store.put(page.path, page.content)
    app = _bounded(Web(program, create_app(lambda: program)))
    server = make_server("127.0.0.1", port, app, server_class=_Server, handler_class=_Quiet)
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    console = Console(world, browser, program.config.public_url, [])
    try:
        yield console
    finally:
        # Waits for the requests under way: they would ask for a table that is gone, or for the next test's.
        server.shutdown()
        server.server_close()
        serving.join()
    said = [text for text in console.complaints if not text.startswith("Failed to load resource")]
    assert said == []


def referral(world: World, name: str = "Sam Lee", **fields: str) -> str:
    """A lead of Jane's; its id."""
    jane = world.enrol("Jane Doe")
    reference: str = world.lead(jane.id, name=name, **fields).json["reference"]
    world.settle_down()
    return reference


def axe(page: Page, view: str) -> None:
    """No violation of WCAG 2.2 AA."""
    found = Axe().run(page, options=WCAG).response["violations"]
    assert found == [], (view, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found])


def confirm(page: Page, label: str, why: str | None = "because") -> None:
    """Answer the question that stands on the page."""
    dialog = page.get_by_role("dialog")
    if why is not None:
        dialog.get_by_label("Why").fill(why)
    dialog.get_by_role("button", name=label, exact=True).click()


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)
