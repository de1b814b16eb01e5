"""A prospect on a landing page, in a real browser: what they see, what is sent, and what they are told."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site_server import HANG_UP, Answer, FakeApi, refused

LANDING = "/r/ABCD2345/"
DOWN = Answer(503, {"title": "Service Unavailable"})


def fill(page: Page) -> None:
    page.get_by_label("Your name").fill("Pat Lee")
    page.get_by_label("Phone number").fill("217 555 0155")


def send(page: Page) -> None:
    page.get_by_role("button", name="Send my request").click()


def test_a_request_is_sent_as_json_and_thanked_for(page: Page, api: FakeApi) -> None:
    page.goto(f"{LANDING}?via=sms")
    fill(page)
    page.get_by_label("Service").select_option("Water heaters")
    page.get_by_label("Text me about my request").check()
    send(page)
    page.wait_for_url("**/thanks/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your request.")
    (lead,) = api.leads
    assert lead.kind == "application/json"
    assert lead.key
    expected = {"code": "ABCD2345", "channel": "sms", "name": "Pat Lee", "phone": "217 555 0155", "kind": "form"}
    assert expected.items() <= lead.data.items()
    assert lead.data["sms_consent"] is True
    assert lead.data["website"] == ""
    assert page.evaluate("localStorage.length") == 0


def test_a_call_back_asks_for_the_time(page: Page, api: FakeApi) -> None:
    page.goto(LANDING)
    expect(page.get_by_label("Best time for our call")).to_be_hidden()
    page.get_by_label("Call me back").check()
    page.get_by_label("Best time for our call").select_option("evening")
    fill(page)
    send(page)
    page.wait_for_url("**/thanks/")
    assert (api.leads[0].data["kind"], api.leads[0].data["callback_window"]) == ("callback", "evening")


def test_an_alias_page_sends_the_canonical_code_and_an_unknown_channel_is_left_out(page: Page, api: FakeApi) -> None:
    page.goto("/r/jane-smith/?via=pigeon")
    fill(page)
    send(page)
    page.wait_for_url("**/thanks/")
    assert api.leads[0].data["code"] == "ABCD2345"
    assert api.leads[0].data["channel"] == ""
    assert api.visits == [{"code": "ABCD2345"}]


def test_what_the_server_refuses_stands_beside_its_field_with_the_focus_on_the_first(page: Page, api: FakeApi) -> None:
    api.answers = [refused(("email", "is not an e-mail address"), ("phone", "is not a phone number we can call"))]
    page.goto(LANDING)
    fill(page)
    send(page)
    phone, email = page.get_by_label("Phone number"), page.get_by_label("E-mail")
    expect(phone).to_be_focused()
    expect(page.locator("#phone-error")).to_have_text("Phone number is not a phone number we can call.")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("E-mail is not an e-mail address.")
    expect(page.get_by_label("Your name")).to_have_value("Pat Lee")
    phone.fill("217 555 0156")
    expect(page.locator("#phone-error")).to_be_hidden()
    send(page)
    page.wait_for_url("**/thanks/")
    refused_lead, mended_lead = api.leads
    assert refused_lead.key != mended_lead.key, "other words are another request"


def test_an_error_that_belongs_to_no_field_is_said_below_the_form(page: Page, api: FakeApi) -> None:
    api.answers = [refused(("code", "is not one of our links"))]
    page.goto(LANDING)
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Is not one of our links.")
    expect(page.get_by_role("status")).to_contain_text("has not been sent")


def test_missing_fields_are_named_before_anything_is_sent(page: Page, api: FakeApi) -> None:
    page.goto(LANDING)
    send(page)
    expect(page.locator("#name-error")).to_have_text("Your name is required.")
    expect(page.get_by_label("Your name")).to_be_focused()
    assert api.leads == []


@pytest.mark.parametrize("failure", [HANG_UP, DOWN, Answer(200, "not ours")])
def test_when_the_server_is_away_the_request_is_kept_and_sent_later(
    page: Page, api: FakeApi, failure: Answer | str
) -> None:
    api.answers = [failure, failure]
    page.clock.install()
    page.goto(LANDING)
    fill(page)
    send(page)
    status = page.get_by_role("status")
    expect(status).to_contain_text("Not sent yet: we could not reach our server.")
    expect(status).to_contain_text("kept on this device")
    expect(status.get_by_role("link", name="(217) 555-0134")).to_have_attribute("href", "tel:+12175550134")
    assert "217 555 0155" in page.evaluate("localStorage.getItem('goodword.request')")
    page.clock.fast_forward(5_000)
    expect(page.get_by_role("button", name="Send my request")).to_be_visible()  # the second attempt is over
    expect(status).to_contain_text("Not sent yet")
    page.clock.fast_forward(15_000)
    page.wait_for_url("**/thanks/")
    assert len({lead.key for lead in api.leads}) == 1
    assert len(api.leads) == 3
    assert page.evaluate("localStorage.length") == 0


def test_a_kept_request_is_sent_when_the_page_is_opened_again(page: Page, api: FakeApi) -> None:
    api.answers = [DOWN]
    page.goto(LANDING)
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Not sent yet")
    page.goto("/r/ABCD2346/")
    page.wait_for_url("**/thanks/")
    first, second = api.leads
    assert (second.data, second.key) == (first.data, first.key)
    assert second.data["code"] == "ABCD2345"


def test_a_kept_request_that_is_refused_comes_back_into_the_form(page: Page, api: FakeApi) -> None:
    api.answers = [DOWN, refused(("phone", "is not a phone number we can call"))]
    page.goto(LANDING)
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Not sent yet")
    page.reload()
    expect(page.locator("#phone-error")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Pat Lee")
    assert page.evaluate("localStorage.length") == 0


def test_a_kept_request_can_be_taken_back(page: Page, api: FakeApi) -> None:
    api.answers = [DOWN]
    page.goto(LANDING)
    fill(page)
    send(page)
    page.get_by_role("button", name="Do not send it").click()
    expect(page.get_by_role("status")).to_contain_text("will not be sent again")
    page.reload()
    assert page.evaluate("localStorage.length") == 0
    assert len(api.leads) == 1


def test_a_request_kept_for_too_long_is_dropped(page: Page, api: FakeApi) -> None:
    api.answers = [DOWN]
    page.clock.install()
    page.goto(LANDING)
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("Not sent yet")
    api.answers = [DOWN, DOWN]
    page.evaluate(
        "() => { const kept = JSON.parse(localStorage.getItem('goodword.request'));"
        " kept.at -= 8 * 86400000; localStorage.setItem('goodword.request', JSON.stringify(kept)); }"
    )
    page.reload()
    expect(page.get_by_role("status")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_too_many_requests_are_told_and_nothing_typed_is_lost(page: Page, api: FakeApi) -> None:
    api.answers = [Answer(429, {"title": "Too many"}, {"Retry-After": "1800"})]
    page.goto(LANDING)
    fill(page)
    send(page)
    expect(page.get_by_role("status")).to_contain_text("try again in about 30 minutes")
    expect(page.get_by_role("status").get_by_role("link")).to_have_text("(217) 555-0134")
    expect(page.get_by_label("Your name")).to_have_value("Pat Lee")


def test_one_visit_is_counted_a_browser_session(page: Page, api: FakeApi) -> None:
    with page.expect_response("**/v1/visits"):
        page.goto(f"{LANDING}?via=qr")
    page.goto(LANDING)
    page.goto("/r/")
    page.goto("/thanks/")
    assert api.visits == [{"code": "ABCD2345", "channel": "qr"}]


def test_an_unknown_link_offers_the_form_and_asks_who_referred(page: Page, api: FakeApi) -> None:
    page.goto("/r/nobody/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("We do not know this link")
    fill(page)
    send(page)
    expect(page.get_by_label("Who referred you?")).to_be_focused()
    page.get_by_label("Who referred you?").fill("Jane from the bakery")
    send(page)
    page.wait_for_url("**/thanks/")
    assert api.leads[0].data["referred_by"] == "Jane from the bakery"
    assert "code" not in api.leads[0].data
    assert api.visits == []


def test_without_javascript_the_form_posts_itself(plain_page: Page, api: FakeApi) -> None:
    plain_page.goto(f"{LANDING}?via=sms")
    fill(plain_page)
    plain_page.get_by_label("Text me about my request").check()
    send(plain_page)
    plain_page.wait_for_url("**/thanks/")
    (lead,) = api.leads
    assert lead.kind == "application/x-www-form-urlencoded"
    assert {"code": "ABCD2345", "name": "Pat Lee", "kind": "form", "sms_consent": "yes"}.items() <= lead.data.items()
    assert lead.data["channel"] == lead.data["website"] == ""
    assert api.visits == []


def test_the_field_for_programs_is_out_of_sight_of_eyes_keys_and_screen_readers(page: Page) -> None:
    page.goto(LANDING)
    trap = page.locator("#website")
    box = trap.bounding_box()
    assert box is None or box["x"] + box["width"] < 0
    assert "Leave this field empty" not in page.locator("body").aria_snapshot()
    visited = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        visited.add(page.evaluate("document.activeElement.name || document.activeElement.id"))
    assert {"name", "phone", "kind", "sms_consent"} <= visited
    assert "website" not in visited


@pytest.mark.parametrize(
    "path",
    [
        LANDING,
        "/r/",
        "/",
        "/thanks/",
        "/leaderboard/",
        "/leaderboard/month/",
        "/leaderboard/embed/",
        "/thanks-to/",
        "/r/nobody/",
    ],
)
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways_or_asks_anybody_else(page: Page, api: FakeApi, path: str, width: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert all(url.startswith(api.url) for url in asked)
    assert page.context.cookies() == []


def test_everything_one_taps_is_large_enough(page: Page) -> None:
    page.goto(LANDING)
    small = page.evaluate(
        """() => [...document.querySelectorAll('main input, main select, main label.choice, button, .call, .foot a')]
          .filter((e) => e.offsetParent && !e.closest('.trap, .choice input, .consent'))
          .filter((e) => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 24)
          .filter((e) => e.type !== 'radio')
          .map((e) => e.outerHTML)"""
    )
    assert small == []
