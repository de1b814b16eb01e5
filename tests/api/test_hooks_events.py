"""Each type of event, from the door to what it brings about; in any order, and for what is not known yet."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from chalicelib.domain.participants import Participant
from tests.api.senders import stripe_headers, stripe_invoice
from tests.world import World


def customer(world: World, **fields: Any) -> dict[str, Any]:
    return {"id": "c-1", "name": "Carl Customer", "phone": world.phone(), "email": "carl@example.com", **fields}


def referred(world: World) -> tuple[Participant, dict[str, Any], str]:
    """A participant, the prospect they sent, and the referral."""
    jane, sam = world.enrol(), {"id": "c-9", "name": "Sam Lee", "phone": world.phone()}
    return jane, sam, world.lead(jane.id, phone=sam["phone"]).json["reference"]


def referral(world: World, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"referrals/{reference}").json
    return found


def stuck(world: World) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = world.admin("GET", "overview").json["stuck"]
    return found


def invoice(amount: int = 10_000, **fields: Any) -> dict[str, Any]:
    return {"id": "i-1", "number": "1042", "amount_cents": amount, "currency": "USD", **fields}


def test_a_customer_becomes_a_participant(world: World) -> None:
    """customer.updated enrols, and brings up to date (P1, P25)."""
    carl = customer(world)
    world.event("customer.updated", {"customer": carl})
    world.event("customer.updated", {"customer": {**carl, "name": "Carl C. Customer"}})
    world.settle_down()
    (found,) = world.admin("GET", "participants").json["items"]
    assert (found["name"], found["phone"], found["external_id"]) == ("Carl C. Customer", carl["phone"], "c-1")


def test_a_finished_job_and_a_good_score_bring_the_invitation(world: World) -> None:
    """job.completed and review.scored, in either order, by id alone once they are known (P10, P11, P13)."""
    world.event("review.scored", {"customer": customer(world), "review": {"score": 5}})
    world.event("job.completed", {"customer": {"id": "c-1"}})
    world.settle_down()
    (found,) = world.admin("GET", "participants").json["items"]
    assert found["invitation"]["status"] == "sent"
    assert len(world.messages("invitation")) == 1


@pytest.mark.parametrize(("score", "reason"), [(3, "below the threshold 4"), (4, None)])
def test_nobody_unhappy_is_asked(world: World, score: int, reason: str | None) -> None:
    """Every skip says why (P11, P12, rule 8)."""
    carl = customer(world)
    world.event("job.completed", {"customer": carl})
    world.event("review.scored", {"customer": carl, "review": {"score": score}})
    world.settle_down()
    (found,) = world.admin("GET", "participants").json["items"]
    assert found["invitation"]["status"] == ("withheld" if reason else "sent")
    assert (reason or "") in " ".join(found["invitation"]["reasons"])


def test_an_open_issue_keeps_the_ask_back_until_it_is_closed(world: World) -> None:
    """issue.opened and issue.closed, by the times they carry (S3, S4)."""
    carl, start = customer(world), world.clock()
    world.event("issue.opened", {"customer": carl, "issue": {"id": "t-1"}}, at=start)
    world.event("job.completed", {"customer": carl})
    world.event("review.scored", {"customer": carl, "review": {"score": 5}})
    world.settle_down()
    assert world.messages("invitation") == []
    assert world.admin("GET", "participants").json["items"][0]["satisfaction"]["open_issues"] == ["t-1"]
    world.event("issue.closed", {"customer": carl, "issue": {"id": "t-1"}}, at=start + timedelta(hours=1))
    world.settle_down()
    assert len(world.messages("invitation")) == 1


def test_a_stage_reaches_the_lead_by_its_id_alone(world: World) -> None:
    jane, sam = world.enrol(), {"id": "c-9", "name": "Sam Lee", "phone": world.phone()}
    world.event("lead.created", {"customer": sam, "lead": {"id": "l-1", "code": jane.id}})
    world.settle_down()
    world.clock.forward(hours=1)
    assert world.event("lead.stage_changed", {"lead": {"id": "l-1", "stage": "quoted"}}).status == 202
    world.settle_down()
    (found,) = world.admin("GET", f"referrals?participant_id={jane.id}").json["items"]
    assert found["stage"] == "quoted"


def test_a_lead_in_the_crm_is_attributed_and_followed(world: World) -> None:
    """lead.created and lead.stage_changed (P3, P25, M3)."""
    jane, sam = world.enrol(), {"id": "c-9", "name": "Sam Lee", "phone": world.phone()}
    world.event("lead.created", {"customer": sam, "lead": {"id": "l-1", "code": jane.id}}, event_id="e-1")
    world.settle_down()
    world.clock.forward(hours=1)
    world.event("lead.stage_changed", {"customer": {"id": "c-9"}, "lead": {"id": "l-1", "stage": "quoted"}})
    world.settle_down()
    (found,) = world.admin("GET", f"referrals?participant_id={jane.id}").json["items"]
    assert (found["stage"], found["source"], [h["stage"] for h in found["history"]]) == (
        "quoted",
        "crm",
        ["new", "quoted"],
    )


def test_a_lead_that_names_its_referrer_waits_for_a_person(world: World) -> None:
    """Never guessed (S10)."""
    world.enrol("Jane Doe")
    sam = {"name": "Sam Lee", "phone": world.phone()}
    world.event("lead.created", {"customer": sam, "lead": {"id": 7, "referred_by": "Jane Doe"}})
    world.settle_down()
    assert [m["referred_by"] for m in world.admin("GET", "mentions").json["items"]] == ["Jane Doe"]


def test_an_invoice_closes_the_referral_and_rewards_it(world: World) -> None:
    """invoice.issued (P5, P17), then invoice.voided takes it back (P29, rule 6)."""
    jane, sam, reference = referred(world)
    world.event("invoice.issued", {"customer": sam, "invoice": invoice()})
    world.settle_down()
    assert (referral(world, reference)["stage"], world.participant(jane.id).totals.earned_cents) == ("invoiced", 2500)
    world.clock.forward(hours=1)
    world.event("invoice.voided", {"customer": {"id": "c-9"}, "invoice": {"id": "i-1"}})
    world.settle_down()
    assert world.participant(jane.id).totals.earned_cents == 0
    assert [r["status"] for r in referral(world, reference)["rewards"]] == ["reversed"]


def test_a_refund_in_parts_reverses_when_all_is_refunded(world: World) -> None:
    """invoice.refunded says how much; each event is one refund (rule 6)."""
    jane, sam, reference = referred(world)
    world.event("invoice.paid", {"customer": sam, "invoice": invoice()})
    world.event("invoice.refunded", {"customer": sam, "invoice": invoice(4_000)})
    world.settle_down()
    assert world.participant(jane.id).totals.closed == 1
    world.event("invoice.refunded", {"customer": sam, "invoice": invoice(6_000)})
    world.settle_down()
    assert (world.participant(jane.id).totals.closed, referral(world, reference)["why"]) == (
        0,
        "the invoice was voided or refunded",
    )


@pytest.mark.parametrize("order", list(permutations(["issued", "paid", "voided"])), ids="-".join)
def test_the_order_of_arrival_does_not_matter(world: World, order: tuple[str, ...]) -> None:
    """What happened last is what holds: voided, in this history (rule 3, rule 6)."""
    jane, sam, reference = referred(world)
    times = {kind: world.clock() + timedelta(minutes=n) for n, kind in enumerate(["issued", "paid", "voided"])}
    for kind in order:
        world.event(f"invoice.{kind}", {"customer": sam, "invoice": invoice()}, at=times[kind])
        world.settle_down()
    found = referral(world, reference)
    assert (found["invoices"][0]["state"], found["closed"]) == ("voided", False)
    assert (world.participant(jane.id).totals.closed, world.participant(jane.id).totals.earned_cents) == (0, 0)
    assert len(world.messages("reward_issued")) == len(world.messages("reward_reversed"))


def test_stripe_closes_pays_and_refunds(world: World) -> None:
    """An invoice found by the customer's phone; the refund by the payment it names."""
    jane, sam, reference = referred(world)
    paid = stripe_invoice("in_1", customer_phone=sam["phone"], payment_intent="pi_1")
    refund = stripe_invoice("ch_1", "charge.refunded", payment_intent="pi_1", amount_refunded=10_000)
    for body, stage in ((paid, "paid"), (refund, "new")):
        raw = json.dumps(body).encode()
        world.http("POST", "/v1/hooks/stripe", raw=raw, headers=stripe_headers(world, raw))
        world.settle_down()
        assert referral(world, reference)["stage"] == stage
    assert world.participant(jane.id).totals.closed == 0


def test_an_invoice_that_fits_two_referrals_is_a_persons_to_decide(world: World) -> None:
    """Both are named, none is rewarded (S10)."""
    one, other = world.enrol(), world.enrol("Mary Major")
    phone = world.phone()
    first = world.lead(one.id, phone=phone).json["reference"]
    second = world.lead(other.id, email="sam@example.com").json["reference"]
    sam = {"name": "Sam Lee", "phone": phone, "email": "sam@example.com"}
    world.event("invoice.issued", {"customer": sam, "invoice": invoice()})
    world.settle_down()
    assert stuck(world)["events_failed"] == []
    (case,) = world.admin("GET", "invoices").json["items"]
    assert [candidate["referral_id"] for candidate in case["candidates"]] == [first, second]
    assert (world.participant(one.id).totals.closed, world.participant(other.id).totals.closed) == (0, 0)


@pytest.mark.parametrize("plan", ["hold", "approval"])
def test_a_second_event_about_a_reward_that_waits_leaves_no_work_behind(world: World, plan: str) -> None:
    """What is due and never done would be tried again every minute, and keep a start waiting for ever."""
    world.settings(**({"hold_days": 14} if plan == "hold" else {"rewards": {"customer": {"kind": "gift_card"}}}))
    _, sam, _ = referred(world)
    world.event("invoice.issued", {"customer": sam, "invoice": invoice()})
    world.settle_down()
    world.clock.forward(hours=1)
    world.event("invoice.paid", {"customer": sam, "invoice": invoice()})
    world.settle_down()
    assert list(world.program.ports.store.work.due(world.clock())) == []


def test_a_held_reward_is_given_when_the_hold_is_over(world: World) -> None:
    """Fourteen days after the close, however often the invoice changed in between (P17)."""
    world.settings(hold_days=14)
    jane, sam, _ = referred(world)
    world.event("invoice.issued", {"customer": sam, "invoice": invoice()})
    world.settle_down()
    world.clock.forward(days=1)
    world.event("invoice.paid", {"customer": sam, "invoice": invoice()})
    world.settle_down()
    world.clock.forward(days=12, hours=23)
    world.settle_down()
    assert world.participant(jane.id).totals.earned_cents == 0
    world.clock.forward(hours=1)
    world.settle_down()
    assert world.participant(jane.id).totals.earned_cents == 2500


def test_a_clock_that_is_ahead_does_not_keep_the_owner_waiting(world: World) -> None:
    """The CRM's clock says when it happened; the message leaves now (M8)."""
    jane, sam = world.enrol(), {"name": "Sam Lee", "phone": world.phone()}
    world.event(
        "lead.created", {"customer": sam, "lead": {"id": 7, "code": jane.id}}, at=world.clock() + timedelta(days=1)
    )
    world.settle_down()
    assert [m.status for m in world.messages("new_lead")] == ["sent"]
