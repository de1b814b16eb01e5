"""Rules of money that go through the whole program: eligibility, caps, holds, moving and letting be."""

from typing import Any

from chalicelib.services.keys import issue_key
from tests.world import World


def closed(world: World, code: str, cents: int = 50_000, *, invoice: str = "i") -> str:
    """A lead whose job is invoiced; returns the referral's id."""
    phone = world.phone()
    reference: str = world.lead(code, phone=phone).json["reference"]
    bill(world, phone, f"{invoice}-{reference}", cents)
    return reference


def bill(world: World, phone: str, invoice: str, cents: int, kind: str = "invoice.paid") -> None:
    data = {"customer": {"phone": phone}, "invoice": {"id": invoice, "amount_cents": cents, "currency": "USD"}}
    assert world.event(kind, data).status == 202
    world.settle_down()


def rewards(world: World, reference: str) -> list[tuple[str, int]]:
    found = world.admin("GET", f"referrals/{reference}").json["rewards"]
    return [(reward["status"], reward["amount_cents"]) for reward in found]


def why(world: World, reference: str) -> str:
    words: str = world.admin("GET", f"referrals/{reference}").json["why"]
    return words


def test_a_job_below_the_minimum_earns_nothing_and_says_why(world: World) -> None:
    world.settings(eligibility={"min_job_cents": 10_000})
    jane = world.enrol()
    small = closed(world, jane.id, 9_999)
    assert rewards(world, small) == []
    assert why(world, small) == "the job's $99.99 is below the minimum of $100"
    assert world.participant(jane.id).totals.closed == 1
    assert rewards(world, closed(world, jane.id, 10_000)) == [("issued", 2500)]


def test_a_second_invoice_of_the_job_may_reach_the_minimum(world: World) -> None:
    """Several invoices for one job count together."""
    world.settings(eligibility={"min_job_cents": 10_000})
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "deposit", 4_000)
    assert rewards(world, reference) == []
    bill(world, phone, "rest", 6_000)
    assert rewards(world, reference) == [("issued", 2500)]
    bill(world, phone, "rest", 6_000, "invoice.voided")
    assert rewards(world, reference) == [("reversed", 2500)]


def test_a_partial_refund_leaves_the_reward_until_the_job_is_too_small(world: World) -> None:
    """P29, rule 6."""
    world.settings(eligibility={"min_job_cents": 10_000})
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "i1", 15_000)
    bill(world, phone, "i1", 5_000, "invoice.refunded")
    assert rewards(world, reference) == [("issued", 2500)]
    bill(world, phone, "i1", 1, "invoice.refunded")
    assert rewards(world, reference) == [("reversed", 2500)]


def test_caps_cut_what_a_participant_earns_in_a_month_and_in_all(world: World) -> None:
    world.settings(eligibility={"month_cap_cents": 4_000, "total_cap_cents": 7_000})
    jane = world.enrol()
    first, second, third = (closed(world, jane.id) for _ in range(3))
    assert [rewards(world, r) for r in (first, second, third)] == [[("issued", 2500)], [("issued", 1500)], []]
    assert "monthly cap of $40" in why(world, third)
    world.clock.forward(days=31)
    fourth, fifth = closed(world, jane.id), closed(world, jane.id)
    assert rewards(world, fourth) == [("issued", 3000)]
    assert rewards(world, fifth) == []
    assert "total cap of $70" in why(world, fifth)
    assert world.participant(jane.id).totals.earned_cents == 7_000


def test_a_reversal_gives_its_share_of_the_cap_back(world: World) -> None:
    world.settings(eligibility={"month_cap_cents": 2_500})
    jane = world.enrol()
    first = closed(world, jane.id)
    assert rewards(world, closed(world, jane.id)) == []
    world.admin("DELETE", f"referrals/{first}")
    assert rewards(world, closed(world, jane.id)) == [("issued", 2500)]


def test_a_hold_by_kind_stands_between_closing_and_issuing(world: World) -> None:
    world.settings(hold_days=1, hold_days_by_kind={"service_credit": 14})
    jane = world.enrol()
    reference = closed(world, jane.id)
    assert rewards(world, reference) == [("pending", 2500)]
    world.clock.forward(days=13)
    world.settle_down()
    assert rewards(world, reference) == [("pending", 2500)]
    world.clock.forward(days=1)
    world.settle_down()
    assert rewards(world, reference) == [("issued", 2500)]
    assert len(world.messages("reward_issued")) == 1


def test_a_void_during_the_hold_costs_nobody_anything(world: World) -> None:
    world.settings(hold_days=14)
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "i1", 50_000)
    bill(world, phone, "i1", 50_000, "invoice.voided")
    world.clock.forward(days=20)
    world.settle_down()
    assert rewards(world, reference) == [("reversed", 2500)]
    assert world.messages("reward_issued") == []
    assert world.messages("reward_reversed") == []


def test_customers_may_be_referred_where_the_owner_says_so(world: World) -> None:
    jane, bob = world.enrol("Jane Doe"), world.enrol("Bob Ray")
    refused = world.lead(jane.id, phone=bob.phone).json["reference"]
    assert world.admin("GET", f"referrals/{refused}").json["disqualified"] == "existing_customer"
    world.settings(eligibility={"first_time_only": False})
    taken = world.lead(jane.id, phone=bob.phone).json["reference"]
    assert world.admin("GET", f"referrals/{taken}").json["disqualified"] is None


def test_moving_a_referral_moves_its_reward(world: World) -> None:
    """Rules 3 and 4: reversed for the one, earned by the other, and both told."""
    jane, carlos = world.enrol("Jane Doe"), world.enrol("Carlos Rivera")
    closed(world, carlos.id)
    reference = closed(world, jane.id)
    moved = world.admin("PATCH", f"referrals/{reference}", {"participant_id": carlos.id, "note": "Jane said so"})
    world.settle_down()
    assert moved.json["participant_id"] == carlos.id
    assert rewards(world, reference) == [("reversed", 2500), ("issued", 2500)]
    totals: dict[str, Any] = {p.name: world.participant(p.id).totals for p in (jane, carlos)}
    assert (totals["Jane Doe"].closed, totals["Jane Doe"].sent, totals["Jane Doe"].earned_cents) == (0, 0, 0)
    assert (totals["Carlos Rivera"].closed, totals["Carlos Rivera"].sent) == (2, 2)
    assert totals["Carlos Rivera"].earned_cents == 5_000
    assert len(world.messages("reward_reversed")) == 1


def test_a_referral_cannot_be_moved_to_its_own_prospect(world: World) -> None:
    jane = world.enrol("Jane Doe")
    phone = world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    sam = world.enrol("Sam Lee", phone=phone)
    assert world.admin("PATCH", f"referrals/{reference}", {"participant_id": sam.id}).status == 409


def test_a_redeemed_reward_waits_for_a_person_who_may_let_it_be(world: World) -> None:
    """Rule 6: never silently changed, and what a person decided stays decided."""
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "i1", 50_000)
    reward = world.admin("GET", f"referrals/{reference}").json["reward_id"]
    world.admin("PATCH", f"rewards/{reward}", {"status": "redeemed", "note": "used on invoice 12"})
    bill(world, phone, "i1", 50_000, "invoice.voided")
    assert rewards(world, reference) == [("reversal_due", 2500)]
    world.admin("PATCH", f"rewards/{reward}", {"status": "redeemed", "note": "let it be"})
    bill(world, phone, "i1", 50_000, "invoice.voided")
    world.settle_down()
    assert rewards(world, reference) == [("redeemed", 2500)]
    assert world.participant(jane.id).totals.earned_cents == 2_500


def test_a_note_of_the_office_never_reaches_the_participant(world: World) -> None:
    jane = world.enrol()
    reference = closed(world, jane.id)
    reward = world.admin("GET", f"referrals/{reference}").json["reward_id"]
    world.admin("PATCH", f"rewards/{reward}", {"status": "reversed", "note": "suspected of cheating"})
    world.settle_down()
    (told,) = world.messages("reward_reversed")
    assert "cheating" not in told.text
    assert world.participant(jane.id).totals.earned_cents == 0


def test_what_waits_for_a_person_or_a_hold_does_not_stay_due(world: World) -> None:
    """The list of what is due must run empty, or the schedule would never get past it."""
    world.settings(rewards={"customer": {"kind": "gift_card"}})
    closed(world, world.enrol().id)
    world.settings(rewards={"customer": {"kind": "service_credit"}}, hold_days=30)
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "i1", 50_000, "invoice.issued")
    bill(world, phone, "i1", 50_000, "invoice.paid")
    mention = world.lead(None, referred_by="my neighbor").json["reference"]
    world.admin("PATCH", f"referrals/{mention}", {"stage": "contacted"})
    world.settle_down()
    assert list(world.program.ports.store.work.due(world.clock())) == []
    world.clock.forward(days=31)
    world.settle_down()
    assert rewards(world, reference) == [("issued", 2500)]


def test_staff_cannot_take_a_reward_back_by_way_of_the_stage(world: World) -> None:
    """DESIGN 6: reversal is the owner's."""
    staff = issue_key(world.program.ports, "staff", "desk", "test")
    reference = closed(world, world.enrol().id)
    answer = world.admin("PATCH", f"referrals/{reference}", {"stage": "disqualified"}, key=staff)
    assert answer.status == 403
    assert rewards(world, reference) == [("issued", 2500)]
    assert world.admin("PATCH", f"referrals/{reference}", {"stage": "disqualified"}).status == 200
    assert rewards(world, reference) == [("reversed", 2500)]


def test_an_invoice_that_arrives_before_its_lead_counts(world: World) -> None:
    """Rule 3: under reordering. By hand an older invoice counts too."""
    jane, later, phone = world.enrol(), world.clock(), world.phone()
    person = {"id": "P1", "name": "Sam Lee", "phone": phone}
    world.clock.forward(minutes=5)
    bill_to(world, person, "i1")
    lead = {"id": "L1", "code": jane.id}
    assert world.event("lead.created", {"customer": person, "lead": lead}, at=later).status == 202
    world.settle_down()
    assert world.participant(jane.id).totals.closed == 1
    other = {"id": "P2", "name": "Kim Roe", "phone": world.phone()}
    bill_to(world, other, "i2")
    by_hand = {"participant_id": jane.id, "prospect": {"name": "Kim Roe", "phone": other["phone"]}}
    assert world.admin("POST", "referrals", by_hand).json["stage"] == "paid"


def bill_to(world: World, person: dict[str, str], invoice: str) -> None:
    data = {"customer": person, "invoice": {"id": invoice, "amount_cents": 50_000, "currency": "USD"}}
    assert world.event("invoice.paid", data).status == 202
    world.settle_down()
