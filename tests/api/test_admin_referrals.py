"""Referrals by hand: attributed by name, moved through the stages, removed, and attributed rightly (P26, P29, M7)."""

from typing import Any

import pytest

from tests.api.table_watch import nothing_changes
from tests.world import Answer, World

INVOICE = {"id": "i-1", "amount_cents": 10_000, "currency": "USD"}


def attribute(world: World, code: str, phone: str, **fields: Any) -> Answer:
    body = {"participant_id": code, "prospect": {"name": "Sam Lee", "phone": phone}, **fields}
    return world.admin("POST", "referrals", body)


def totals(world: World, code: str) -> tuple[int, int, int]:
    found = world.participant(code).totals
    return found.sent, found.closed, found.earned_cents


def actions(world: World, subject: str) -> list[tuple[str, str | None]]:
    entries = world.admin("GET", "audit?limit=100").json["items"]
    return [(e["action"], e["note"]) for e in entries if e["subject"] == subject]


def test_a_prospect_is_attributed_by_hand(world: World) -> None:
    """A person names the referrer; it counts like any referral, and the audit says who did it (P26, S13)."""
    jane = world.enrol()
    made = attribute(world, jane.id.lower(), "(415) 555-0142", service="Drain", note="said so on the phone")
    assert (made.status, made.json["source"], made.json["prospect"]["phone"]) == (201, "manual", "+14155550142")
    assert totals(world, jane.id) == (1, 0, 0)
    assert actions(world, made.json["id"]) == [(f"attributed to {jane.id}", "said so on the phone")]
    world.event("invoice.issued", {"customer": {"phone": "+14155550142"}, "invoice": INVOICE})
    world.settle_down()
    assert totals(world, jane.id) == (1, 1, 2500)


def test_a_prospect_who_is_referred_already_is_refused(world: World) -> None:
    """409 names the referral that stands; by form or by hand, to the same or another (rule 2)."""
    jane, mary = world.enrol(), world.enrol("Mary Major")
    phone = world.phone()
    first = world.lead(jane.id, phone=phone).json["reference"]
    for code in (jane.id, mary.id):
        with nothing_changes():
            answer = attribute(world, code, phone)
        assert (answer.status, first in answer.json["detail"]) == (409, True)


def test_nobody_refers_themselves_by_hand_either(world: World) -> None:
    """409 says why."""
    jane = world.enrol()
    with nothing_changes():
        answer = attribute(world, jane.id, str(jane.phone))
    assert (answer.status, "themselves" in answer.json["detail"]) == (409, True)


def test_a_person_may_attribute_a_customer(world: World) -> None:
    """What a form may not, staff may: they know (P26)."""
    jane, carl = world.enrol(), world.enrol("Carl Customer")
    assert attribute(world, jane.id, str(carl.phone)).status == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "participant_id"),
        ({"participant_id": "x", "prospect": {"name": "Sam"}}, "participant_id"),
        ({"participant_id": 7}, "participant_id"),
        ({"participant_id": "0000ZZZZ", "prospect": "Sam"}, "prospect"),
        ({"participant_id": "0000ZZZZ", "prospect": {"phone": "12"}}, "prospect.name"),
        ({"participant_id": "0000ZZZZ", "prospect": {"name": "Sam", "phone": "12"}}, "prospect.phone"),
        ({"participant_id": "0000ZZZZ", "prospect": {"name": "Sam", "email": "x"}}, "prospect.email"),
        ({"participant_id": "0000ZZZZ", "prospect": {"name": "Sam"}, "stage": "won"}, "stage"),
    ],
)
def test_an_attribution_that_cannot_be_is_refused_by_name(busy_world: World, body: object, field: str) -> None:
    """400, and nothing stored."""
    with nothing_changes():
        answer = busy_world.admin("POST", "referrals", body)
    assert answer.status == 400
    assert field in {error["field"] for error in answer.json["errors"]}


def test_a_prospect_nobody_can_reach_is_refused_where_the_phone_belongs(busy_world: World) -> None:
    """A phone or an e-mail is needed, or no invoice can be recognised as theirs."""
    body = {"participant_id": busy_world.enrol().id, "prospect": {"name": "Sam"}}
    answer = busy_world.admin("POST", "referrals", body)
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "prospect.phone")


def test_to_somebody_unknown_nothing_is_attributed(busy_world: World) -> None:
    """404."""
    with nothing_changes():
        assert attribute(busy_world, "0000ZZZZ", "4155550142").status == 404


@pytest.mark.parametrize("who", [{}, {"id": "c-9"}], ids=["by phone", "by id and phone"])
def test_an_invoice_that_came_first_counts_at_once(world: World, who: dict[str, str]) -> None:
    """It is kept until its customer is attributed, whatever else it said of them (P26, P5)."""
    jane, phone = world.enrol(), world.phone()
    world.event("invoice.issued", {"customer": {**who, "name": "Sam Lee", "phone": phone}, "invoice": INVOICE})
    world.settle_down()
    assert attribute(world, jane.id, phone).json["closed"] is True
    assert totals(world, jane.id) == (1, 1, 2500)


def test_stages_by_hand_close_and_reward(world: World) -> None:
    """Every change is kept with its time and who made it; going back takes the reward back (M7, P5)."""
    jane = world.enrol()
    path = f"referrals/{world.lead(jane.id).json['reference']}"
    for stage in ("contacted", "appointment", "invoiced", "lost"):
        world.clock.forward(hours=1)
        changed = world.admin("PATCH", path, {"stage": stage, "note": f"now {stage}"}).json
        assert (changed["stage"], changed["closed"]) == (stage, stage == "invoiced")
        assert totals(world, jane.id) == (1, *((1, 2500) if stage == "invoiced" else (0, 0)))
    assert [h["stage"] for h in changed["history"]] == ["new", "contacted", "appointment", "invoiced", "lost"]
    assert all(h["by"].startswith("key ") for h in changed["history"][1:])
    assert actions(world, changed["id"])[0] == ("stage invoiced -> lost", "now lost")


def test_what_an_invoice_says_outweighs_a_stage_by_hand(world: World) -> None:
    """A referral with a standing invoice is not lost; it can be disqualified (M7)."""
    jane, phone = world.enrol(), world.phone()
    path = f"referrals/{world.lead(jane.id, phone=phone).json['reference']}"
    world.event("invoice.paid", {"customer": {"phone": phone}, "invoice": INVOICE})
    world.settle_down()
    world.clock.forward(hours=1)
    assert world.admin("PATCH", path, {"stage": "lost"}).json["stage"] == "paid"
    world.clock.forward(hours=1)
    assert world.admin("PATCH", path, {"stage": "disqualified"}).json["closed"] is False
    assert totals(world, jane.id)[1:] == (0, 0)


@pytest.mark.parametrize(
    "body", [{}, {"stage": "sold"}, {"stage": 1}, {"stage": "won", "when": "now"}, {"stage": None}]
)
def test_a_stage_that_is_none_is_refused(busy_world: World, body: object) -> None:
    """400 with the stages there are."""
    path = f"referrals/{busy_world.lead(busy_world.enrol().id).json['reference']}"
    with nothing_changes():
        assert busy_world.admin("PATCH", path, body).status == 400


def test_a_wrong_attribution_is_removed_and_the_right_one_gets_the_invoice(world: World) -> None:
    """The reward is reversed at once; the prospect is free, and the same invoice pays the right referrer (P29)."""
    jane, mary, phone = world.enrol(), world.enrol("Mary Major"), world.phone()
    wrong = world.lead(jane.id, phone=phone).json["reference"]
    world.event("invoice.issued", {"customer": {"id": "c-9", "phone": phone}, "invoice": INVOICE})
    world.settle_down()
    assert totals(world, jane.id) == (1, 1, 2500)
    world.clock.forward(hours=1)
    removed = world.admin("DELETE", f"referrals/{wrong}?note=mixed+up").json
    assert ([r["status"] for r in removed["rewards"]], removed["deleted_at"] is None) == (["reversed"], False)
    assert totals(world, jane.id) == (0, 0, 0)
    assert world.admin("GET", f"referrals?participant_id={jane.id}").json["items"] == []
    assert ("attribution removed", "mixed up") in actions(world, wrong)
    assert world.admin("DELETE", f"referrals/{wrong}").status == 404
    right = attribute(world, mary.id, phone).json
    assert (right["closed"], totals(world, mary.id)) == (True, (1, 1, 2500))
    world.settle_down()
    assert (totals(world, jane.id), totals(world, mary.id)) == ((0, 0, 0), (1, 1, 2500))
    assert [m.participant_id for m in world.messages("reward_reversed")] == [jane.id]


def test_a_referral_is_moved_with_its_reward(world: World) -> None:
    """Reversed where it was, earned where it belongs, written down; not to the prospect, nor to nobody (P29)."""
    jane, mary, sam = world.enrol(), world.enrol("Mary Major"), world.enrol("Sam Lee")
    made = attribute(world, jane.id, str(sam.phone)).json
    world.clock.forward(hours=1)
    world.admin("PATCH", f"referrals/{made['id']}", {"stage": "invoiced"})
    moved = world.admin("PATCH", f"referrals/{made['id']}", {"participant_id": mary.id, "note": "mixed up"}).json
    assert (moved["participant_id"], moved["closed"]) == (mary.id, True)
    assert (totals(world, jane.id), totals(world, mary.id)) == ((0, 0, 0), (1, 1, 2500))
    assert (f"moved from {jane.id} to {mary.id}", "mixed up") in actions(world, made["id"])
    with nothing_changes():
        assert world.admin("PATCH", f"referrals/{made['id']}", {"participant_id": sam.id}).status == 409
        assert world.admin("PATCH", f"referrals/{made['id']}", {"participant_id": "0000ZZZZ"}).status == 404


@pytest.mark.parametrize("later", ["invoice", "stage", "lead"])
def test_after_a_removal_what_the_crm_says_goes_to_the_right_referral(world: World, later: str) -> None:
    """The ids that led to the wrong one are free as well (P29, S10)."""
    jane, mary, phone = world.enrol(), world.enrol("Mary Major"), world.phone()
    sam = {"id": "c-9", "name": "Sam Lee", "phone": phone}
    world.event("lead.created", {"customer": sam, "lead": {"id": "l-1", "code": jane.id}})
    world.settle_down()
    wrong = world.admin("GET", "referrals").json["items"][0]["id"]
    world.admin("DELETE", f"referrals/{wrong}")
    world.clock.forward(hours=1)
    if later == "lead":
        world.event("lead.created", {"customer": sam, "lead": {"id": "l-1", "code": mary.id}})
    else:
        attribute(world, mary.id, phone)
        world.clock.forward(hours=1)
    if later == "invoice":
        world.event("invoice.issued", {"customer": sam, "invoice": INVOICE})
    if later == "stage":
        world.event("lead.stage_changed", {"customer": sam, "lead": {"id": "l-1", "stage": "quoted"}})
    world.settle_down()
    (found,) = world.admin("GET", f"referrals?participant_id={mary.id}").json["items"]
    assert found["stage"] == {"invoice": "invoiced", "stage": "quoted", "lead": "new"}[later]


def test_a_redeemed_reward_of_a_removed_attribution_waits_for_a_person(world: World) -> None:
    """reversal_due, never silently changed; the owner then decides (rule 6)."""
    jane = world.enrol()
    reference = world.lead(jane.id).json["reference"]
    world.clock.forward(hours=1)
    reward = world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"}).json["reward_id"]
    world.admin("PATCH", f"rewards/{reward}", {"status": "redeemed", "note": "taken off invoice 7"})
    removed = world.admin("DELETE", f"referrals/{reference}").json
    assert [r["status"] for r in removed["rewards"]] == ["reversal_due"]
    assert totals(world, jane.id) == (0, 0, 2500)
    world.admin("PATCH", f"rewards/{reward}", {"status": "reversed", "note": "talked to her"})
    assert totals(world, jane.id) == (0, 0, 0)
