"""What the owner says of proof and looks stands on the pages, from the site itself and without a style of its own."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from chalicelib.domain.settings import changed, default_settings
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.pages import LandingInput
from tests.site.conftest import ROOT, URL
from tests.site.page_markup import Markup, parsed

VAN = {"picture": "our-van-800x600-0a1b2c3d.webp", "alt": "Our van in Maple Street"}
PROOF = {
    "rating": 4.9,
    "reviews": 1212,
    "reviews_on": "Google",
    "since": 1998,
    "license": "NY 12-345",
    "guarantee": "Two years on every repair",
    "photos": [VAN, VAN],
}
Make = Callable[..., SiteBuilder]


@pytest.fixture
def landing(now: datetime) -> Callable[..., Markup]:
    def make(**part: Any) -> Markup:
        builder = SiteBuilder(ROOT / "templates", changed(default_settings(), part), now, URL)
        return parsed(builder.render_landing(LandingInput("ABCD2345", "Jane", "customer")).decode())

    return make


def test_the_landing_page_says_why_to_trust_the_business(landing: Callable[..., Markup]) -> None:
    page = landing(proof=PROOF)
    assert page.text_of("p", **{"class": "rating"}).strip() == "4.9 out of 5 from 1,212 reviews on Google"
    facts = page.text_of("ul", **{"class": "facts"}).strip().split("\n")
    assert facts == ["In business since 1998", "License NY 12-345", "Two years on every repair"]
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) == 2
    expected = {"src": f"/pictures/{VAN['picture']}", "width": "800", "height": "600", "loading": "lazy"}
    assert expected.items() <= pictures[0].items()
    assert pictures[0]["alt"] == VAN["alt"]


def test_where_nothing_is_said_there_is_no_empty_place(landing: Callable[..., Markup]) -> None:
    page = landing()
    assert not [a for _, a in page.tags if a.get("class") in {"proof", "rating", "facts", "photos"}]


def test_a_shared_link_previews_with_a_picture_of_the_site(landing: Callable[..., Markup]) -> None:
    drawn, own = landing(), landing(theme={"preview": "front-1200x630-0a1b2c3d.jpg"})
    assert drawn.meta("og:image").startswith(f"{URL}/assets/preview.png?v=")
    assert own.meta("og:image") == f"{URL}/pictures/front-1200x630-0a1b2c3d.jpg"
    assert (own.meta("og:image:width"), own.meta("og:image:height")) == ("1200", "630")
    assert drawn.meta("og:title") == "Jane recommends Your business"
    assert drawn.meta("twitter:card") == "summary_large_image"


def test_a_logo_stands_beside_the_name_with_its_size(landing: Callable[..., Markup]) -> None:
    logo = landing(theme={"logo": "logo-400x120-0a1b2c3d.png"}).first("img", **{"class": "logo"})
    assert (logo["src"], logo["width"], logo["height"]) == ("/pictures/logo-400x120-0a1b2c3d.png", "400", "120")
    assert logo["alt"] == "", "the name stands beside it"


def test_a_theme_is_one_stylesheet_under_a_new_address(landing: Callable[..., Markup], now: datetime) -> None:
    usual, other = landing(), landing(theme={"color": "#7a1f2b", "font": "serif"})
    sheets = [page.first("link", rel="stylesheet")["href"] for page in (usual, other)]
    assert all(sheet.startswith("/assets/site.css?v=") for sheet in sheets)
    assert sheets[0] != sheets[1]
    settings = changed(default_settings(), {"theme": {"color": "#7a1f2b", "font": "serif"}})
    made = {page.path: page.content for page in SiteBuilder(ROOT / "templates", settings, now, URL).made_assets()}
    assert b"--brand: #7a1f2b;" in made["assets/site.css"]
    assert b"--font: Charter" in made["assets/site.css"]
    assert other.meta("og:image") != usual.meta("og:image")
