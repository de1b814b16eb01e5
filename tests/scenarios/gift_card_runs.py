"""Gift cards against a provider that fails in every way: random histories, and what must be true at their end."""

import random
from typing import get_args

from chalicelib.domain.rewards import Reward
from chalicelib.local.gift_card_provider import Trouble
from tests.cards import Cards

TROUBLES: tuple[Trouble, ...] = get_args(Trouble)
STATUSES = (
    "EXECUTED",
    "PENDING APPROVAL",
    "PENDING INTERNAL PAYMENT APPROVAL",
    "PENDING SETTLEMENT",
    "OPEN",
    "FAILED",
    "CANCELED",
)
_STEPS = 10


class Runs:
    """Several gift cards at once, each with a history of its own; the seed decides everything."""

    def __init__(self, cards: Cards, seed: int, count: int, *, reversals: bool) -> None:
        self.cards, self.random, self.reversals = cards, random.Random(seed), reversals
        self.cards.provider.cancels = self.random.random() < 0.5
        jane = cards.world.enrol()
        self.code = jane.id
        self.rewards = [cards.closed(jane.id) for _ in range(count)]
        self.voided: set[str] = set()

    def play(self) -> None:
        """Approve them at random moments while everything goes wrong."""
        provider = self.cards.provider
        provider.trouble = lambda method, path: self.random.choice(TROUBLES) if self.random.random() < 0.5 else None
        provider.status = lambda: self.random.choice(STATUSES) if self.random.random() < 0.5 else "EXECUTED"
        for _ in range(_STEPS):
            for reward in self.rewards:
                self._act(reward)
            self._notices()
            self.cards.later(seconds=self.random.choice((1, 40, 150, 700, 4000, 30_000)))

    def calm(self) -> None:
        """Nothing goes wrong any more, and whoever has to do something does it."""
        provider = self.cards.provider
        provider.trouble, provider.status = (lambda method, path: None), (lambda: "EXECUTED")
        for reward in self.rewards:
            if self.cards.reward(reward.id).status == "pending":
                self.cards.approve(reward)
        for _ in range(3):
            for order in provider.orders.all():
                if order.status not in {"EXECUTED", "FAILED", "CANCELED"}:
                    provider.orders.become(order.id, "EXECUTED")
            for _ in range(4):
                self.cards.later(hours=7)
            for reward in self.rewards:
                if self.cards.reward(reward.id).status == "issued":
                    self.cards.world.admin("POST", f"rewards/{reward.id}/gift-card", {"note": "again"})
            self.cards.world.settle_down()

    def judge(self) -> None:
        """One card paid and one link sent for each reward that is given, and none for any other."""
        paid: dict[str, int] = {}
        for order in self.cards.provider.orders.all():
            name = str(order.external_id).partition(".")[0]
            paid[name] = paid.get(name, 0) + (order.status not in {"FAILED", "CANCELED"})
        for reward in self.rewards:
            if self.cards.reward(reward.id).issued_at is None:
                assert self.cards.reward(reward.id).status == "reversed"
                assert reward.id not in paid
                continue
            status, state, spent = self.cards.stood(reward)
            worth = self.cards.reward(reward.id).amount_cents
            seen = f"{reward.id}: {status} {state} spent {spent} paid {paid.get(reward.id, 0)}"
            ready = self.cards.ready(reward)
            if status == "redeemed":
                assert (state, spent, paid[reward.id]) == ("delivered", worth, 1), seen
            elif status == "reversed":
                assert paid.get(reward.id, 0) == (state in {"placed", "delivered"}), seen
                assert (spent == 0) == (state in {"failed", "canceled"}), seen
            else:
                assert (status, spent, paid[reward.id]) == ("reversal_due", worth, 1), seen
            assert len(ready) == len(set(ready)), seen
            assert bool(ready) >= (state == "delivered"), seen
        self.cards.balanced()

    def _act(self, reward: Reward) -> None:
        now = self.cards.reward(reward.id)
        if now.status == "pending" and self.random.random() < 0.5:
            self.cards.approve(reward)
        elif now.status == "issued" and self.random.random() < 0.1:
            self.cards.world.admin("POST", f"rewards/{reward.id}/gift-card", {"note": "again"})
        if self.reversals and now.status != "reversed" and self.random.random() < 0.1:
            if reward.id in self.voided:
                self.voided.discard(reward.id)
                self.cards.stands_again(reward)
            else:
                self.voided.add(reward.id)
                self.cards.void(reward)

    def _notices(self) -> None:
        """Some orders are decided there; notices get lost, doubled and out of order."""
        provider = self.cards.provider
        for order in provider.orders.all():
            if order.status in {"PENDING APPROVAL", "PENDING SETTLEMENT", "OPEN"} and self.random.random() < 0.2:
                status = self.random.choice(("EXECUTED", "CANCELED", "FAILED"))
                event = {"EXECUTED": "APPROVED"}.get(status, status)
                provider.decide(order.id, status, f"ORDERS.{event}")
        told = [notice for notice in self.cards.notices if self.random.random() < 0.7]
        self.random.shuffle(told)
        self.cards.notices[:] = [*told, *self.random.sample(told, len(told) // 3)]
        assert set(self.cards.arrive()) <= {202}
