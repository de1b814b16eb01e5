"""The boards of month, year and all time: what closes counts in its own period, and a month ends by itself (P21)."""

import json
from typing import Any

from chalicelib.storage.store import Store
from tests.world import World


def closed(world: World, code: str) -> str:
    reference: str = world.lead(code).json["reference"]
    world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
    return reference


def standing(store: Store, period: str) -> dict[str, int]:
    return {leader.id: store.standings.of(leader.id)[period] for leader in store.participants.leaders(10, period)}


def published(world: World) -> dict[str, Any]:
    content = world.program.site_store.get("leaderboard.json")
    assert content is not None
    periods: dict[str, Any] = json.loads(content)["periods"]
    return {span: (board["period"], [entry["closed"] for entry in board["entries"]]) for span, board in periods.items()}


def test_a_reversal_takes_its_close_out_of_the_month_in_which_it_was(world: World) -> None:
    """Rule 10, P29: in June the owner removes what closed in May."""
    jane, store = world.enrol("Jane Doe"), world.program.ports.store
    of_may = closed(world, jane.id)
    world.clock.forward(days=31)
    closed(world, jane.id)
    assert store.standings.of(jane.id) == {"2026": 2, "2026-05": 1, "2026-06": 1}
    world.admin("DELETE", f"referrals/{of_may}")
    assert store.standings.of(jane.id) == {"2026": 1, "2026-06": 1}
    assert (standing(store, "2026-05"), standing(store, "2026")) == ({}, {jane.id: 1})
    assert world.participant(jane.id).closed_in == {"2026-06": 1}


def test_it_is_the_month_where_the_business_is_and_stays_so_when_the_business_moves(world: World) -> None:
    """Half past ten in the evening of May 31 in New York is June elsewhere."""
    jane, store = world.enrol("Jane Doe"), world.program.ports.store
    world.clock.now = world.clock.now.replace(month=6, day=1, hour=2, minute=30)
    reference = closed(world, jane.id)
    assert store.standings.of(jane.id) == {"2026": 1, "2026-05": 1}
    world.settings(business={"timezone": "Europe/Berlin"})
    world.admin("DELETE", f"referrals/{reference}")
    assert store.standings.of(jane.id) == {}


def test_the_page_turns_at_midnight_although_nothing_happens(world: World) -> None:
    jane = world.enrol("Jane Doe")
    world.settings(leaderboard_public=True)
    closed(world, jane.id)
    world.settle_down()
    assert published(world) == {"month": ("2026-05", [1]), "year": ("2026", [1]), "all": ("all", [1])}
    world.clock.now = world.clock.now.replace(month=6, day=1, hour=3, minute=59)
    world.settle_down()
    assert published(world)["month"] == ("2026-05", [1])
    world.clock.forward(minutes=1)
    world.settle_down()
    assert published(world) == {"month": ("2026-06", []), "year": ("2026", [1]), "all": ("all", [1])}
    world.clock.now = world.clock.now.replace(year=2027, month=1, day=1, hour=5, minute=0)
    world.settle_down()
    assert published(world) == {"month": ("2027-01", []), "year": ("2027", []), "all": ("all", [1])}


def test_what_the_index_had_not_yet_told_is_published_a_minute_later(world: World) -> None:
    """An index follows the table by a moment, and the stream may be faster than that."""
    jane = world.enrol("Jane Doe")
    world.settings(leaderboard_public=True)
    world.settle_down()
    late = world.program.site_store.get("leaderboard.json") or b""
    closed(world, jane.id)
    world.settle_down()
    world.program.site_store.put("leaderboard.json", late)
    world.clock.forward(seconds=59)
    world.settle_down()
    assert published(world)["all"] == ("all", [])
    world.clock.forward(seconds=1)
    world.settle_down()
    assert published(world)["all"] == ("all", [1])


def test_a_private_leaderboard_leaves_nothing_to_be_done_when_the_month_ends(world: World) -> None:
    world.settings(leaderboard_public=True)
    world.settle_down()
    world.settings(leaderboard_public=False)
    world.settle_down()
    world.clock.forward(days=40)
    world.settle_down()
    assert list(world.program.ports.store.work.due(world.clock())) == []


def test_a_moved_referral_leaves_the_board_of_the_one_and_enters_that_of_the_other(world: World) -> None:
    jane, bob, store = world.enrol("Jane Doe"), world.enrol("Bob Ray"), world.program.ports.store
    reference = closed(world, jane.id)
    assert (
        world.admin("PATCH", f"referrals/{reference}", {"participant_id": bob.id, "note": "it was Bob"}).status == 200
    )
    world.settle_down()
    assert (store.standings.of(jane.id), store.standings.of(bob.id)) == ({}, {"2026": 1, "2026-05": 1})


def test_the_wall_of_thanks_names_who_referred_and_may_be_named(world: World) -> None:
    """M13: only when the owner switched it on, and nobody who is hidden on the leaderboard."""
    jane, bob = world.enrol("Jane Doe"), world.enrol("Bob Ray")
    world.enrol("Nobody Yet")
    for person in (jane, bob):
        closed(world, person.id)
    world.settle_down()
    assert world.program.site_store.get("thanks-to/index.html") is None
    world.settings(thanks_public=True)
    world.admin("PATCH", f"participants/{bob.id}", {"leaderboard_name": "hidden"})
    world.settle_down()
    wall = (world.program.site_store.get("thanks-to/index.html") or b"").decode()
    assert "<li>Jane D.</li>" in wall
    assert not any(word in wall for word in ("Bob", "Anonymous", "Nobody", "Doe"))
    world.settings(thanks_public=False)
    world.settle_down()
    assert world.program.site_store.get("thanks-to/index.html") is None
