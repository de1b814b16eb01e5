"""What a prospect reads on a landing page, and what its form will send."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.offers import Offer
from chalicelib.domain.people import FRIEND
from chalicelib.domain.settings import Settings
from chalicelib.domain.submissions import parse_submission
from chalicelib.site.builder import SiteBuilder
from chalicelib.site.pages import LandingInput
from tests.site.page_markup import parsed

JANE = LandingInput("ABCD2345", "Jane", "customer", ("jane-smith",))
Make = Callable[..., SiteBuilder]


def html(builder: SiteBuilder, landing: LandingInput = JANE) -> str:
    return builder.landing(landing)[0].content.decode()


def test_the_headline_and_the_preview_name_the_referrer(make_builder: Make) -> None:
    page = parsed(html(make_builder()))
    assert page.text_of("h1") == "Jane recommends Maple Street Plumbing"
    assert page.text_of("title") == "Jane recommends Maple Street Plumbing"
    assert page.meta("og:title") == "Jane recommends Maple Street Plumbing"
    assert page.meta("og:description") == page.meta("description")


def test_a_name_that_is_read_from_the_right_leaves_the_headline_in_order(make_builder: Make) -> None:
    page = parsed(html(make_builder(), JANE._replace(name="يوسف")))
    assert page.text_of("bdi") == "يوسف"
    assert page.text_of("h1") == "يوسف recommends Maple Street Plumbing"


def test_a_referrer_whose_name_is_not_shown_is_a_friend_in_every_sentence(make_builder: Make) -> None:
    page = html(make_builder(), JANE._replace(name=FRIEND))
    assert parsed(page).text_of("h1") == "A friend recommends Maple Street Plumbing"
    assert "the friend who sent you this link gets a reward for every friend whose job we complete." in page
    assert "Jane" not in page


def test_the_referrers_reward_is_disclosed_before_the_form(make_builder: Make) -> None:
    page = html(make_builder())
    assert "Jane gets a reward for every friend whose job we complete." in page
    assert page.index('class="disclosure"') < page.index("<form")


def test_without_a_running_offer_the_reward_is_still_disclosed(make_builder: Make) -> None:
    page = html(make_builder(offers=()))
    assert "Jane may get a reward from us if you become our customer." in page
    assert 'class="offer"' not in page
    assert parsed(page).meta("description")


def test_a_campaign_shows_for_its_segment_and_only_while_it_runs(
    make_builder: Make, settings: Settings, now: datetime
) -> None:
    week = Offer("may", "customer", "Half price in May", "x", "y", now - timedelta(days=1), now + timedelta(days=6))
    offers = (*settings.offers, week)
    assert "Half price in May" in html(make_builder(offers=offers))
    assert "Half price in May" not in html(make_builder(offers=offers), JANE._replace(segment="partner"))
    assert "Half price in May" not in html(make_builder(offers=offers, now=now + timedelta(days=7)))


def test_the_telephone_stands_there_as_people_write_it_or_not_at_all(make_builder: Make) -> None:
    page = html(make_builder())
    assert 'href="tel:+12175550134"' in page
    assert "(217) 555-0134" in page
    without = html(make_builder(business={"phone": None}))
    assert "tel:" not in without
    assert "also call" not in without


def test_search_engines_are_kept_out_and_told_the_one_address(make_builder: Make) -> None:
    for page in make_builder().landing(JANE):
        markup = parsed(page.content.decode())
        assert markup.meta("robots") == "noindex"
        assert markup.first("link", rel="canonical")["href"] == "https://refer.example.com/r/ABCD2345/"


def test_an_alias_page_is_the_same_page_with_the_canonical_code(make_builder: Make) -> None:
    canonical, alias = make_builder().landing(JANE)
    assert (canonical.path, alias.path) == ("r/ABCD2345/index.html", "r/jane-smith/index.html")
    assert alias.content == canonical.content
    assert b'name="code" value="ABCD2345"' in alias.content


@pytest.mark.parametrize("code", ["../../x", "abcd2345", "ABCD234", "ABCD2345/", "", "ABCD234O"])
def test_a_code_that_is_none_becomes_no_path(make_builder: Make, code: str) -> None:
    with pytest.raises(InvalidInput, match="is not a tracking code"):
        make_builder().landing(JANE._replace(code=code))


@pytest.mark.parametrize("alias", ["..", "../jane", "Jane-Smith", "a/b/c", "ABCD2346", ""])
def test_an_alias_that_is_none_becomes_no_path(make_builder: Make, alias: str) -> None:
    with pytest.raises(InvalidInput, match="is not an alias"):
        make_builder().landing(JANE._replace(aliases=(alias,)))


@hypothesis_settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(["form", "callback"]),
    window=st.sampled_from(["", "morning", "afternoon", "evening"]),
    service=st.sampled_from(["", "Leaks and repairs", "Water heaters"]),
    consent=st.booleans(),
)
def test_whatever_the_form_can_send_is_a_submission(
    make_builder: Make, kind: str, window: str, service: str, consent: bool
) -> None:
    page = parsed(html(make_builder()))
    filled = {"name": "Pat Lee", "phone": "217 555 0155", "kind": kind, "callback_window": window, "service": service}
    sent = {name: filled.get(name, "") for name in page.form_fields() if name != "sms_consent"}
    sent["code"] = page.first("input", name="code")["value"]
    if consent:
        sent["sms_consent"] = page.first("input", name="sms_consent")["value"]
    submission = parse_submission(sent, "US")
    assert (submission.code, submission.kind, submission.sms_consent) == ("ABCD2345", kind, consent)
    assert (submission.callback_window or "", submission.service or "") == (window, service)
    assert not submission.honeypot
    assert page.first("option", value=window)["value"] == window


def test_the_form_is_one_a_browser_posts_without_javascript(make_builder: Make) -> None:
    page = parsed(html(make_builder()))
    form = page.first("form")
    assert (form["action"], form["method"], form["accept-charset"]) == ("/v1/leads", "post", "utf-8")
    assert "enctype" not in form
    assert page.form_fields() == {
        *("code", "channel", "offer", "website", "kind", "name", "phone", "callback_window", "email"),
        *("service", "message", "sms_consent"),
    }
    assert {name for name in page.form_fields() if "required" in page.first(name=name)} == {"name", "phone"}
    assert parse_qs("channel=", keep_blank_values=True) == {"channel": [page.first(name="channel")["value"]]}


def test_consent_to_texts_is_optional_unticked_and_says_what_carriers_ask_for(make_builder: Make) -> None:
    page = html(make_builder())
    box = parsed(page).first("input", name="sms_consent")
    assert "checked" not in box
    assert "required" not in box
    terms = parsed(page).text_of(id="sms-terms")
    for words in ("Maple Street Plumbing", "How many", "Message and data rates may apply", "STOP", "HELP", "condition"):
        assert words in terms


def test_a_business_without_services_has_no_empty_list_of_them(make_builder: Make) -> None:
    assert "service" not in parsed(html(make_builder(business={"services": ()}))).form_fields()


def test_every_field_says_where_its_error_will_stand(make_builder: Make) -> None:
    for page in (make_builder().landing(JANE)[0], *make_builder().fixed_pages()):
        markup = parsed(page.content.decode())
        ids = {attributes["id"] for _, attributes in markup.tags if "id" in attributes}
        assert len(ids) == sum("id" in attributes for _, attributes in markup.tags)
        for name in markup.form_fields() - {"code", "channel", "offer", "website", "kind"}:
            assert {f"{name}-error"} <= set(markup.first(name=name)["aria-describedby"].split()) <= ids
            assert markup.first("label", **{"for": markup.first(name=name)["id"]})
