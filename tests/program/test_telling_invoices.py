"""What an invoice shows that the form did not: the reward waits for a person (S5, S13)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.world import World


def bill(world: World, customer: dict[str, Any], *, kind: str = "invoice.issued", id: str = "i1", **at: int) -> None:
    data = {"customer": customer, "invoice": {"id": id, "amount_cents": 50_000, "currency": "USD"}}
    world.event(kind, data, at=world.clock() - timedelta(**at))
    world.settle_down()


def flags(world: World, reference: str) -> set[str]:
    return {flag["kind"] for flag in world.admin("GET", f"referrals/{reference}").json["flags"]}


def rewards(world: World, reference: str) -> list[str]:
    return [reward["status"] for reward in world.admin("GET", f"referrals/{reference}").json["rewards"]]


def lead(world: World, code: str, **fields: Any) -> str:
    reference: str = world.lead(code, **fields).json["reference"]
    world.settle_down()
    world.clock.forward(hours=1)
    return reference


def test_the_referrers_own_invoice_gives_no_reward_by_itself(world: World) -> None:
    dora, phone = world.enrol("Dora Self", external_ids=("crm:D1",)), world.phone()
    reference = lead(world, dora.id, name="Kim Nobody", phone=phone)
    bill(world, {"id": "D1", "phone": phone})
    assert (flags(world, reference), rewards(world, reference)) == ({"own_invoice"}, ["pending"])
    assert world.participant(dora.id).credits == {}


@pytest.mark.parametrize("later", [{"phone": True}, {"email": True}])
def test_a_prospect_who_turns_out_to_be_the_referrer(world: World, later: dict[str, bool]) -> None:
    """The CRM learns afterwards that the new number, or the new address, is the referrer's."""
    dora, phone = world.enrol("Dora Self", external_ids=("crm:D1",)), world.phone()
    reference = lead(world, dora.id, name="Kim Nobody", phone=phone, email="kim@example.com")
    contact = {"phone": phone} if "phone" in later else {"email": "kim@example.com"}
    world.event("customer.updated", {"customer": {"id": "D1", "name": "Dora Self", **contact}})
    world.settle_down()
    bill(world, {"id": "D1", **contact})
    assert (flags(world, reference), rewards(world, reference)) == ({"own_invoice"}, ["pending"])


def test_a_friend_who_becomes_a_customer_is_what_it_is_all_about(world: World) -> None:
    """The CRM enrols the friend when the job is done, and only then comes the invoice."""
    jane, phone = world.enrol("Jane Doe"), world.phone()
    reference = lead(world, jane.id, name="Sam Lee", phone=phone)
    world.event("customer.updated", {"customer": {"id": "S1", "name": "Sam Lee", "phone": phone}})
    world.settle_down()
    bill(world, {"id": "S1", "phone": phone})
    assert (flags(world, reference), rewards(world, reference)) == (set(), ["issued"])


def test_a_customer_of_before_with_a_new_phone(world: World) -> None:
    world.enrol("Gus Old", external_ids=("crm:G1",))
    world.clock.forward(days=1)
    fay, phone = world.enrol("Fay New"), world.phone()
    reference = lead(world, fay.id, name="Gus", phone=phone)
    bill(world, {"id": "G1", "phone": phone})
    assert (flags(world, reference), rewards(world, reference)) == ({"known_customer"}, ["pending"])


def test_where_old_customers_may_be_referred_that_is_no_flag(world: World) -> None:
    world.settings(eligibility={"first_time_only": False})
    world.enrol("Gus Old", external_ids=("crm:G1",))
    world.clock.forward(days=1)
    fay, phone = world.enrol("Fay New"), world.phone()
    reference = lead(world, fay.id, name="Gus", phone=phone)
    bill(world, {"id": "G1", "phone": phone})
    assert (flags(world, reference), rewards(world, reference)) == (set(), ["issued"])


def test_somebody_known_by_an_old_invoice_only(world: World) -> None:
    fay, phone = world.enrol("Fay New"), world.phone()
    bill(world, {"id": "OLD", "phone": phone}, kind="invoice.paid", id="i0", days=60)
    reference = lead(world, fay.id, name="Sam Lee", phone=phone)
    assert flags(world, reference) == {"known_customer"}
    bill(world, {"id": "OLD", "phone": phone}, id="i1")
    assert rewards(world, reference) == ["pending"]


@pytest.mark.parametrize("told_before", [False, True])
def test_an_invoice_from_before_the_referral(world: World, *, told_before: bool) -> None:
    """Told late, told again, or paid after it: the job was there before the friend came by the link."""
    world.settings(eligibility={"first_time_only": False})
    jane, phone = world.enrol("Jane Doe"), world.phone()
    if told_before:
        bill(world, {"phone": phone}, days=1)
    reference = lead(world, jane.id, phone=phone)
    bill(world, {"phone": phone}, **({"hours": 0} if told_before else {"days": 30}), kind="invoice.paid")
    assert (flags(world, reference), rewards(world, reference)) == ({"older_invoice"}, ["pending"])


def test_what_is_learnt_after_an_approval_is_looked_at_again(world: World) -> None:
    dora, phone = world.enrol("Dora Self", external_ids=("crm:D1",)), world.phone()
    world.settings(hold_days=3)
    reference = lead(world, dora.id, name="Dora Self", phone=phone)
    approval = {"review": "approved", "note": "her daughter"}
    assert world.admin("PATCH", f"referrals/{reference}", approval).status == 200
    bill(world, {"id": "D1", "phone": phone})
    world.clock.forward(days=4)
    world.settle_down()
    assert (flags(world, reference), rewards(world, reference)) == ({"similar_name", "own_invoice"}, ["pending"])
    assert [one["id"] for one in world.admin("GET", "reviews").json["items"]] == [reference]
    world.admin("PATCH", f"referrals/{reference}", {**approval, "note": "they share an account"})
    assert rewards(world, reference) == ["issued"]


def test_what_the_office_attributed_is_held_too_where_the_invoice_is_the_referrers(world: World) -> None:
    """Whoever confirmed it could not know whose the invoice would be; an older invoice they could."""
    dora, phone = world.enrol("Dora Self", external_ids=("crm:D1",)), world.phone()
    body = {"participant_id": dora.id, "prospect": {"name": "Kim", "phone": phone}}
    by_hand = world.admin("POST", "referrals", body).json["id"]
    world.clock.forward(hours=1)
    bill(world, {"id": "D1", "phone": phone}, days=30)
    assert (flags(world, by_hand), rewards(world, by_hand)) == ({"own_invoice"}, ["pending"])


def test_whom_the_owner_trusts_is_let_be(world: World) -> None:
    ella, other = world.enrol("Ella Fair", external_ids=("crm:E1",)), world.phone()
    world.admin("PATCH", f"participants/{ella.id}", {"trusted": True})
    reference = lead(world, ella.id, name="Lee", phone=other)
    bill(world, {"id": "E1", "phone": other}, id="i2")
    assert (flags(world, reference), rewards(world, reference)) == (set(), ["redeemed"])
