"""The console: every view and every action, by mouse and by keyboard, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.console import DESK, PHONE, Console, axe, confirm, referral, said
from tests.browser.payloads import PAYLOADS

VIEWS = ("today", "participants", "referrals", "rewards", "messages", "numbers", "settings", "people", "audit")


def test_a_person_asks_for_a_code_and_types_it(console: Console) -> None:
    user = console.user()
    with console.page(PHONE) as page:
        page.goto(f"{console.url}/admin/")
        page.get_by_label("Your e-mail or phone number").fill(user.phone or "")
        with page.expect_response("**/v1/admin/sign-in") as answered:
            page.get_by_role("button", name="Send them").click()
        sign_in = answered.value.json()["sign_in"]
        page.get_by_label("Code").fill("12")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("ask for a new one")
        page.get_by_label("Code").fill(console.world.program.ports.pseudonyms.sign_in_code(sign_in))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_link_lets_in_once_and_leaves_the_address_bar(console: Console) -> None:
    link = console.link(console.user())
    with console.page() as page:
        page.goto(link)
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
        assert page.url == f"{console.url}/admin/#today"
        page.reload()
        expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    with console.page() as page:
        page.goto(link)
        said(page, "is not right, was used")
        expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()


def test_signing_out_shows_nothing_any_more(console: Console) -> None:
    with console.signed_in() as page:
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()
        page.goto(f"{console.url}/admin/#participants")
        page.reload()
        expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()


def test_a_session_that_ends_leads_back_to_the_door(console: Console) -> None:
    with console.signed_in() as page:
        console.world.clock.forward(hours=2)
        page.get_by_role("link", name="Referrals").click()
        said(page, "Your session has ended")
        expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()


def test_what_is_the_owners_is_not_shown_to_staff(console: Console) -> None:
    with console.signed_in("staff") as page:
        shown = page.get_by_role("navigation").get_by_role("link")
        assert shown.all_inner_texts() == ["Today", "Participants", "Referrals", "Rewards", "Messages", "Numbers"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_view_is_usable_by_everyone(console: Console, size: dict[str, int]) -> None:
    """WCAG 2.2 AA by axe, and nothing wider than the screen."""
    world = console.world
    one = referral(world, message="The tap drips")
    world.lead(None, referred_by="Jane")
    jane = world.admin("GET", f"referrals/{one}").json["participant_id"]
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{one}", {"stage": "invoiced"})
    world.settle_down()
    with console.signed_in(size=size) as page:
        for view in (*VIEWS, f"participants/{jane}", f"referrals/{one}"):
            console.show(page, view)
            for summary in page.locator("summary").all():
                summary.click()
            axe(page, view)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, view


def test_a_new_lead_is_called_and_gets_an_appointment(console: Console) -> None:
    world = console.world
    one, other = referral(world, "Sam Lee"), referral(world, "Ann Ray")
    with console.signed_in() as page:
        world.clock.forward(minutes=1)
        page.get_by_role("button", name="Called Sam Lee").click()
        said(page, "New is now Contacted")
        expect(page.get_by_role("button", name="Called Sam Lee")).to_have_count(0)
        page.get_by_role("button", name="Appointment with Ann Ray").click()
        said(page, "New is now Appointment")
    assert [world.admin("GET", f"referrals/{id}").json["stage"] for id in (one, other)] == ["contacted", "appointment"]


def test_it_is_done_by_keyboard_alone(console: Console) -> None:
    world = console.world
    one = referral(world)
    with console.signed_in() as page:
        world.clock.forward(minutes=1)
        page.keyboard.press("Tab")
        for _ in range(40):
            if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Called Sam Lee":
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        said(page, "New is now Contacted")
    assert world.admin("GET", f"referrals/{one}").json["stage"] == "contacted"


def test_an_answer_is_confirmed_by_a_person(console: Console) -> None:
    world = console.world
    jane = world.enrol("Jane Doe")
    mention = world.lead(None, name="Sam Lee", referred_by="Jane").json["reference"]
    world.settle_down()
    with console.signed_in() as page:
        page.get_by_role("button", name="Find who referred Sam Lee").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("It was").select_option(jane.id)
        confirm(page, "This is who referred them", None)
        said(page, "Attributed")
    assert world.admin("GET", f"referrals/{mention}").json["participant_id"] == jane.id


def test_whom_an_answer_may_mean_is_shown_and_nobody_chosen(console: Console) -> None:
    """S10: a nickname is found, and what says so stands beside it."""
    world = console.world
    bob = world.enrol("Robert Smith")
    mention = world.lead(None, name="Sam Lee", referred_by="my neighbor Bob Smith").json["reference"]
    world.settle_down()
    with console.signed_in() as page:
        page.get_by_role("button", name="Find who referred Sam Lee").click()
        choice = page.get_by_role("dialog").get_by_label("It was")
        expect(choice.get_by_role("option")).to_have_text([re.compile(rf"^Robert Smith \({bob.id}\): a similar name")])
        expect(choice).to_have_value("")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Nobody knows who referred Sam Lee").click()
        confirm(page, "Nobody we know", "nobody remembers him")
        said(page, "Noted")
        expect(page.get_by_role("button", name="Find who referred Sam Lee")).to_have_count(0)
    assert world.admin("GET", f"referrals/{mention}").json["referrer_unknown"] is True


def test_a_reward_is_approved_used_and_nothing_without_a_reason(console: Console) -> None:
    world = console.world
    world.settings(rewards={"customer": {"kind": "gift_card"}})
    one = referral(world)
    world.clock.forward(minutes=1)
    reward = world.admin("PATCH", f"referrals/{one}", {"stage": "invoiced"}).json["reward_id"]
    with console.signed_in() as page:
        page.get_by_role("button", name="Issue:").click()
        confirm(page, "Issue", None)
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        assert world.admin("GET", f"rewards/{reward}").json["status"] == "pending"
        page.get_by_role("button", name="Issue:").click()
        confirm(page, "Issue", "approved by the owner")
        said(page, "Issued")
        console.show(page, "rewards")
        page.get_by_role("button", name="Take back:").click()
        confirm(page, "Take back", "it was a mistake")
        said(page, "Reversed")
    assert world.admin("GET", f"rewards/{reward}").json["status"] == "reversed"


def test_a_flagged_referral_is_decided(console: Console) -> None:
    world = console.world
    jane = world.enrol("Jane Doe")
    one = world.lead(jane.id, name="Jane Doe").json["reference"]
    world.settle_down()
    with console.signed_in() as page:
        page.get_by_role("button", name="Approve Jane Doe").click()
        confirm(page, "Approve", "mother and daughter")
        said(page, "Approved")
    assert world.admin("GET", f"referrals/{one}").json["review"] == "approved"


def test_an_attribution_is_moved_and_removed_with_its_consequences_shown_first(console: Console) -> None:
    world = console.world
    one = referral(world)
    mei = world.enrol("Mei Chen")
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{one}", {"stage": "invoiced"})
    world.settle_down()
    with console.signed_in() as page:
        console.show(page, f"referrals/{one}")
        page.get_by_role("button", name="Move to another referrer").click()
        page.get_by_label("Search by the beginning of the name").fill("Mei")
        page.get_by_label("It was").select_option(mei.id)
        confirm(page, "Move it")
        said(page, "Moved")
        assert world.admin("GET", f"referrals/{one}").json["participant_id"] == mei.id
        page.get_by_role("button", name="Remove the attribution").click()
        expect(page.get_by_role("dialog")).to_contain_text("$25.00 is reversed")
        confirm(page, "Remove it")
        said(page, "Removed")
    assert world.admin("GET", f"referrals/{one}").json["deleted_at"] is not None


def test_somebody_is_added_asked_and_let_be(console: Console) -> None:
    world = console.world
    with console.signed_in(size=PHONE) as page:
        console.show(page, "participants")
        page.get_by_role("button", name="Add somebody").click()
        page.get_by_label("Name", exact=True).fill("Rosa Diaz")
        page.get_by_label("Phone").fill("(212) 555-0147")
        confirm(page, "Add", None)
        said(page, "has the link")
        page.get_by_label("Search by the beginning of the name").fill("Rosa")
        page.get_by_role("link", name="Rosa Diaz").click()
        page.get_by_role("button", name="Text the link now").click()
        expect(page.get_by_role("dialog")).to_contain_text("all the same?")
        confirm(page, "Text it", "she asked at the door")
        said(page, "on its way")
        page.get_by_role("button", name="Wants no messages").click()
        confirm(page, "No more messages", None)
        said(page, "Done")
    [rosa] = world.admin("GET", "participants?search=Rosa").json["items"]
    assert (rosa["opted_out"], rosa["invitation"]["status"]) == (True, "sent")


def test_the_owner_makes_an_exception_renames_and_adds_a_link(console: Console) -> None:
    world = console.world
    jane = world.enrol("Jane Doe").id
    with console.signed_in() as page:
        console.show(page, f"participants/{jane}")
        page.get_by_text("Make an exception to the rewards").click()
        page.get_by_label("From this many closed").fill("0")
        page.get_by_role("button", name="Save the exception").click()
        expect(page.get_by_label("From this many closed")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("From this many closed").fill("1")
        page.get_by_label("Each is worth").fill("99")
        page.get_by_role("button", name="Save the exception").click()
        said(page, "The exception holds")
        assert world.participant(jane).reward_plan.tiers[0].amount_cents == 9900
        page.get_by_role("button", name="Take the exception away").click()
        said(page, "Done")
        page.get_by_role("button", name="Rename").click()
        page.get_by_role("dialog").get_by_label("Name").fill("Jane Roe")
        confirm(page, "Rename", None)
        expect(page.get_by_role("heading", name="Jane Roe")).to_be_visible()
        page.get_by_role("button", name="Add a link").click()
        page.get_by_role("dialog").get_by_label("Name in the link").fill("jane-roe-of-elm-street")
        with page.expect_response(lambda answer: answer.request.method == "PATCH") as changed:
            confirm(page, "Add it", None)
        assert changed.value.status == 200
    found = world.participant(jane)
    assert (found.name, found.reward_plan, found.aliases) == ("Jane Roe", None, ("jane-roe-of-elm-street",))
    with console.signed_in("staff") as page:
        console.show(page, f"participants/{jane}")
        expect(page.get_by_role("button", name="Rename")).to_be_visible()
        expect(page.get_by_text("Make an exception to the rewards")).to_have_count(0)


def test_a_promise_is_recorded_and_a_review_held(console: Console) -> None:
    world = console.world
    jane = world.enrol("Jane Doe", phone="+12125550142")
    customer = {"customer": {"phone": "+12125550142"}}
    world.event("job.completed", customer)
    world.event("review.scored", {**customer, "review": {"score": 5}})
    world.settle_down()
    with console.signed_in() as page:
        console.show(page, f"participants/{jane.id}")
        page.get_by_role("button", name="Record a promise").click()
        page.get_by_label("How many").fill("2")
        page.get_by_label("Until").fill("2026-08-01")
        confirm(page, "Record it", None)
        said(page, "Recorded")
    [promise] = world.admin("GET", "commitments").json["items"]
    assert (promise["promised"], promise["due_on"]) == (2, "2026-08-01")
    world.clock.forward(days=95)
    world.settle_down()
    with console.signed_in() as page:
        page.get_by_role("button", name=f"Withdraw the promise of {jane.id}").click()
        confirm(page, "Withdraw", None)
        said(page, "Withdrawn")
        page.get_by_role("button", name="Results review with Jane Doe").click()
        confirm(page, "Keep it", None)
        said(page, "Kept")
        expect(page.get_by_text("No review is due.")).to_be_visible()
    assert world.admin("GET", f"participants/{jane.id}").json["results_review"]["outcome"] == "good"


def test_a_program_that_cannot_be_reached_is_said_to_be(console: Console) -> None:
    with console.signed_in() as page:
        page.route("**/v1/admin/participants**", lambda route: route.abort())
        page.get_by_role("link", name="Participants").click()
        expect(page.get_by_text("The program cannot be reached. Nothing was changed")).to_be_visible()


def test_nothing_that_people_write_becomes_a_script(console: Console) -> None:
    """200 payloads through what forms, hooks and staff may write, into every view; a name takes none of them."""
    world = console.world
    assert len(PAYLOADS) == 200
    jane = world.enrol("Jane Doe").id
    one = ""
    for start in range(0, 200, 4):
        message, service, answer, note = PAYLOADS[start : start + 4]
        assert world.lead(None, name=message, referred_by="Jane").status == 400
        assert world.lead(None, referred_by=answer).status == 202
        one = world.lead(jane, message=message, service=service[:80]).json["reference"]
        world.clock.forward(seconds=1)
        moved = world.admin("PATCH", f"referrals/{one}", {"stage": "contacted", "note": note})
        assert moved.status == 200
    world.settings(business={"tagline": PAYLOADS[0], "services": PAYLOADS[:5]})
    with console.signed_in() as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for view in (*VIEWS, f"participants/{jane}", f"referrals/{one}"):
            console.show(page, view)
            for more in page.get_by_role("button", name="Show more").all():
                more.click()
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.pwned") is None, view
            assert page.locator("main script, main iframe, main img, main svg:not(.chart), main object").count() == 0, (
                view
            )
