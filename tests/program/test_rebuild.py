"""Totals can be recomputed from the ledger at any time (DESIGN 5, rule 4)."""

from dataclasses import replace

from chalicelib.domain.rewards import TierBook
from chalicelib.services.rebuild import Difference, rebuild
from tests.world import World


def differences(world: World, *, repair: bool = False) -> list[Difference]:
    return rebuild(world.program.ports, lambda done: None, repair=repair)


def busy(world: World) -> str:
    """A participant with issued, reversed, redeemed and pending rewards."""
    jane = world.enrol("Jane Doe")
    references = [world.lead(jane.id).json["reference"] for _ in range(6)]
    for reference in references[:5]:
        world.admin("PATCH", f"referrals/{reference}", {"stage": "paid"})
    world.admin("DELETE", f"referrals/{references[1]}")
    reward = world.admin("GET", f"referrals/{references[2]}").json["reward_id"]
    world.admin("PATCH", f"rewards/{reward}", {"status": "redeemed", "note": "used"})
    world.admin("DELETE", f"referrals/{references[2]}")
    world.settings(hold_days=7)
    world.admin("PATCH", f"referrals/{references[5]}", {"stage": "paid"})
    return jane.id


def test_after_any_history_nothing_differs(world: World) -> None:
    busy(world)
    assert differences(world) == []


def test_what_was_damaged_is_reported_and_repaired(world: World) -> None:
    code = busy(world)
    known = world.participant(code)
    totals = replace(known.totals, closed=9, earned_cents=1)
    damaged = replace(known, totals=totals, tiers=TierBook(9), committed={}, closed_in={"2020-01": 9})
    transaction = world.program.ports.store.transaction()
    world.program.ports.store.participants.change(transaction, damaged)
    transaction.commit()
    assert {d.what for d in differences(world)} == {"earned_cents", "closed", "tiers", "committed", "closed_in"}
    differences(world, repair=True)
    assert differences(world) == []
    assert world.participant(code).totals == known.totals


def test_a_board_that_lost_somebody_is_reported_and_repaired(world: World) -> None:
    code, store = busy(world), world.program.ports.store
    boards = store.standings.of(code)
    transaction = store.transaction()
    store.standings.note(
        transaction, world.participant(code), replace(world.participant(code), closed_in={"2020-01": 4})
    )
    transaction.commit()
    assert [d.what for d in differences(world)] == ["leaderboard"]
    differences(world, repair=True)
    assert (differences(world), store.standings.of(code)) == ([], boards)


def test_who_changes_while_everybody_is_listed_is_looked_at_again(world: World) -> None:
    """The list is read a hundred at a time; what happens after that is no difference."""
    first, jane = world.enrol("Ann Ames"), world.enrol("Jane Doe")

    def change(done: int) -> None:
        if not changed:
            changed.append(True)
            reference = world.lead(jane.id).json["reference"]
            world.admin("PATCH", f"referrals/{reference}", {"stage": "paid"})

    changed: list[bool] = []
    assert rebuild(world.program.ports, change, repair=False) == []
    assert world.participant(jane.id).totals.closed == 1
    assert world.participant(first.id).totals.closed == 0
