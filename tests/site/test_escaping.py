"""Try to break out of every place on every page where somebody else's words stand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chalicelib.domain.errors import FieldError
from chalicelib.domain.leaderboard import Board, Standing
from chalicelib.domain.participants import SPANS
from chalicelib.domain.settings import Settings
from chalicelib.domain.settings.appearance import Picture, Proof
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.environment import web_url
from chalicelib.site.pages import LandingInput
from chalicelib.site.recognition import leaderboard_pages, thanks_pages
from tests.site.page_markup import parsed

PAYLOADS = [
    "{{7*7}}",
    "{% include 'landing.html' %}",
    "<script>alert(1)</script>",
    '"onload="alert(1)',
    "'onload='alert(1)",
    "</title><img src=x onerror=alert(1)>",
    "--><svg/onload=alert(1)>",
    "&lt;b&gt;&amp;",
    "]]>",
    "`${alert(1)}`",
    "x\u2028y",
]
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
Make = Callable[..., SiteBuilder]


def all_pages(make_builder: Make, settings: Settings, words: str) -> dict[str, str]:
    """Build every page there is with `words` in every place where somebody else's words can stand."""
    builder = make_builder(
        business={"name": words, "tagline": words, "credentials": words, "services": (words, "Other")},
        proof=Proof(4.5, 7, words, 1998, words, words, (Picture("van-80x60-0a1b2c3d.webp", 80, 60, words),)),
        offers=tuple(
            replace(offer, headline=words, friend_text=words, referrer_text=words) for offer in settings.offers
        ),
    )
    boards = [Board(span, "2026-05" if span == "month" else words, (Standing(1, words, 3),)) for span in SPANS]
    pages = [
        *builder.landing(LandingInput("ABCD2345", words, "partner")),
        *builder.fixed_pages(),
        *leaderboard_pages(builder, boards, NOW),
        *thanks_pages(builder, [words]),
    ]
    texts = {page.path: page.content.decode() for page in pages if page.path.endswith(".html")}
    texts["form_error.html"] = builder.form_error([FieldError("phone", words)], words)
    return texts


@pytest.fixture(scope="module")
def plain(make_builder: Make, settings: Settings) -> dict[str, str]:
    return all_pages(make_builder, settings, "Plain words")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_known_tricks_stay_words_everywhere(
    make_builder: Make, settings: Settings, plain: dict[str, str], payload: str
) -> None:
    for path, text in all_pages(make_builder, settings, payload).items():
        page = parsed(text)
        assert page.shape() == parsed(plain[path]).shape(), path
        assert payload in "".join(words for _, words in page.texts), path


@hypothesis_settings(max_examples=40, deadline=None)
@given(words=st.text(min_size=1, max_size=40).filter(str.strip))
def test_no_words_at_all_change_the_shape_of_a_page(
    make_builder: Make, settings: Settings, plain: dict[str, str], words: str
) -> None:
    words = words.encode("utf-8", "ignore").decode() or "x"  # lone surrogates never pass the domain's checks
    for path, text in all_pages(make_builder, settings, words).items():
        assert parsed(text).shape() == parsed(plain[path]).shape(), path


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:x",
        "data:text/html,x",
        "//elsewhere.example.com",
        "/\\x",
        "",
    ],
)
def test_a_url_that_runs_code_or_leads_away_unseen_becomes_the_front_page(make_builder: Make, url: str) -> None:
    assert web_url(url) == "/"
    builder = make_builder(business={"website": url or None, "proof_url": url or None})
    for page in (*builder.fixed_pages(), *builder.landing(LandingInput("ABCD2345", "Jane", "customer"))):
        for _, attributes in parsed(page.content.decode()).tags:
            assert attributes.get("href", "/").startswith(("/", "#", "tel:+", "https://"))


def test_no_page_carries_a_script_or_a_style_of_its_own(plain: dict[str, str]) -> None:
    for path, text in plain.items():
        for tag, attributes in parsed(text).tags:
            assert tag != "style", path
            assert tag != "script" or attributes["src"].startswith(("/assets/page.js?v=", "/share/main.js")), path
            assert not [name for name in attributes if name == "style" or name.startswith("on")], path
            assert not attributes.get("src", "").startswith("http"), path
