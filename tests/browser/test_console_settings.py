"""Settings, words and access in the console: what is refused says why beside it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.console import Console, confirm, said


def unfold(page: Page, title: str) -> None:
    page.locator("summary").filter(has_text=re.compile(f"^{title}$")).first.click()


def test_a_setting_that_cannot_be_says_why_beside_it(console: Console) -> None:
    world = console.world
    with console.signed_in() as page:
        console.show(page, "settings")
        unfold(page, "Rewards")
        version = world.program.ports.store.settings.get().version
        cap = page.get_by_label("At most this much for one participant in a month")
        cap.press_sequentially("100-50")
        page.get_by_role("button", name="Save Rewards", exact=True).click()
        expect(cap).to_have_accessible_description(re.compile("is not a number"))
        assert world.program.ports.store.settings.get().version == version
        cap.fill("")
        days = page.get_by_label("Days to wait before it is given")
        days.fill("900")
        page.get_by_label("From this many closed").first.fill("0")
        page.get_by_role("button", name="Save Rewards", exact=True).click()
        expect(days).to_have_accessible_description("must be a whole number from 0 to 365.")
        expect(page.get_by_label("From this many closed").first).to_have_attribute("aria-invalid", "true")
        days.fill("7")
        page.get_by_label("From this many closed").first.fill("2")
        page.get_by_label("Each is worth").first.fill("30.50")
        page.get_by_role("button", name="Save Rewards", exact=True).click()
        said(page, "Rewards: saved")
        expect(page.get_by_label("Days to wait before it is given")).to_have_value("7")
    settings = world.program.ports.store.settings.get()
    assert settings.hold_days == 7
    assert (settings.rewards["customer"].tiers[0].at, settings.rewards["customer"].tiers[0].amount_cents) == (2, 3050)
    assert len(settings.rewards["customer"].tiers) == 3


def test_words_that_may_not_be_are_refused_beside_them_and_others_are_sent(console: Console) -> None:
    world = console.world
    with console.signed_in() as page:
        console.show(page, "settings")
        unfold(page, "Reminder")
        words = page.get_by_label("SMS", exact=True).and_(page.locator("details[open] textarea"))
        words.fill("We need referrals, {{ first_name }}: {{ link }}")
        page.get_by_role("button", name="Save Reminder", exact=True).click()
        expect(words).to_have_attribute("aria-invalid", "true")
        assert world.program.ports.store.settings.get().messages == {}
        words.fill("")
        page.get_by_role("button", name="Start from the words in force: Reminder").click()
        good = words.input_value().replace("again, in case a friend asks", "once more")
        assert "once more" in good
        words.fill(good)
        page.get_by_role("button", name="Save Reminder", exact=True).click()
        said(page, "Reminder: saved")
    assert world.program.ports.store.settings.get().messages["reminder"]["sms"] == good


def test_whatever_has_no_form_is_changed_as_json(console: Console) -> None:
    world = console.world
    with console.signed_in() as page:
        console.show(page, "settings")
        unfold(page, "Connections, .*")
        unfold(page, "Leaderboard size")
        size = page.get_by_role("textbox", name="Leaderboard size as JSON")
        for typed, words in (("{", "not JSON"), ("900", "leaderboard_size")):
            size.fill(typed)
            page.get_by_role("button", name="Save Leaderboard size as JSON").click()
            expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        size.fill("30")
        page.get_by_role("button", name="Save Leaderboard size as JSON").click()
        said(page, "saved")
    assert world.program.ports.store.settings.get().leaderboard_size == 30


def test_people_and_keys_are_made_and_shut_out(console: Console) -> None:
    world = console.world
    with console.signed_in() as page:
        console.show(page, "people")
        page.get_by_role("button", name="Add a person").click()
        page.get_by_label("Name").fill("Kim Office")
        page.get_by_label("E-mail").fill("kim@example.com")
        confirm(page, "Add", None)
        said(page, "can sign in now")
        page.get_by_role("button", name="Shut out: Kim Office").click()
        confirm(page, "Change", None)
        said(page, "Done")
        page.get_by_role("button", name="Make a key").click()
        page.get_by_label("For which program").fill("CRM")
        confirm(page, "Make it", None)
        key = page.get_by_role("dialog").get_by_text(".", exact=False).nth(0).inner_text()
        confirm(page, "I have it", None)
        assert world.admin("GET", "participants", key=key).status == 200
        page.get_by_role("button", name=f"Revoke {key.partition('.')[0]}").click()
        confirm(page, "Revoke", None)
        said(page, "Revoked")
    assert world.admin("GET", "participants", key=key).status == 401
    users = {user["name"]: user["disabled_at"] for user in world.admin("GET", "users").json["items"]}
    assert users["Kim Office"] is not None
