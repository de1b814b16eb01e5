"""The web server of one machine serves what CloudFront and API Gateway would."""

import io
from typing import Any

import pytest

from chalicelib.api.application import create_app
from chalicelib.local.web import SECURITY_HEADERS, Web, canonical_path
from tests.world import World


@pytest.fixture
def web(world: World) -> Web:
    return Web(world.program, create_app(lambda: world.program))


def request(web: Web, method: str, target: str, body: bytes = b"", **environ: str) -> tuple[int, dict[str, str], bytes]:
    path, _, query = target.partition("?")
    seen: list[Any] = []
    sent = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "198.51.100.1",
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    answer = b"".join(web(sent, lambda status, headers: seen.extend([status, headers])))
    return int(seen[0].split()[0]), dict(seen[1]), answer


@pytest.mark.parametrize(
    ("typed", "real"),
    [
        ("/r/abcdefgh", "/r/ABCDEFGH/"),
        ("/R/ABCDEFGH/", "/r/ABCDEFGH/"),
        ("/r/oil0abcd/", "/r/0110ABCD/"),
        ("/r/Jane-Smith", "/r/jane-smith/"),
        ("/r/ABCDEFGH/", "/r/ABCDEFGH/"),
        ("/leaderboard", "/leaderboard/"),
        ("/leaderboard/month", "/leaderboard/month/"),
        ("/leaderboard.json", "/leaderboard.json"),
        ("/thanks-to", "/thanks-to/"),
        ("/r/", "/r/"),
        ("//example.com/r/", "//example.com/r/"),
    ],
)
def test_a_link_typed_in_any_way_leads_to_its_page(typed: str, real: str) -> None:
    """Rule 1: a code read aloud still resolves."""
    assert canonical_path(typed) == real


def test_a_redirect_keeps_the_channel(web: Web) -> None:
    status, headers, _ = request(web, "GET", "/r/abcdefgh?via=sms")
    assert (status, headers["Location"]) == (301, "/r/ABCDEFGH/?via=sms")


def test_a_landing_page_is_served_with_the_headers_of_the_site(web: Web, world: World) -> None:
    jane = world.enrol("Jane Doe")
    world.pump.drain()
    status, headers, body = request(web, "GET", f"/r/{jane.id}/")
    assert status == 200
    assert b"Jane" in body
    assert SECURITY_HEADERS.items() <= headers.items()


def test_every_kind_of_file_carries_the_headers_of_the_site(web: Web, world: World) -> None:
    """Only the frame may be framed, and it can run and send nothing."""
    jane = world.enrol("Jane Doe")
    world.settings(leaderboard_public=True, thanks_public=True)
    world.program.site_store.put("pictures/van-80x60-0a1b2c3d.webp", b"x")
    world.program.site_store.put("admin/index.html", b"x")
    world.settle_down()
    pages = ["", "r/", f"r/{jane.id}/", "thanks/", "leaderboard/", "leaderboard/month/", "thanks-to/", "admin/"]
    files = ["leaderboard.json", "assets/site.css", "assets/preview.png", "pictures/van-80x60-0a1b2c3d.webp"]
    for path in (*pages, *files, "404.html", "r/ZZZZZZZZ/"):
        status, headers, _ = request(web, "GET", f"/{path}")
        assert status == (404 if path == "r/ZZZZZZZZ/" else 200), path
        assert SECURITY_HEADERS.items() <= headers.items(), path
    for path in ("/v1/admin/overview", "/v1/nothing", "/_outbox", "/leaderboard"):
        assert SECURITY_HEADERS.items() <= request(web, "GET", path)[1].items(), path
    status, framed, _ = request(web, "GET", "/leaderboard/embed/")
    assert (status, framed.get("X-Frame-Options")) == (200, None)
    policy = framed["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors *")
    assert {"default-src 'none'", "form-action 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "script-src" not in policy
    same = {
        name: value for name, value in SECURITY_HEADERS.items() if not name.startswith(("Content-Security", "X-Frame"))
    }
    assert same.items() <= framed.items()


def test_an_unknown_link_is_a_friendly_page(web: Web, world: World) -> None:
    world.settle_down()
    status, headers, body = request(web, "GET", "/r/ZZZZZZZZ/")
    assert status == 404
    assert headers["Content-Type"].startswith("text/html")
    assert b"referred_by" in body


@pytest.mark.parametrize(
    "path",
    ["/../secrets.json", "/r/../../secrets.json", "/..%2fsecrets.json", "/\x00", "/r/\xff/", "//etc/passwd", "/."],
)
def test_nothing_outside_the_site_can_be_read(web: Web, world: World, path: str) -> None:
    (world.data / "secrets.json").write_text("secret")
    status, _, body = request(web, "GET", path)
    assert status == 404
    assert b"secret" not in body


def test_head_answers_without_a_body(web: Web) -> None:
    status, headers, body = request(web, "HEAD", "/v1/admin/overview")
    assert (status, body) == (405, b"")
    assert "GET" in headers["Allow"]


def test_an_unknown_api_path_is_a_problem_document(web: Web) -> None:
    status, headers, _ = request(web, "GET", "/v1/nothing")
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")


def test_the_outbox_shows_what_would_have_been_sent(web: Web, world: World) -> None:
    jane = world.enrol("Jane <b>Doe</b>")
    world.lead(jane.id, name="Sam <i>Lee")
    world.settle_down()
    here = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}
    status, _, body = request(web, "GET", "/_outbox", **here)
    assert status == 200
    assert b"New referral" in body
    assert b"Sam &lt;i&gt;" in body
    assert request(web, "GET", "/_outbox", **{**here, "HTTP_HOST": "evil.example"})[0] == 404
    assert request(web, "GET", "/_outbox", **{**here, "REMOTE_ADDR": "203.0.113.9"})[0] == 404
