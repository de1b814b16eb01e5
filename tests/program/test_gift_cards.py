"""Gift cards to their end (P6, S6): ordered when approved, sent as a link, called off, failed, tried again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.rewards import Reward
from chalicelib.services.override_reward import change_amount
from chalicelib.services.settle import settle
from tests.cards import Cards, connected
from tests.world import World


@pytest.fixture
def cards(world: World) -> Iterator[Cards]:
    with connected(world) as opened:
        yield opened


def told(cards: Cards, reward: Reward) -> dict[str, Any]:
    found: dict[str, Any] = cards.world.admin("GET", f"rewards/{reward.id}/gift-card").json
    return found


def stuck(cards: Cards) -> list[dict[str, str]]:
    found: list[dict[str, str]] = cards.world.admin("GET", "overview").json["stuck"]["gift_cards"]
    return found


def test_an_approved_card_is_ordered_and_its_link_is_sent(cards: Cards) -> None:
    reward = cards.promised()
    cards.world.settle_down()
    assert cards.provider.requests == []
    cards.approve(reward)
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    ((method, path, body),) = cards.provider.requests
    assert (method, path, body["external_id"]) == ("POST", "/orders", reward.id)
    assert body["reward"]["value"] == {"denomination": 25.0, "currency_code": "USD"}
    (link,) = cards.ready(reward)
    assert cards.provider.page(link.rpartition("/")[2]) is not None
    assert stuck(cards) == []
    cards.balanced()


def test_the_participants_own_page_has_the_link_of_a_card_that_was_sent(cards: Cards) -> None:
    """P6, P27: from when it was sent, and no longer than it is theirs."""

    def shown(reward: Reward) -> tuple[str, str | None]:
        token = cards.world.program.ports.pseudonyms.share_token(reward.participant_id, 1)
        (one,) = cards.world.http("GET", "/v1/share", headers={"authorization": f"Share {token}"}).json["rewards"]
        return one["state"], one["card_link"]

    reward = cards.promised()
    assert shown(reward) == ("On its way", None)
    cards.approve(reward)
    assert shown(reward) == ("Yours: the gift card is on its way", None)
    cards.world.settle_down()
    assert shown(reward) == ("Sent to you", cards.ready(reward)[0])
    cards.void(reward)
    cards.world.settle_down()
    cards.patch(reward, "reversed")
    cards.world.settle_down()
    assert shown(reward) == ("Taken back", None)


def test_a_card_is_sent_once_however_often_it_is_looked_at(cards: Cards) -> None:
    reward = cards.approved()
    for _ in range(3):
        settle(cards.world.program.ports, reward.referral_id)
        cards.later(hours=7)
    assert len(cards.ready(reward)) == 1
    assert len(cards.provider.requests) == 1


def test_approving_says_that_the_link_follows(cards: Cards) -> None:
    """The message about the reward does not pretend that the card is there."""
    cards.approved()
    (issued,) = cards.world.messages("reward_issued")
    assert "A message with its link follows." in issued.text
    (ready,) = cards.world.messages("gift_card_ready")
    assert "here is a $25 gift card from Maple Street Plumbing" in ready.text


def test_without_a_phone_the_link_goes_by_email(cards: Cards) -> None:
    reward = cards.promised(phone=None, email="jane@example.com")
    cards.approve(reward)
    cards.world.settle_down()
    (ready,) = cards.world.messages("gift_card_ready")
    assert (ready.channel, ready.to, ready.status) == ("email", "jane@example.com", "sent")


def test_without_a_key_the_card_waits_and_says_so(cards: Cards) -> None:
    """And goes out once the key is there."""
    connected_outside = cards.world.program.outside
    cards.world.program.outside = replace(connected_outside, gift_cards=None)
    reward = cards.approved()
    assert cards.stood(reward) == ("issued", "planned", 0)
    assert stuck(cards) == [
        {"id": reward.id, "reason": "GOODWORD_TREMENDOUS_KEY is not set: the card is ordered once it is"}
    ]
    cards.world.program.outside = connected_outside
    cards.later(minutes=5)
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert stuck(cards) == []


def test_without_terms_the_card_waits_and_says_so(cards: Cards) -> None:
    cards.world.settings(gift_cards={"products": []})
    reward = cards.approved()
    assert cards.provider.requests == []
    assert "neither a campaign_id nor products" in stuck(cards)[0]["reason"]
    cards.world.settings(gift_cards={"campaign_id": "IVM0I3WNJJL0"})
    cards.later(minutes=5)
    assert cards.stood(reward)[1] == "delivered"
    assert cards.provider.requests[0][2]["reward"]["campaign_id"] == "IVM0I3WNJJL0"


def test_no_money_is_spent_on_a_link_that_may_not_be_sent(cards: Cards) -> None:
    """Nobody who opted out is written to, so nothing is bought for them before a person says how."""
    reward = cards.promised()
    cards.world.admin("PATCH", f"participants/{reward.participant_id}", {"opted_out": True})
    cards.approve(reward)
    cards.world.settle_down()
    assert cards.provider.requests == []
    assert "opted out" in stuck(cards)[0]["reason"]
    cards.patch(reward, "redeemed")
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "canceled", 2500)
    assert stuck(cards) == []


@pytest.mark.parametrize("trouble", ["no funds", "refused"])
def test_a_refusal_fails_with_the_providers_words_and_is_tried_again_on_command(cards: Cards, trouble: Any) -> None:
    cards.fails(trouble)
    reward = cards.approved()
    assert cards.stood(reward) == ("issued", "failed", 0)
    words = {"no funds": "402: Not enough funds", "refused": "422: The request cannot be processed"}[trouble]
    assert stuck(cards) == [{"id": reward.id, "reason": f"Tremendous answered {words}"}]
    cards.later(hours=7)
    assert len(cards.provider.requests) == 1
    assert cards.world.admin("POST", f"rewards/{reward.id}/gift-card", {"note": "again"}).json["state"] == "planned"
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert cards.world.admin("POST", f"rewards/{reward.id}/gift-card", {"note": "again"}).status == 409
    cards.balanced()


@pytest.mark.parametrize("trouble", ["busy", "error before", "error after", "lost before", "lost after"])
def test_an_answer_that_is_none_is_asked_for_again_under_the_same_name(cards: Cards, trouble: Any) -> None:
    cards.fails(trouble, trouble)
    reward = cards.approved()
    assert cards.stood(reward) == ("issued", "placing", 2500)
    cards.later(seconds=31)
    cards.later(minutes=3)
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert cards.placed() == 1
    assert len(cards.ready(reward)) == 1


def test_a_link_whose_answer_was_lost_is_asked_for_anew(cards: Cards) -> None:
    """Tremendous tells a link once; the order's repetition does not contain it."""
    cards.fails("lost after")
    reward = cards.approved()
    cards.later(seconds=31)
    (link,) = cards.ready(reward)
    assert cards.provider.page(link.rpartition("/")[2]) is not None
    assert [path.rpartition("/")[2] for _, path, _ in cards.provider.requests] == ["orders", "orders", "generate_link"]


def test_the_same_is_ordered_again_though_the_participant_changed_their_name(cards: Cards) -> None:
    """Another order under the same name is a conflict (409)."""
    cards.fails("error after")
    reward = cards.approved()
    cards.world.admin("PATCH", f"participants/{reward.participant_id}", {"name": "Jane Roe"})
    cards.later(seconds=31)
    first, second = (body for _, path, body in cards.provider.requests if path == "/orders")
    assert first == second
    assert cards.stood(reward)[1] == "delivered"


def test_a_refusal_after_an_unanswered_attempt_does_not_mean_that_nothing_is_placed(cards: Cards) -> None:
    cards.fails("error after", "no funds")
    reward = cards.approved()
    cards.later(seconds=31)
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert cards.placed() == 1


def test_a_refusal_after_an_attempt_that_surely_failed_fails(cards: Cards) -> None:
    cards.fails("lost before", "no funds")
    reward = cards.approved()
    cards.later(seconds=31)
    assert cards.stood(reward) == ("issued", "failed", 0)


def test_a_wrong_key_waits_and_is_seen(cards: Cards) -> None:
    cards.provider.key = "another key"
    reward = cards.approved()
    cards.later(minutes=1)
    cards.later(minutes=3)
    assert cards.stood(reward) == ("issued", "placing", 2500)
    assert "GOODWORD_TREMENDOUS_KEY is wrong" in stuck(cards)[0]["reason"]
    cards.provider.key = "a key"
    cards.later(minutes=11)
    assert cards.stood(reward)[1] == "delivered"
    assert stuck(cards) == []


@pytest.mark.parametrize(
    "status", ["PENDING APPROVAL", "PENDING INTERNAL PAYMENT APPROVAL", "PENDING SETTLEMENT", "OPEN", "NEW ONE"]
)
def test_an_order_that_is_not_carried_out_yet_is_looked_at_until_it_is(cards: Cards, status: str) -> None:
    """Pending never counts as sent."""
    cards.provider.status = lambda: status
    reward = cards.approved()
    assert cards.stood(reward) == ("issued", "placed", 2500)
    assert cards.ready(reward) == []
    assert status in stuck(cards)[0]["reason"]
    (order,) = cards.provider.orders.all()
    cards.provider.orders.become(order.id, "EXECUTED")
    cards.later(hours=1)
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert len(cards.ready(reward)) == 1


@pytest.mark.parametrize("trouble", ["refused", "no funds", "error before", "lost before"])
def test_a_look_that_fails_says_nothing_about_the_order(cards: Cards, trouble: Any) -> None:
    """However certain the refusal: the order was placed, and its money stays laid out."""
    cards.provider.status = lambda: "PENDING SETTLEMENT"
    reward = cards.approved()
    cards.fails(trouble)
    cards.later(hours=1)
    assert cards.stood(reward) == ("issued", "placed", 2500)
    cards.provider.orders.become(cards.provider.orders.all()[0].id, "EXECUTED")
    cards.later(hours=7)
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)


@pytest.mark.parametrize(("status", "state"), [("FAILED", "failed"), ("CANCELED", "canceled")])
def test_an_order_that_comes_to_nothing_is_placed_anew_under_another_name(
    cards: Cards, status: str, state: str
) -> None:
    cards.provider.status = lambda: status
    reward = cards.approved()
    assert cards.stood(reward) == ("issued", state, 0)
    assert stuck(cards)[0]["id"] == reward.id
    cards.provider.status = lambda: "EXECUTED"
    cards.world.admin("POST", f"rewards/{reward.id}/gift-card", {"note": "again"})
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert [body["external_id"] for _, path, body in cards.provider.requests] == [reward.id, f"{reward.id}.2"]
    assert cards.placed() == 1


def test_the_amount_of_an_ordered_card_stays(cards: Cards) -> None:
    cards.fails("error before")
    reward = cards.approved()
    answer = cards.world.admin("PATCH", f"rewards/{reward.id}", {"amount_cents": 9_900, "note": "more"})
    assert (answer.status, answer.json["detail"]) == (
        409,
        "the gift card is ordered already, so its amount stays as it is",
    )


def test_an_amount_changed_before_the_order_is_what_is_ordered(cards: Cards) -> None:
    reward = cards.promised()
    change_amount(cards.world.program.ports, reward.id, 3_050, "owner", "a large job")
    cards.approve(reward)
    cards.world.settle_down()
    assert cards.provider.requests[0][2]["reward"]["value"]["denomination"] == 30.5


def test_staff_see_how_an_order_stands_but_not_its_link(cards: Cards) -> None:
    reward = cards.approved()
    shown = told(cards, reward)
    assert (shown["state"], shown["external_id"]) == ("delivered", reward.id)
    assert "payout" not in str(shown)
    assert cards.world.admin("GET", "rewards/rew_0-1/gift-card").status == 404
