"""A participant's own page: everything it shows and every action, at phone and desktop width."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from chalicelib.services.links import share_token
from tests.browser.console import DESK, PHONE, Console, axe, confirm, said
from tests.browser.payloads import PAYLOADS
from tests.browser.share import own_page, rebind, serving_share

SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
NOT_THERE = "0" * 64


@pytest.fixture(scope="module")
def serving(engine: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with serving_share(engine, browser, tmp_path_factory.mktemp("share")) as console:
        yield console


@pytest.fixture
def site(serving: Console) -> Console:
    return rebind(serving)


def with_friends(site: Console) -> str:
    """Somebody with a friend at each turn of the way; their code."""
    world = site.world
    jane = world.enrol("Jane Doe").id
    sam, ann, _ = (world.lead(jane, name=name).json["reference"] for name in ("Sam Lee", "Ann Ray", "Bob Stone"))
    world.clock.forward(hours=1)
    world.admin("PATCH", f"referrals/{sam}", {"stage": "paid"})
    world.admin("PATCH", f"referrals/{ann}", {"stage": "appointment"})
    world.settle_down()
    return jane


def usable(page: Page) -> None:
    """WCAG 2.2 AA by axe, and nothing wider than the screen."""
    axe(page, page.url)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@SIZES
def test_it_shows_friends_and_rewards_and_is_usable_by_everyone(site: Console, size: dict[str, int]) -> None:
    jane = with_friends(site)
    with own_page(site, jane, size) as page:
        friends = page.get_by_role("region", name="Your friends")
        for name, state in (
            ("Sam", "Job done: your reward is ready"),
            ("Ann", "Appointment made"),
            ("Bob", "Received"),
        ):
            expect(friends.get_by_role("listitem").filter(has_text=name)).to_contain_text(state)
        rewards = page.get_by_role("region", name="Your rewards")
        expect(rewards).to_contain_text("$25 service credit for your next invoice")
        expect(rewards).to_contain_text("The next step: a $50 service credit, with 2 more friends.")
        expect(rewards.get_by_role("listitem")).to_contain_text("For Sam")
        assert not {"Lee", "Ray", "Stone", "555"} & set(re.findall(r"\w+", page.get_by_role("main").inner_text()))
        usable(page)
        for paper in ("Print a card", "Print coupons"):
            page.get_by_role("button", name=paper).click()
            usable(page)
            page.get_by_role("button", name="Back to my page").click()
        # Shared by the browser's own menu, it is the public link that travels.
        assert page.locator("link[rel=canonical]").get_attribute("href") == f"{site.url}/r/{jane}/"


def test_each_way_to_share_carries_the_words_and_its_own_mark(site: Console) -> None:
    """P2, S9: the words have the proof and the disclosure; the office sees which way a friend came."""
    jane = site.world.enrol("Jane Doe").id
    with own_page(site, jane) as page:
        ways = {link.inner_text(): link.get_attribute("href") or "" for link in page.locator(".ways a").all()}
        link = f"{site.url}/r/{jane}/?via="
        assert list(ways) == ["Text message", "WhatsApp", "E-mail", "Facebook"]
        starts = ("sms:?&body=", "https://wa.me/?text=", "mailto:?subject=", "https://www.facebook.com/sharer/")
        assert all(href.startswith(start) for href, start in zip(ways.values(), starts, strict=True))
        for name, channel in (("Text message", "sms"), ("WhatsApp", "whatsapp"), ("E-mail", "email")):
            words = unquote(ways[name])
            assert all(part in words for part in (link + channel, "https://maple.example.com", "I get a reward")), name
        assert parse_qs(urlsplit(ways["Facebook"]).query) == {"u": [f"{link}facebook"]}
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        for name, copied in (("Copy the link", "The link is copied."), ("Copy the message", "The message is copied.")):
            page.get_by_role("button", name=name).click()
            expect(page.get_by_role("status")).to_have_text(copied)
            assert f"{link}copy" in page.evaluate("navigator.clipboard.readText()")


def test_the_phones_own_list_of_ways_is_offered_where_there_is_one(site: Console) -> None:
    jane = site.world.enrol("Jane Doe").id
    token = share_token(site.world.program.ports, site.world.participant(jane))
    with site.page(PHONE) as page:
        page.add_init_script("navigator.share = async (given) => { window.given = given; }")
        page.goto(f"{site.url}/share/#{token}")
        page.get_by_role("button", name="Share", exact=True).click()
        assert f"/r/{jane}/?via=link" in page.evaluate("window.given.text")


def test_card_and_coupons_fit_their_paper(site: Console) -> None:
    """US Letter: one page, with the offer, the link in words, a code for paper, the disclosure, and nothing else."""
    jane = site.world.enrol("Jane Doe").id
    with own_page(site, jane, DESK) as page:
        expect(page.get_by_role("img", name="QR code of your link")).to_be_visible()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save the picture").click()
        assert saved.value.suggested_filename == "my-link.svg"
        for button, pieces in (("Print a card", 1), ("Print coupons", 8)):
            with page.expect_request("**/v1/share/qr?via=print"):
                page.get_by_role("button", name=button).click()
            page.get_by_role("button", name="Back to my page").wait_for()
            page.evaluate("window.print = () => { window.printed = true; }")
            page.get_by_role("button", name="Print", exact=True).click()
            assert page.evaluate("window.printed")
            page.emulate_media(media="print")
            page.set_viewport_size({"width": 739, "height": 700})  # 7.7 inches between the margins
            assert page.locator("article").count() == page.locator("article svg").count() == pieces
            for words in ("Maple Street Plumbing", f"/r/{jane}", "Jane gets a reward if you become our customer."):
                expect(page.locator("article").last).to_contain_text(words)
            assert page.evaluate("document.documentElement.scrollHeight") <= 10.2 * 96
            assert not page.get_by_role("banner").is_visible()
            assert not page.get_by_role("button", name="Print", exact=True).is_visible()
            page.emulate_media(media="screen")
            page.get_by_role("button", name="Back to my page").click()


def test_a_name_and_a_link_are_chosen(site: Console) -> None:
    """P16, P22: what cannot be had is said beside the field and changes nothing."""
    world = site.world
    jane = world.enrol("Jane Doe").id
    world.admin("PATCH", f"participants/{world.enrol('Bob Ray').id}", {"add_alias": "taken-already"})
    with own_page(site, jane) as page:
        page.get_by_label("My first name only").check()
        expect(page.get_by_text("You stand there as: Jane", exact=True)).to_be_visible()
        page.get_by_label("No name: show me as Anonymous").check()
        expect(page.get_by_text("You stand there as: Anonymous")).to_be_visible()
        assert world.participant(jane).leaderboard_name == "hidden"
        for typed, said in (
            ("", "is required"),
            ("<b>", "must be 3 to 40 letters"),
            ("taken-already", "belongs to somebody"),
        ):
            page.get_by_label("A name for your link").fill(typed)
            page.get_by_role("button", name="Make this link").click()
            expect(page.locator("#alias-form .error:visible")).to_contain_text(said)
        page.get_by_label("A name for your link").fill("Jane the Great")
        page.get_by_role("button", name="Make this link").click()
        expect(page.get_by_role("link", name=f"{site.url}/r/jane-the-great/")).to_be_visible()
        world.settle_down()
        page.goto(f"{site.url}/r/jane-the-great/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Jane")
    assert world.participant(jane).aliases == ("jane-the-great",)


def test_a_friend_is_introduced_once_with_words_to_send(site: Console) -> None:
    """M19, F6: what is missing is said; a second try after a broken line is the same introduction."""
    world = site.world
    jane = world.enrol("Jane Doe").id
    with own_page(site, jane) as page:
        part = page.get_by_role("region", name="Introduce a friend")
        send = part.get_by_role("button", name="Introduce them")
        send.click()
        expect(part.locator(".error:visible")).to_have_text("Your friend's name is required.")
        part.get_by_label("Your friend's name").fill("Kim Ray")
        send.click()
        expect(part.locator(".error:visible")).to_contain_text("or email is needed")
        part.get_by_label("Their phone number").fill("12")
        send.click()
        expect(part.locator(".error:visible")).to_contain_text("is not a phone number")
        part.get_by_label("Their phone number").fill("(212) 555-0142")
        part.get_by_label("Yes, they agreed").check()
        part.get_by_label("What they need").select_option("Leaks")
        page.route("**/v1/share/referrals", arrive_without_answer, times=1)
        send.click()
        expect(part.get_by_role("alert")).to_contain_text("cannot be reached")
        assert part.get_by_label("Your friend's name").input_value() == "Kim Ray"
        send.click()
        expect(part.get_by_text("Hi Kim, I told Maple Street Plumbing about you")).to_be_visible()
        assert unquote(part.get_by_role("link", name="Send as a text").get_attribute("href") or "").count("Hi Kim") == 1
        usable(page)
        part.get_by_role("button", name="Introduce somebody else").click()
        expect(part.get_by_label("Your friend's name")).to_have_value("")
    found = world.admin("GET", f"referrals?participant={jane}").json["items"]
    made = [
        (one["prospect"]["name"], one["service"], one["agreed_to_call"])
        for one in found
        if one["participant_id"] == jane
    ]
    assert made == [("Kim Ray", "Leaks", True)]


def arrive_without_answer(route: Route) -> None:
    """The request arrives; the answer is lost on the way back."""
    route.fetch()
    route.abort()


def test_a_lost_link_is_sent_again_and_tells_nobody_whom_we_know(site: Console) -> None:
    world = site.world
    ann = world.enrol("Ann Lee", phone="+12125550143")
    said = set()
    with site.page(PHONE) as page:
        for contact in (ann.phone, "nobody@example.com"):
            page.goto(f"{site.url}/share/")
            page.reload()
            usable(page)
            page.get_by_role("button", name="Send me my link").click()
            expect(page.locator(".error:visible")).to_have_text("Your phone number or e-mail is required.")
            page.get_by_label("Your phone number or e-mail").fill("12")
            page.get_by_role("button", name="Send me my link").click()
            expect(page.locator(".error:visible")).to_contain_text("is not a phone number")
            page.get_by_label("Your phone number or e-mail").fill(contact or "")
            page.get_by_role("button", name="Send me my link").click()
            expect(page.get_by_role("heading", name="Look for our message")).to_be_focused()
            said.add(page.get_by_role("main").inner_text())
        usable(page)
        assert len(said) == 1
        world.settle_down()
        (sent,) = [line["text"] for line in world.sent_lines() if line["to"] == ann.phone]
        page.goto("about:blank")
        page.goto(re.search(r"\S+/share/#\w+", sent)[0])  # type: ignore[index]  # it is there, or the test fails
        expect(page.get_by_role("heading", name="Hello Ann")).to_be_visible()


def test_an_old_and_a_strangers_link_open_nothing(site: Console) -> None:
    world = site.world
    jane = world.enrol("Jane Doe")
    old = share_token(world.program.ports, jane)
    world.admin("PATCH", f"participants/{jane.id}", {"new_share_link": True})
    with site.page(PHONE) as page:
        for token in (old, NOT_THERE):
            page.goto(f"{site.url}/share/#{token}")
            expect(page.get_by_text("This link is not valid any more.")).to_be_visible()
            expect(page.get_by_label("Your phone number or e-mail")).to_be_visible()
            assert "Jane" not in page.content()


def test_the_office_names_the_day_and_gives_a_new_link(site: Console) -> None:
    """M7: what staff set in the console is what the referrer reads; where somebody else has the link, it ends."""
    world = site.world
    jane = world.enrol("Jane Doe")
    reference = world.lead(jane.id).json["reference"]
    old = share_token(world.program.ports, jane)
    world.clock.forward(minutes=1)
    with site.signed_in("staff") as page:
        site.show(page, f"referrals/{reference}")
        expect(page.get_by_label("Appointment on")).to_be_hidden()
        page.get_by_label("Stage").select_option("appointment")
        page.get_by_label("Appointment on").fill("2026-05-06")
        page.get_by_role("button", name="Set", exact=True).click()
        said(page, "New is now Appointment")
        site.show(page, f"participants/{jane.id}")
        page.get_by_role("button", name="New link to their own page").click()
        confirm(page, "Give a new one")
        said(page, "Done.")
    with own_page(site, jane.id) as page:
        expect(page.get_by_text("Appointment on Wednesday")).to_be_visible()
        page.goto("about:blank")
        page.goto(f"{site.url}/share/#{old}")
        expect(page.get_by_text("This link is not valid any more.")).to_be_visible()


def test_its_address_stays_a_bookmark(site: Console) -> None:
    """The token is nowhere but in the address; skipping to the content by keyboard does not lose it."""
    jane = site.world.enrol("Jane Doe").id
    token = share_token(site.world.program.ports, site.world.participant(jane))
    with own_page(site, jane) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Hello Jane")).to_be_visible()
        expect(page).to_have_url(f"{site.url}/share/#{token}")
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        assert token not in kept
        page.reload()
        expect(page.get_by_role("heading", name="Hello Jane")).to_be_visible()


def test_while_our_server_is_away_the_link_still_works(site: Console) -> None:
    """On the device that showed it before; on another one the page says what is so. Both recover by themselves."""
    jane = site.world.enrol("Jane Doe").id
    token = share_token(site.world.program.ports, site.world.participant(jane))
    with own_page(site, jane) as page:
        page.route("**/v1/share", lambda route: route.abort())
        page.reload()
        expect(page.get_by_text("Your link works all the same.")).to_be_visible()
        expect(page.get_by_role("link", name=f"{site.url}/r/{jane}/")).to_be_visible()
        expect(page.get_by_role("link", name="WhatsApp")).to_be_visible()
        usable(page)
        page.unroute("**/v1/share")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("region", name="Your friends")).to_be_visible()
    with site.page(PHONE) as page:
        page.route("**/v1/share", lambda route: route.fulfill(status=503, json={"detail": "away"}))
        page.goto(f"{site.url}/share/#{token}")
        expect(page.get_by_text("Nothing is lost. We try again by ourselves.")).to_be_visible()
        expect(page.get_by_role("main").get_by_role("link", name="(217) 555-0134")).to_be_visible()
        page.unroute("**/v1/share")
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_role("heading", name="Hello Jane")).to_be_visible()


def test_nothing_that_it_is_told_becomes_a_script(site: Console) -> None:
    """200 payloads in every text of every answer it reads, whoever wrote them."""
    world = site.world
    offer = {
        "id": "x",
        "segment": "partner",
        "headline": PAYLOADS[1],
        "friend_text": PAYLOADS[2],
        "referrer_text": PAYLOADS[3],
    }
    world.settings(offers=[*world.program.settings().raw["offers"], offer])
    partner = world.enrol("Pat Doe").id
    with own_page(site, partner) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        answer = world.http("GET", "/v1/share", headers={"authorization": f"Share {_token(site, partner)}"}).json
        page.route("**/v1/share", lambda route: route.fulfill(json=poisoned(answer)))
        page.route(
            "**/v1/share/referrals", lambda route: route.fulfill(status=202, json={"text": PAYLOADS[7], "texted": True})
        )
        page.reload()
        expect(page.get_by_role("region", name="Your friends").get_by_role("listitem")).to_have_count(200)
        harmless(page)
        page.get_by_label("Your friend's name").fill(PAYLOADS[8])
        page.get_by_role("button", name="Introduce them").click()
        expect(page.get_by_text("Thank you: we have it")).to_be_visible()
        harmless(page)
        page.get_by_role("button", name="Print a card").click()
        page.get_by_role("button", name="Back to my page").wait_for()
        harmless(page)
        page.unroute("**/v1/share")
        problem = {"errors": [{"field": "alias", "message": PAYLOADS[9]}, {"field": PAYLOADS[10], "message": "x"}]}
        page.route("**/v1/share", lambda route: route.fulfill(status=400, json=problem))
        page.get_by_role("button", name="Back to my page").click()
        page.get_by_label("A name for your link").fill("jane")
        page.get_by_role("button", name="Make this link").click()
        expect(page.locator("#alias-error")).to_contain_text(PAYLOADS[9])
        harmless(page)


def _token(site: Console, code: str) -> str:
    return share_token(site.world.program.ports, site.world.participant(code))


def harmless(page: Page) -> None:
    assert page.evaluate("window.pwned") is None
    assert page.locator("main script, main iframe, main img, main object, main embed, main style").count() == 0
    hrefs = page.eval_on_selector_all("main a", "links => links.map((link) => link.protocol)")
    assert not {"javascript:", "data:"} & set(hrefs)


def poisoned(answer: object) -> object:
    """The answer with a payload for every text in it, and two hundred friends and rewards with a different one each."""
    page = json.loads(json.dumps(answer))
    friends = [{"first_name": one, "state": one, "since": one} for one in PAYLOADS]
    rewards = [
        {"for": one, "text": one, "state": one, "discount_code": one, "card_link": one, "since": one}
        for one in PAYLOADS
    ]
    payloads = iter(PAYLOADS * 5)

    def bad(value: object) -> object:
        if isinstance(value, dict):
            return {name: bad(part) for name, part in value.items()}
        return next(payloads) if isinstance(value, str) else value

    poison: dict[str, object] = {name: bad(value) for name, value in page.items()}
    kept = {"currency": "USD", "credit_cents": 100, "link": page["link"]}
    offer = {"headline": PAYLOADS[0], "friend_text": PAYLOADS[1]}
    tier = {"more": 2, "text": PAYLOADS[2]}
    return {**poison, **kept, "offer": offer, "next_tier": tier, "referrals": friends, "rewards": rewards,
            "aliases": [{"alias": PAYLOADS[3], "link": page["link"]}]}  # fmt: skip
