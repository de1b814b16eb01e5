"""Service credit to its end: taken off the participant's own invoices, given back, and reversed (P6, P28, M12)."""

from typing import Any

from tests.program.test_money import bill, closed, rewards
from tests.world import World


def balance(world: World, code: str) -> int:
    cents: int = world.admin("GET", f"participants/{code}").json["credit_cents"]
    return cents


def reward(world: World, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"referrals/{reference}").json["rewards"][-1]
    return found


def own(world: World, code: str, invoice: str, cents: int, kind: str = "invoice.issued") -> None:
    """An invoice of the participant's own."""
    bill(world, world.participant(code).phone or "", invoice, cents, kind)


def consistent(world: World) -> None:
    from chalicelib.services.rebuild import rebuild

    assert rebuild(world.program.ports, lambda _: None, repair=False) == []


def test_credit_is_taken_off_the_next_invoice_in_part_and_then_whole(world: World) -> None:
    jane = world.enrol()
    reference = closed(world, jane.id)
    assert balance(world, jane.id) == 2500
    own(world, jane.id, "small", 1_000)
    assert (reward(world, reference)["status"], reward(world, reference)["spent_cents"]) == ("issued", 1_000)
    assert reward(world, reference)["why"] == "$10 taken off invoice small"
    assert balance(world, jane.id) == 1_500
    own(world, jane.id, "large", 90_000)
    assert (reward(world, reference)["status"], reward(world, reference)["spent_cents"]) == ("redeemed", 2_500)
    assert balance(world, jane.id) == 0
    assert world.participant(jane.id).totals.earned_cents == 2500
    consistent(world)


def test_the_same_invoice_told_again_takes_no_more(world: World) -> None:
    jane = world.enrol()
    closed(world, jane.id)
    own(world, jane.id, "one", 1_000)
    own(world, jane.id, "one", 1_000)
    own(world, jane.id, "one", 1_000, "invoice.paid")
    assert balance(world, jane.id) == 1_500


def test_an_invoice_that_arrives_paid_takes_nothing(world: World) -> None:
    jane = world.enrol()
    closed(world, jane.id)
    own(world, jane.id, "cash", 9_000, "invoice.paid")
    assert balance(world, jane.id) == 2_500


def test_several_credits_are_spent_the_oldest_first(world: World) -> None:
    jane = world.enrol()
    first, second = closed(world, jane.id), closed(world, jane.id)
    own(world, jane.id, "own", 4_000)
    assert [reward(world, each)["spent_cents"] for each in (first, second)] == [2_500, 1_500]
    assert [reward(world, each)["status"] for each in (first, second)] == ["redeemed", "issued"]
    consistent(world)


def test_a_voided_invoice_gives_the_credit_back(world: World) -> None:
    jane = world.enrol()
    reference = closed(world, jane.id)
    own(world, jane.id, "own", 9_000)
    own(world, jane.id, "own", 9_000, "invoice.voided")
    assert (reward(world, reference)["status"], reward(world, reference)["spent_cents"]) == ("issued", 0)
    assert reward(world, reference)["redeemed_at"] is None
    assert balance(world, jane.id) == 2_500
    consistent(world)


def test_an_invoice_that_is_lowered_gives_back_what_is_too_much(world: World) -> None:
    jane = world.enrol()
    closed(world, jane.id)
    own(world, jane.id, "own", 9_000)
    world.clock.forward(minutes=1)
    own(world, jane.id, "own", 700)
    assert balance(world, jane.id) == 1_800
    consistent(world)


def test_a_reversal_cancels_what_is_left_and_a_person_decides_about_the_rest(world: World) -> None:
    """Rule 6, in part."""
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "job", 50_000)
    own(world, jane.id, "own", 1_000)
    bill(world, phone, "job", 50_000, "invoice.voided")
    assert rewards(world, reference) == [("reversal_due", 1_000)]
    assert balance(world, jane.id) == 0
    assert world.participant(jane.id).totals.earned_cents == 1_000
    consistent(world)
    world.clock.forward(minutes=1)
    bill(world, phone, "job", 50_000)
    assert rewards(world, reference) == [("issued", 2_500)]
    assert balance(world, jane.id) == 1_500
    assert world.participant(jane.id).totals.earned_cents == 2_500
    consistent(world)


def test_a_reversal_that_waits_is_done_when_the_credit_comes_back(world: World) -> None:
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "job", 50_000)
    own(world, jane.id, "own", 9_000)
    bill(world, phone, "job", 50_000, "invoice.voided")
    assert rewards(world, reference) == [("reversal_due", 2_500)]
    own(world, jane.id, "own", 9_000, "invoice.voided")
    assert rewards(world, reference) == [("reversed", 2_500)]
    assert world.participant(jane.id).totals.earned_cents == 0
    consistent(world)


def test_credit_of_a_reversed_reward_does_not_come_back(world: World) -> None:
    jane = world.enrol()
    reference = closed(world, jane.id)
    own(world, jane.id, "own", 9_000)
    found = reward(world, reference)
    assert world.admin("PATCH", f"rewards/{found['id']}", {"status": "reversed", "note": "wrong"}).status == 200
    reversed_ = reward(world, reference)
    own(world, jane.id, "own", 9_000, "invoice.voided")
    assert balance(world, jane.id) == 0
    assert reward(world, reference) == reversed_, "what was taken back stays as it was"
    consistent(world)


def test_an_amount_changed_by_hand_is_in_the_ledger_and_in_the_balance(world: World) -> None:
    jane = world.enrol()
    reference = closed(world, jane.id)
    own(world, jane.id, "own", 1_000)
    path = f"rewards/{reward(world, reference)['id']}"
    assert world.admin("PATCH", path, {"amount_cents": 4_000, "note": "a large job"}).json["amount_cents"] == 4_000
    assert balance(world, jane.id) == 3_000
    assert world.participant(jane.id).totals.earned_cents == 4_000
    consistent(world)
    assert world.admin("PATCH", path, {"amount_cents": 999, "note": "no"}).status == 409
    assert world.admin("PATCH", path, {"amount_cents": 1_000, "note": "what was used"}).json["status"] == "redeemed"
    assert world.admin("PATCH", path, {"amount_cents": 2_000, "note": "too late"}).status == 409
    consistent(world)


def test_a_changed_amount_leaves_the_hold_as_it_is(world: World) -> None:
    world.settings(hold_days=3)
    jane = world.enrol()
    reference = closed(world, jane.id)
    path = f"rewards/{reward(world, reference)['id']}"
    assert world.admin("PATCH", path, {"amount_cents": 3_000, "note": "kind"}).json["status"] == "pending"
    world.settle_down()
    assert rewards(world, reference) == [("pending", 3_000)]
    world.clock.forward(days=3, minutes=1)
    world.settle_down()
    assert rewards(world, reference) == [("issued", 3_000)]
    assert balance(world, jane.id) == 3_000
    consistent(world)


def test_more_credits_than_one_transaction_holds(world: World) -> None:
    world.settings(
        rewards={"customer": {"tiers": [{"at": 1, "amount_cents": 100}]}},
        submissions_per_hour=100,
        flags={"per_week": None},
    )
    jane = world.enrol()
    for _ in range(23):
        closed(world, jane.id)
    own(world, jane.id, "own", 2_250)
    assert balance(world, jane.id) == 50
    own(world, jane.id, "own", 2_250, "invoice.voided")
    assert balance(world, jane.id) == 2_300
    consistent(world)
