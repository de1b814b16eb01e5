"""A reward taken back while its gift card is under way: at every moment, and never silently (rule 6)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.cards import Cards, connected
from tests.world import World


@pytest.fixture
def cards(world: World) -> Iterator[Cards]:
    with connected(world) as opened:
        yield opened


def stuck(cards: Cards) -> list[str]:
    return [entry["reason"] for entry in cards.world.admin("GET", "overview").json["stuck"]["gift_cards"]]


def test_before_it_is_ordered_nothing_is_ordered(cards: Cards) -> None:
    reward = cards.promised()
    cards.approve(reward)
    cards.void(reward)
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversed", "canceled", 0)
    assert cards.provider.requests == []
    assert stuck(cards) == []
    cards.balanced()


def test_while_it_waits_for_the_key_nothing_is_ordered(cards: Cards) -> None:
    whole = cards.world.program.outside
    cards.world.program.outside = replace(whole, gift_cards=None)
    reward = cards.approved()
    cards.void(reward)
    cards.world.program.outside = whole
    cards.later(minutes=6)
    assert cards.stood(reward) == ("reversed", "canceled", 0)
    assert cards.provider.requests == []
    assert stuck(cards) == []


def test_while_nobody_knows_whether_it_is_ordered_it_waits_for_the_answer(cards: Cards) -> None:
    """The money may have left; the order is found, and called off."""
    cards.provider.cancels = True
    cards.fails("error after")
    reward = cards.approved()
    cards.void(reward)
    assert cards.stood(reward)[0] == "reversal_due"
    cards.later(minutes=1)
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversed", "canceled", 0)
    assert (cards.placed(), cards.ready(reward)) == (0, [])
    assert len(cards.world.messages("reward_reversed")) == 1
    cards.balanced()


def test_while_it_is_surely_not_ordered_it_is_reversed(cards: Cards) -> None:
    cards.fails("error before", "no funds")
    reward = cards.approved()
    cards.void(reward)
    cards.later(minutes=1)
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversed", "failed", 0)
    assert cards.placed() == 0
    cards.balanced()


def test_an_order_that_waits_for_approval_there_is_rejected(cards: Cards) -> None:
    cards.provider.status = lambda: "PENDING APPROVAL"
    reward = cards.approved()
    cards.void(reward)
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversed", "canceled", 0)
    assert cards.provider.requests[-1][1].endswith("/reject")
    assert stuck(cards) == []
    cards.balanced()


def test_a_card_that_cannot_be_called_off_is_not_sent_and_a_person_decides(cards: Cards) -> None:
    """Bought but not sent: keeping the reward sends it; reversing it leaves the rest to be done there."""
    cards.provider.status = lambda: "PENDING SETTLEMENT"
    reward = cards.approved()
    cards.void(reward)
    cards.provider.orders.become(cards.provider.orders.all()[0].id, "EXECUTED")
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversal_due", "placed", 2500)
    assert "was not canceled (Tremendous answered 422: Only rewards with" in stuck(cards)[0]
    assert stuck(cards)[0].endswith("its link was not sent")
    assert cards.ready(reward) == []
    cards.patch(reward, "redeemed")
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert len(cards.ready(reward)) == 1
    assert stuck(cards) == []
    assert cards.reward(reward.id).kept
    cards.balanced()


def test_a_card_reversed_by_a_person_is_never_sent(cards: Cards) -> None:
    cards.provider.status = lambda: "PENDING SETTLEMENT"
    reward = cards.approved()
    cards.void(reward)
    cards.provider.orders.become(cards.provider.orders.all()[0].id, "EXECUTED")
    cards.world.settle_down()
    cards.patch(reward, "reversed")
    cards.later(hours=7)
    assert cards.stood(reward)[:2] == ("reversed", "placed")
    assert cards.ready(reward) == []
    assert stuck(cards), "the business paid for a card that nobody has"
    cards.provider.decide(cards.provider.orders.all()[0].id, "CANCELED", "REWARDS.CANCELED")
    cards.arrive()
    assert cards.stood(reward) == ("reversed", "canceled", 0)
    assert stuck(cards) == []
    cards.balanced()


def test_an_invoice_that_stands_again_sends_the_card_after_all(cards: Cards) -> None:
    cards.provider.status = lambda: "PENDING SETTLEMENT"
    reward = cards.approved()
    cards.void(reward)
    cards.provider.orders.become(cards.provider.orders.all()[0].id, "EXECUTED")
    cards.world.settle_down()
    cards.stands_again(reward)
    cards.world.settle_down()
    assert cards.stood(reward) == ("redeemed", "delivered", 2500)
    assert len(cards.ready(reward)) == 1
    cards.balanced()


def test_a_card_that_was_sent_is_a_persons_to_decide_about(cards: Cards) -> None:
    """Redeemed is never silently changed, also where the provider would take the card back."""
    cards.provider.cancels = True
    reward = cards.approved()
    cards.void(reward)
    cards.later(hours=7)
    assert cards.stood(reward) == ("reversal_due", "delivered", 2500)
    assert cards.placed() == 1
    cards.patch(reward, "reversed")
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversed", "canceled", 0)
    assert cards.placed() == 0
    cards.balanced()


def test_a_sent_card_that_the_provider_does_not_take_back_says_so(cards: Cards) -> None:
    reward = cards.approved()
    cards.patch(reward, "reversed")
    cards.world.settle_down()
    assert cards.stood(reward)[:2] == ("reversed", "delivered")
    assert "the participant has its link" in (cards.order(reward).reason or "")
    cards.balanced()


def test_a_lost_answer_to_calling_it_off_is_asked_for_again(cards: Cards) -> None:
    cards.provider.status = lambda: "PENDING APPROVAL"
    reward = cards.approved()
    cards.fails("lost after", path="/order_approvals")
    cards.void(reward)
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversal_due", "placed", 2500)
    cards.later(hours=1)
    cards.world.settle_down()
    assert cards.stood(reward) == ("reversed", "canceled", 0)
    cards.balanced()


def test_a_new_reward_after_a_reversal_has_an_order_of_its_own(cards: Cards) -> None:
    cards.provider.status = lambda: "PENDING APPROVAL"
    reward = cards.approved()
    cards.void(reward)
    cards.world.settle_down()
    cards.stands_again(reward)
    cards.provider.status = lambda: "EXECUTED"
    second = cards.world.admin("GET", f"referrals/{reward.referral_id}").json["rewards"][-1]
    again = cards.reward(second["id"])
    assert (again.status, again.id != reward.id) == ("pending", True)
    cards.approve(again)
    cards.world.settle_down()
    assert cards.stood(again) == ("redeemed", "delivered", 2500)
    assert cards.placed() == 1
    cards.balanced()
