"""Discount codes to their end: a participant's reward, and the friend's own with the offer (P6, F5)."""

from typing import Any

import pytest

from tests.program.test_credit import consistent
from tests.program.test_money import bill, closed
from tests.world import Answer, World

OFFER = {
    "id": "friends",
    "segment": "customer",
    "headline": "Recommended",
    "friend_text": "$30 off your first job",
    "referrer_text": "a reward",
    "friend_discount": {"amount_cents": 3000},
}


@pytest.fixture
def code(world: World) -> str:
    """The code of a reward."""
    world.settings(rewards={"customer": {"kind": "discount_code", "percent": 10}})
    return str(reward(world, closed(world, world.enrol().id))["discount_code"])


def reward(world: World, reference: str) -> dict[str, Any]:
    found: dict[str, Any] = world.admin("GET", f"referrals/{reference}").json["rewards"][-1]
    return found


def redeem(world: World, code: str, **body: Any) -> Answer:
    return world.admin("POST", f"discounts/{code}", body)


def redeemed_event(world: World, code: str, invoice: str | None = None, event_id: str = "evt_d") -> Any:
    data = {"discount": {"code": code}, **({"invoice": {"id": invoice}} if invoice else {})}
    assert world.event("discount.redeemed", data, event_id=event_id).status == 202
    world.settle_down()
    return world.program.ports.store.events.get(f"events:{event_id}")


def friend(world: World, **fields: Any) -> tuple[str, str, dict[str, Any]]:
    """A lead by a link whose offer has a discount: its reference, its phone and the answer."""
    world.settings(offers=[OFFER])
    phone = world.phone()
    answer = world.lead(world.enrol().id, phone=phone, **fields)
    assert answer.status == 202
    return answer.json["reference"], phone, answer.json


def test_a_rewards_code_is_found_however_it_is_typed_and_redeemed_once_by_staff(world: World, code: str) -> None:
    typed = f"{code[:5].lower()}-{code[5:]}"
    assert world.admin("GET", f"discounts/{typed}").json["percent"] == 10
    first = redeem(world, typed, invoice="1042", note="on the phone")
    assert (first.status, first.json["redeemed_for"]) == (200, "crm:1042")
    assert redeem(world, code, invoice="1042").status == 200
    assert redeem(world, code, invoice="1043").status == 409
    assert world.admin("GET", f"rewards/{first.json['reward_id']}").json["status"] == "redeemed"
    consistent(world)


def test_a_code_is_redeemed_by_event_and_the_same_event_again_changes_nothing(world: World, code: str) -> None:
    assert redeemed_event(world, code, "77").status == "done"
    assert redeemed_event(world, code, "77").status == "done"
    second = redeemed_event(world, code, "78", "evt_other")
    assert second.status == "failed"
    assert "was redeemed on" in second.reason


def test_a_code_of_a_reversed_reward_is_worth_nothing(world: World) -> None:
    world.settings(rewards={"customer": {"kind": "discount_code", "tiers": [{"at": 1, "amount_cents": 2500}]}})
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "job", 50_000)
    found = reward(world, reference)
    bill(world, phone, "job", 50_000, "invoice.voided")
    answer = redeem(world, found["discount_code"])
    assert (answer.status, "is reversed" in answer.json["detail"]) == (409, True)


def test_a_redeemed_code_is_left_to_a_person_when_the_invoice_falls(world: World) -> None:
    world.settings(rewards={"customer": {"kind": "discount_code", "percent": 10}})
    jane, phone = world.enrol(), world.phone()
    reference = world.lead(jane.id, phone=phone).json["reference"]
    bill(world, phone, "job", 50_000)
    assert redeem(world, reward(world, reference)["discount_code"]).status == 200
    bill(world, phone, "job", 50_000, "invoice.voided")
    assert reward(world, reference)["status"] == "reversal_due"


def test_the_amount_of_a_code_follows_the_reward(world: World) -> None:
    world.settings(rewards={"customer": {"kind": "discount_code"}})
    found = reward(world, closed(world, world.enrol().id))
    world.admin("PATCH", f"rewards/{found['id']}", {"amount_cents": 4000, "note": "a large job"})
    assert world.admin("GET", f"discounts/{found['discount_code']}").json["amount_cents"] == 4000


def test_the_friend_gets_a_code_with_the_answer_and_with_the_message(world: World) -> None:
    """F5."""
    reference, _, answer = friend(world, sms_consent=True, offer="friends")
    world.settle_down()
    assert answer["discount"] == "$30"
    (message,) = world.messages("lead_received")
    assert f"$30 off your first invoice with code {answer['discount_code']}." in message.text
    shown = world.admin("GET", f"discounts/{answer['discount_code']}").json
    assert (shown["for"], shown["amount_cents"], shown["referral_id"]) == ("friend", 3000, reference)
    assert world.admin("GET", f"referrals/{reference}").json["discount_code"] == answer["discount_code"]


def test_an_offer_without_a_discount_and_a_form_without_a_link_bring_no_code(world: World) -> None:
    assert "discount_code" not in world.lead(world.enrol().id).json
    world.settings(offers=[OFFER])
    assert "discount_code" not in world.lead(None, referred_by="Jane").json


def test_a_customer_is_answered_like_a_stranger_and_the_code_is_worth_nothing(world: World) -> None:
    """It must tell nobody who is a customer already."""
    world.settings(offers=[OFFER])
    known = world.enrol("Known Person")
    answer = world.lead(world.enrol().id, phone=known.phone).json
    assert set(answer) == {"reference", "discount_code", "discount"}
    assert world.admin("GET", f"discounts/{answer['discount_code']}").status == 404


def test_the_same_request_sent_again_has_the_same_code(world: World) -> None:
    world.settings(offers=[OFFER])
    body = {"code": world.enrol().id, "name": "Sam Lee", "phone": world.phone()}
    first, second = (
        world.http("POST", "/v1/leads", body, headers={"Idempotency-Key": "one-request"}).json for _ in range(2)
    )
    assert first == second


def test_the_friends_code_is_for_their_first_invoice(world: World) -> None:
    _, phone, answer = friend(world)
    bill(world, phone, "first", 50_000)
    bill(world, phone, "second", 50_000)
    late = redeem(world, answer["discount_code"], invoice="second")
    assert (late.status, "first invoice" in late.json["detail"]) == (409, True)
    bill(world, phone, "second", 50_000, "invoice.voided")
    assert redeem(world, answer["discount_code"], invoice="first").status == 200
    assert redeem(world, answer["discount_code"], invoice="second").status == 409


def test_the_friends_code_does_not_hold_for_somebody_elses_invoice(world: World) -> None:
    _, _, answer = friend(world)
    _, other, _ = friend(world)
    bill(world, other, "theirs", 50_000)
    assert redeem(world, answer["discount_code"], invoice="theirs").status == 409
    assert redeemed_event(world, answer["discount_code"], "theirs").status == "failed"


def test_the_friend_keeps_the_code_when_the_attribution_is_removed(world: World) -> None:
    reference, _, answer = friend(world)
    assert world.admin("DELETE", f"referrals/{reference}").status == 200
    assert redeem(world, answer["discount_code"]).status == 200


def test_a_friends_discount_says_amount_or_percent(world: World) -> None:
    for wrong in ({}, {"amount_cents": 0}, {"amount_cents": 100, "percent": 5}, {"percent": 0}, {"free": True}):
        answer = world.admin("PUT", "settings", {"offers": [{**OFFER, "friend_discount": wrong}]})
        assert answer.status == 400, wrong


def test_what_is_no_code_is_not_found(world: World) -> None:
    assert world.admin("GET", "discounts/nonsense").status == 404
    assert redeem(world, "ZZZZZZZZZZ").status == 404
    assert redeemed_event(world, "ZZZZZZZZZZ").status == "failed"
    assert world.event("discount.redeemed", {"discount": {"code": "short"}}).status == 400
