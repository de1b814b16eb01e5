"""CloudFront's own functions, run by Chromium's engine: the same addresses as on one machine, and who asks."""

import random
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from chalicelib.local.web import _FOLDERS, canonical_path
from tests.browser.conftest import ROOT

_LETTERS = "abcdeoilOILABCKZ0189-- \t.ü"
_NAMED = [
    "/",
    "/r",
    "/r/",
    "/R/abcd2345",
    "/r/abcd2345/",
    "/r/ABCD2345",
    "/r/oil1-0000",
    "/r/jane-smith",
    "/r/Jane-Smith/",
    "/r/-jane",
    "/r/ab",
    "/r/a/b/c",
    "/r//",
    "/share",
    "/share/",
    "/admin",
    "/leaderboard",
    "/leaderboard.json",
    "/leaderboard/month",
    "/leaderboard/year",
    "/leaderboard/all",
    "/leaderboard/embed",
    "/thanks-to",
    "/thanks",
    "/Share",
    "/assets/page.css",
    "/r/ABCD2345/index.html",
]


def run(browser: Browser, name: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a function of `infra/functions` makes of events; all in one call."""
    page = browser.new_page()
    try:
        page.add_script_tag(content=(ROOT / "infra" / "functions" / name).read_text())
        answers: list[dict[str, Any]] = page.evaluate("(events) => events.map((event) => handler(event))", events)
    finally:
        page.close()
    return answers


def asked(uri: str, query: dict[str, Any] | None = None) -> dict[str, Any]:
    request = {"method": "GET", "uri": uri, "querystring": query or {}, "headers": {}, "cookies": {}}
    return {"version": "1.0", "viewer": {"ip": "203.0.113.9"}, "request": request}


@pytest.fixture(scope="module")
def paths() -> list[str]:
    chosen = random.Random(7)
    typed = ["".join(chosen.choices(_LETTERS, k=chosen.choice((3, 8, 9, 12)))) for _ in range(300)]
    codes = ["".join(chosen.choices("0123456789abcdefghijklmnopqrstuvwxyzOIL", k=8)) for _ in range(300)]
    return [*_NAMED, *sorted(_FOLDERS), *(f"/r/{name}" + chosen.choice(("", "/")) for name in [*typed, *codes])]


def test_a_link_resolves_as_on_one_machine(browser: Browser, paths: list[str]) -> None:
    """DESIGN 6: codes in any case and with misread letters, aliases, folders without their slash."""
    answers = run(browser, "pages.js", [asked(quote(path)) for path in paths])
    moves = 0
    for path, answer in zip(paths, answers, strict=True):
        wanted = canonical_path(path)
        if wanted != path:
            moves += 1
            assert answer["statusCode"] == 301, path
            assert answer["headers"]["location"]["value"] == wanted, path
        else:
            assert answer["uri"] == quote(path) + ("index.html" if path.endswith("/") else ""), path
    assert moves > len(paths) // 4


def test_a_redirect_keeps_the_query(browser: Browser) -> None:
    """`?via=sms` says how the link travelled; CloudFront hands it over in parts."""
    query = {"via": {"value": "sms"}, "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "%26"}]}}
    empty = {"x": {"value": ""}}
    first, second, third = run(
        browser, "pages.js", [asked("/r/abcd2345", query), asked("/r/abcd2345", empty), asked("/r/abcd2345")]
    )
    assert first["headers"]["location"]["value"] == "/r/ABCD2345/?via=sms&a=1&a=%26"
    assert second["headers"]["location"]["value"] == "/r/ABCD2345/?x"
    assert third["headers"]["location"]["value"] == "/r/ABCD2345/"


def test_nobody_chooses_the_address_they_ask_from(browser: Browser) -> None:
    """The limits by address go by this header (chalicelib/api/call.py)."""
    event = asked("/v1/leads")
    event["request"]["headers"]["true-client-ip"] = {"value": "198.51.100.1", "multiValue": [{"value": "198.51.100.1"}]}
    (answer,) = run(browser, "api.js", [event])
    assert answer["headers"]["true-client-ip"] == {"value": "203.0.113.9"}
    assert answer["uri"] == "/v1/leads"
