"""Public pages follow what changes, through the stream (P14, P22)."""

import json
from pathlib import Path

from chalicelib.site.refresh import build_all, refresh_site
from tests.world import World


def page(world: World, path: str) -> str:
    content = world.program.site_store.get(path)
    return content.decode() if content else ""


def test_enrolling_publishes_the_landing_page(world: World) -> None:
    """P1, P14: the page is there as soon as the stream was read."""
    jane = world.enrol("Jane Doe")
    world.pump.drain()
    html = page(world, f"r/{jane.id}/index.html")
    assert "Jane" in html
    assert "Doe" not in html


def test_renaming_publishes_the_page_again(world: World) -> None:
    jane = world.enrol("Jane Doe")
    world.pump.drain()
    world.admin("PATCH", f"participants/{jane.id}", {"name": "Janet Doe"})
    world.pump.drain()
    assert "Janet" in page(world, f"r/{jane.id}/index.html")


def test_an_alias_is_a_page_of_its_own_with_the_canonical_code(world: World) -> None:
    """Rule 1: an alias resolves as the code does."""
    jane = world.enrol("Jane Doe")
    world.admin("PATCH", f"participants/{jane.id}", {"add_alias": "jane-doe"})
    world.pump.drain()
    assert f'value="{jane.id}"' in page(world, "r/jane-doe/index.html")


def test_a_changed_offer_publishes_every_page(world: World) -> None:
    people = [world.enrol(f"Person{n} Smith") for n in range(5)]
    world.pump.drain()
    offers = world.admin("GET", "settings").json["offers"]
    offers[0]["friend_text"] = "A free gutter check with every visit."
    assert world.admin("PUT", "settings", {"offers": offers}).status == 200
    world.pump.drain()
    assert all("free gutter check" in page(world, f"r/{person.id}/index.html") for person in people)
    assert "free gutter check" in page(world, "r/index.html")


def test_more_pages_than_one_step_are_all_published(world: World) -> None:
    """A rebuild goes on by itself from step to step."""
    people = [world.enrol(f"Person{n:03d} Smith") for n in range(230)]
    world.pump.drain()
    world.settings(show_referrer_name=False)
    world.pump.drain()
    assert all("friend" in page(world, f"r/{person.id}/index.html").split("</h1>")[0] for person in people)
    assert not any(person.name.split()[0] in page(world, f"r/{person.id}/index.html") for person in people)


def test_an_offer_whose_window_opens_reaches_the_pages_by_the_schedule(world: World) -> None:
    """O13: nothing in the table changes when a window opens; the clock does."""
    jane = world.enrol("Jane Doe")
    campaign = {
        "id": "spring",
        "segment": "customer",
        "headline": "Spring offer",
        "friend_text": "Spring check for free.",
        "referrer_text": "a double reward",
        "starts_at": "2026-05-05T00:00:00Z",
        "ends_at": "2026-05-06T00:00:00Z",
    }
    standing = world.admin("GET", "settings").json["offers"]
    world.settings(offers=[*standing, campaign])
    world.settle_down()
    assert "Spring" not in page(world, f"r/{jane.id}/index.html")
    world.clock.forward(days=1)
    world.settle_down()
    assert "Spring check for free." in page(world, f"r/{jane.id}/index.html")
    world.clock.forward(days=1)
    world.settle_down()
    assert "Spring" not in page(world, f"r/{jane.id}/index.html")


def test_building_again_writes_nothing_and_one_change_writes_one_page(world: World, tmp_path: Path) -> None:
    people = [world.enrol(f"Person{n} Smith") for n in range(6)]
    ports, templates, folder = world.program.ports, world.program.config.templates, tmp_path / "build"

    def written() -> int:
        return build_all(ports, templates, folder, processes=1, progress=lambda done: None).written

    assert written() > len(people)
    assert written() == 0
    world.admin("PATCH", f"participants/{people[2].id}", {"name": "Changed Smith"})
    assert written() == 1


def test_a_refresh_repairs_whatever_a_crash_left_behind(world: World, tmp_path: Path) -> None:
    """Rule 7: a page whose stream record was lost with the process is made at the next start."""
    jane = world.enrol("Jane Doe")
    store, templates = world.program.site_store, world.program.config.templates
    refresh_site(world.program.ports, templates, tmp_path / "build", store)
    assert "Jane" in page(world, f"r/{jane.id}/index.html")
    assert refresh_site(world.program.ports, templates, tmp_path / "build", store).put == 0


def test_the_leaderboard_is_public_only_when_the_owner_says_so(world: World) -> None:
    """P21, P22: ranked by closed referrals, names as allowed, away again when it is made private."""
    jane, carlos = world.enrol("Jane Doe"), world.enrol("Carlos Rivera")
    for code in (jane.id, jane.id, carlos.id):
        reference = world.lead(code).json["reference"]
        world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
    world.settle_down()
    assert page(world, "leaderboard.json") == ""
    world.settings(leaderboard_public=True)
    world.settle_down()
    entries = json.loads(page(world, "leaderboard.json"))["entries"]
    assert entries == [{"rank": 1, "name": "Jane D.", "closed": 2}, {"rank": 2, "name": "Carlos R.", "closed": 1}]
    world.admin("PATCH", f"participants/{jane.id}", {"leaderboard_name": "hidden"})
    world.settle_down()
    assert "Jane" not in page(world, "leaderboard/index.html")
    world.settings(leaderboard_public=False)
    world.settle_down()
    assert page(world, "leaderboard.json") == ""
    assert page(world, "leaderboard/index.html") == ""
