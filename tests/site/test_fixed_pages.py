"""The pages that belong to nobody in particular."""

from collections.abc import Callable

import pytest

from chalicelib.domain.errors import FieldError
from chalicelib.site.builder import SiteBuilder
from tests.site.page_markup import parsed
from tests.world import ROOT

Make = Callable[..., SiteBuilder]
SITE = ROOT / "site"


@pytest.mark.parametrize("path", ["r/index.html", "404.html"])
def test_without_a_link_the_form_asks_who_referred(make_builder: Make, path: str) -> None:
    pages = {page.path: parsed(page.content.decode()) for page in make_builder().fixed_pages()}
    assert "required" in pages[path].first("input", name="referred_by")
    assert pages[path].text_of("label", **{"for": "referred_by"}) == "Who referred you?"
    assert "code" not in pages[path].form_fields()


def test_the_front_page_leads_to_the_general_form(make_builder: Make) -> None:
    front = next(page for page in make_builder().fixed_pages() if page.path == "index.html")
    assert parsed(front.content.decode()).text_of("a", href="/r/") == "Send a request"


def test_every_page_says_its_language_and_has_one_heading(make_builder: Make) -> None:
    builder = make_builder()
    texts = [page.content.decode() for page in builder.fixed_pages()] + [builder.form_error([])]
    for text in texts:
        tags = [tag for tag, _ in parsed(text).tags]
        assert parsed(text).first("html")["lang"] == "en"
        assert tags.count("h1") == tags.count("main") == tags.count("title") == 1


def test_a_refused_form_says_everything_that_is_wrong_in_sentences(make_builder: Make) -> None:
    html = make_builder().form_error(
        [
            FieldError("name", "is required"),
            FieldError("phone", "is not a phone number we can call; please give the area code too"),
            FieldError("referred_by", "please tell us who referred you"),
            FieldError("body", "must be an object"),
        ],
        back="/r/ABCD2345/",
    )
    page = parsed(html)
    sentences = [text for place, text in page.texts if page.tags[place][0] == "li"]
    for sentence in (
        "Your name is required.",
        "Your phone number is not a phone number we can call; please give the area code too.",
        "Please tell us who referred you.",
        "Something in the form must be an object.",
    ):
        assert sentence in sentences
    assert page.text_of("a", href="/r/ABCD2345/") == "Open the form again"


def test_the_share_page_names_every_module_it_will_need_and_tells_nobody_where_it_was(make_builder: Make) -> None:
    """All of them are fetched at once; its address, which lets in, is in no search engine and no Referer."""
    page = next(page for page in make_builder().fixed_pages() if page.path == "share/index.html")
    parts = parsed(page.content.decode())
    early = {f["href"] for tag, f in parts.tags if tag == "link" and f["rel"] == "modulepreload"}
    modules = {f"/{path.relative_to(SITE)}" for path in [*SITE.glob("share/*.js"), *SITE.glob("modules/*.js")]}
    assert early | {"/share/main.js"} == modules
    metas = {f.get("name"): f.get("content") for tag, f in parts.tags if tag == "meta"}
    assert (metas["robots"], metas["referrer"]) == ("noindex", "no-referrer")
