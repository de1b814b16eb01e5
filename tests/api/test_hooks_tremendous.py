"""Tremendous' notices: signed, stored before they are answered, and each only a reason to look at the order again."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.cards import SECRET, Cards, connected
from tests.world import World


@pytest.fixture
def cards(world: World) -> Iterator[Cards]:
    with connected(world) as opened:
        yield opened


def notice(event: str, identifier: str, **fields: Any) -> bytes:
    resource = {"id": identifier, "type": event.partition(".")[0].lower()}
    told = {"event": event, "uuid": str(uuid4()), "created_utc": "2026-05-04T11:00:00.037-04:00"}
    return json.dumps({**told, "payload": {"resource": resource}, **fields}).encode()


def signature(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"Tremendous-Webhook-Signature": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}


def pending(cards: Cards) -> tuple[Any, str]:
    """A reward whose order waits for approval there, and that order's id."""
    cards.provider.status = lambda: "PENDING APPROVAL"
    reward = cards.approved()
    cards.notices.clear()
    return reward, cards.provider.orders.all()[-1].id


def test_an_approval_there_sends_the_card_at_once(cards: Cards) -> None:
    reward, order = pending(cards)
    cards.provider.decide(order, "EXECUTED", "ORDERS.APPROVED")
    assert cards.stood(reward)[1] == "placed"
    assert cards.arrive() == [202]
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)


def test_a_cancellation_there_gives_the_money_back_and_is_seen(cards: Cards) -> None:
    reward, order = pending(cards)
    cards.provider.decide(order, "CANCELED", "ORDERS.CANCELED")
    cards.arrive()
    assert cards.stood(reward) == ("issued", "canceled", 0)
    (entry,) = cards.world.admin("GET", "overview").json["stuck"]["gift_cards"]
    assert entry["reason"] == "the order was canceled with the provider"
    cards.balanced()


def test_a_card_that_was_sent_and_is_canceled_there_can_be_ordered_anew(cards: Cards) -> None:
    """Even where the order itself still says EXECUTED: the notice is about its reward."""
    reward = cards.approved()
    (order,) = cards.provider.orders.all()
    body = notice("REWARDS.CANCELED", order.card_id)
    assert cards.post(body, signature(body)).status == 202
    cards.world.settle_down()
    assert cards.stood(reward) == ("issued", "canceled", 0)
    cards.world.admin("POST", f"rewards/{reward.id}/gift-card", {"note": "again"})
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert len(cards.ready(reward)) == 2
    cards.balanced()


def test_a_notice_sent_again_or_late_changes_nothing(cards: Cards) -> None:
    reward, order = pending(cards)
    cards.provider.decide(order, "EXECUTED", "ORDERS.APPROVED")
    (first,) = cards.notices
    cards.arrive()
    late = notice("ORDERS.FAILED", order)
    assert [cards.post(*first).json["status"], cards.post(late, signature(late)).json["status"]] == ["known", "stored"]
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert len(cards.ready(reward)) == 1


def test_notices_in_any_order_end_the_same(cards: Cards) -> None:
    reward, order = pending(cards)
    cards.provider.decide(order, "EXECUTED", "ORDERS.APPROVED")
    cards.provider.decide(order, "CANCELED", "REWARDS.CANCELED")
    cards.notices.reverse()
    cards.arrive()
    assert cards.stood(reward) == ("issued", "canceled", 0)
    assert cards.ready(reward) == []


def test_a_notice_that_comes_before_the_answer_is_recorded_does_no_harm(cards: Cards) -> None:
    cards.fails("error after")
    reward = cards.approved()
    (order,) = cards.provider.orders.all()
    body = notice("REWARDS.DELIVERY.SUCCEEDED", order.card_id)
    cards.post(body, signature(body))
    cards.world.settle_down()
    assert cards.stood(reward)[1] == "placing"
    cards.later(seconds=31)
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)


def test_a_notice_about_an_earlier_order_does_not_touch_the_present_one(cards: Cards) -> None:
    cards.provider.status = lambda: "FAILED"
    reward = cards.approved()
    (earlier,) = cards.provider.orders.all()
    cards.provider.status = lambda: "EXECUTED"
    cards.world.admin("POST", f"rewards/{reward.id}/gift-card", {"note": "again"})
    cards.world.settle_down()
    body = notice("ORDERS.CANCELED", earlier.id)
    cards.post(body, signature(body))
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)


def test_a_notice_about_somebody_elses_order_is_nothing_to_us(cards: Cards) -> None:
    body = notice("ORDERS.CANCELED", "ABCDEFGH")
    assert cards.post(body, signature(body)).status == 202
    cards.world.settle_down()
    assert cards.world.admin("GET", "overview").json["stuck"]["events_failed"] == []


def test_what_we_have_no_use_for_is_answered_and_not_stored(cards: Cards) -> None:
    before = cards.world.item_count()
    body = notice("INVOICES.PAID", "X", payload={"resource": {"id": "X", "type": "invoices"}})
    answer = cards.post(body, signature(body))
    assert (answer.status, answer.json["status"]) == (202, "ignored")
    assert cards.world.item_count() == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Tremendous-Webhook-Signature": "sha256="},
        {"Tremendous-Webhook-Signature": "sha256=" + "0" * 64},
        signature(b"another body"),
        signature(notice("ORDERS.CANCELED", "ABCDEFGH"), "another secret"),
    ],
)
def test_a_forged_notice_is_refused(cards: Cards, headers: dict[str, str]) -> None:
    _, order = pending(cards)
    before = cards.world.item_count()
    assert cards.post(notice("ORDERS.CANCELED", order), headers).status == 401
    assert cards.world.item_count() == before


def test_a_signature_without_its_scheme_is_refused(cards: Cards) -> None:
    body = notice("ORDERS.CANCELED", "ABCDEFGH")
    bare = signature(body)["Tremendous-Webhook-Signature"].removeprefix("sha256=")
    assert cards.post(body, {"Tremendous-Webhook-Signature": bare}).status == 401


def test_either_of_two_secrets_is_good_and_none_refuses(cards: Cards) -> None:
    body = notice("ORDERS.CANCELED", "ABCDEFGH")
    for secrets, status in ((("new", SECRET), 202), ((), 401)):
        cards.world.program.config = replace(cards.world.program.config, tremendous_secrets=secrets)
        assert cards.post(body, signature(body)).status == status


@pytest.mark.parametrize(
    "broken",
    [
        b"[",
        b"{}",
        notice("ORDERS.CANCELED", ""),
        notice("ORDERS.CANCELED", "X", payload={}),
        notice("ORDERS.CANCELED", "X", created_utc="now"),
    ],
)
def test_an_unreadable_notice_is_a_400_and_changes_nothing(cards: Cards, broken: bytes) -> None:
    before = cards.world.item_count()
    assert cards.post(broken, signature(broken)).status == 400
    assert cards.world.item_count() == before


def test_while_the_provider_is_down_a_notice_waits(cards: Cards) -> None:
    reward, order = pending(cards)
    cards.fails("error before", path="/orders")
    cards.provider.decide(order, "EXECUTED", "ORDERS.APPROVED")
    cards.arrive()
    (waiting,) = cards.world.admin("GET", "overview").json["stuck"]["events_waiting"]
    assert waiting["reason"] == "Tremendous answered 500"
    cards.later(minutes=1)
    assert cards.stood(reward)[1] == "delivered"


def test_without_a_key_a_notice_waits(cards: Cards) -> None:
    from chalicelib.inbound import tremendous

    outside = cards.world.program.outside
    cards.world.program.outside = replace(outside, parsers={**outside.parsers, "tremendous": tremendous.parser(None)})
    body = notice("ORDERS.CANCELED", "ABCDEFGH")
    cards.post(body, signature(body))
    cards.world.settle_down()
    (waiting,) = cards.world.admin("GET", "overview").json["stuck"]["events_waiting"]
    assert "GOODWORD_TREMENDOUS_KEY is not set" in waiting["reason"]
