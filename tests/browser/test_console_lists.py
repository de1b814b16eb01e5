"""Lists in the console: as a board, as a file, from a file, and as numbers."""

import re

from playwright.sync_api import expect

from tests.browser.console import Console, axe, confirm, referral, said


def test_a_card_moves_along_the_board(console: Console) -> None:
    world = console.world
    one, other = referral(world, "Sam Lee"), referral(world, "Ann Ray")
    with console.signed_in() as page:
        console.show(page, "referrals")
        page.get_by_role("button", name="Board").click()
        page.get_by_role("button", name="Sam Lee: Contacted").click()
        said(page, "Contacted")
        page.get_by_label("Stage of Ann Ray", exact=True).focus()
        page.keyboard.press("I")
        page.keyboard.press("ArrowDown")
        assert world.admin("GET", f"referrals/{other}").json["stage"] == "new"
        page.get_by_label("Stage of Ann Ray", exact=True).select_option("lost")
        for label, stage in (("Cancel", "new"), ("Set it", "lost")):
            page.get_by_role("button", name="Set the stage of Ann Ray").click()
            confirm(page, label, None)
            if stage == "lost":
                said(page, "Lost")
            assert world.admin("GET", f"referrals/{other}").json["stage"] == stage
        axe(page, "board")
        page.get_by_role("button", name="List").click()
        expect(page.get_by_role("table")).to_be_visible()
    assert [world.admin("GET", f"referrals/{id}").json["stage"] for id in (one, other)] == ["contacted", "lost"]


def test_a_list_is_saved_as_a_file(console: Console) -> None:
    world = console.world
    referral(world, "Sam Lee")
    with console.signed_in() as page:
        for kind in ("participants", "referrals", "messages"):
            console.show(page, kind)
            with page.expect_download() as saved:
                page.get_by_role("button", name="Save as a file").nth(-2 if kind == "participants" else -1).click()
            assert saved.value.suggested_filename == f"{kind}.csv"
            text = saved.value.path().read_bytes().decode("utf-8-sig")
            assert text.encode() == world.admin("GET", f"exports/{kind}.csv").body.removeprefix(b"\xef\xbb\xbf")
            assert len(text.splitlines()) > 1


def test_people_come_from_a_spreadsheet_after_a_look(console: Console) -> None:
    world = console.world
    rows = "".join(f'"Person, {n}",+1212555{n:04d}\n' for n in range(300))
    rows = rows.replace('"Person, 299"', '"Two\nLines"') + "Nobody,12\n"
    people = world.program.ports.store.participants
    with console.signed_in() as page:
        console.show(page, "participants")
        for label in ("Cancel", "Add them"):
            page.get_by_role("button", name="Add from a spreadsheet").click()
            page.get_by_label("CSV file").set_input_files(
                {"name": "people.csv", "mimeType": "text/csv", "buffer": f"\ufeffname,phone\n{rows}".encode()}
            )
            page.get_by_role("button", name="Look at it first").click()
            dialog = page.get_by_role("dialog")
            expect(dialog).to_contain_text("300 would be added, 0 changed, 0 left as they are, 1 refused.")
            expect(dialog).to_contain_text("Line 303: phone")
            assert people.page(search=None, limit=5, cursor=None)[0] == []
            dialog.get_by_role("button", name=label).click()
        said(page, "300 were added")
        expect(page.get_by_role("link", name="Two Lines")).to_have_count(0)
    assert len(list(people.everyone())) == 300


def test_the_numbers_say_where_it_breaks(console: Console) -> None:
    world = console.world
    jane = world.enrol("Jane Doe").id
    for _ in range(20):
        world.http("POST", "/v1/visits", {"code": jane, "channel": "sms"})
    one = world.lead(jane, channel="sms").json["reference"]
    world.settle_down()
    world.clock.forward(minutes=1)
    world.admin("PATCH", f"referrals/{one}", {"stage": "invoiced"})
    world.settle_down()
    with console.signed_in() as page:
        console.show(page, "numbers")
        expect(page.get_by_text("It breaks most between views and leads: 19 of 20 went no further.")).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("Month by month: Leads 1, Closed 1"))).to_be_visible()
        table = page.get_by_role("table", name="By channel")
        row = table.get_by_role("row", name=re.compile("SMS"))
        assert row.get_by_role("cell").all_inner_texts() == ["SMS", "20", "1 (5 %)", "1 (100 %)", "1 (100 %)", "-"]
