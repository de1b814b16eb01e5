"""Gift cards in tests: a world whose provider is the pretended one, over real HTTP, and that does as it is told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from chalicelib.delivery.gift_cards import Tremendous
from chalicelib.domain.gift_cards import CardOrder
from chalicelib.domain.rewards import Reward
from chalicelib.handlers import handle_schedule
from chalicelib.inbound import tremendous
from chalicelib.inbound.fetch import UrllibFetch
from chalicelib.local.card_orders import CardOrders
from chalicelib.local.gift_card_provider import GiftCardProvider, Trouble
from chalicelib.local.gift_card_server import serving
from tests.world import Answer, World

SECRET = "a secret of tests"
PATH = "/v1/hooks/tremendous"
TERMS = {"products": ["OKMHM2X2OHYV"], "campaign_id": None, "funding_source_id": "BALANCE"}


@dataclass
class Cards:
    """A world with gift cards, and the provider behind them."""

    world: World
    provider: GiftCardProvider
    notices: list[tuple[bytes, dict[str, str]]]

    def promised(self, **fields: str) -> Reward:
        """A gift card that waits for approval, for a closed referral of somebody new."""
        jane = self.world.enrol(fields.pop("name", "Jane Doe"), **fields)
        return self.closed(jane.id)

    def closed(self, code: str) -> Reward:
        reference = self.world.lead(code).json["reference"]
        self.world.clock.forward(seconds=1)
        answer = self.world.admin("PATCH", f"referrals/{reference}", {"stage": "invoiced"})
        return self.reward(answer.json["reward_id"])

    def approve(self, reward: Reward) -> None:
        """Only the approval: nothing that follows from it is done yet."""
        self.patch(reward, "issued")

    def patch(self, reward: Reward, status: str) -> Answer:
        return self.world.admin("PATCH", f"rewards/{reward.id}", {"status": status, "note": "test"})

    def approved(self) -> Reward:
        """A gift card that is approved and seen through."""
        reward = self.promised()
        self.approve(reward)
        self.world.settle_down()
        return self.reward(reward.id)

    def void(self, reward: Reward) -> None:
        """What was a reason for the reward is none any more; only the fact, not what follows."""
        self.world.clock.forward(seconds=1)
        disqualified = {"stage": "disqualified"}
        assert self.world.admin("PATCH", f"referrals/{reward.referral_id}", disqualified).status == 200

    def stands_again(self, reward: Reward) -> None:
        self.world.clock.forward(seconds=1)
        assert self.world.admin("PATCH", f"referrals/{reward.referral_id}", {"stage": "invoiced"}).status == 200

    def reward(self, reward_id: str) -> Reward:
        found = self.world.program.ports.store.rewards.get(reward_id)
        assert found is not None
        return found

    def order(self, reward: Reward) -> CardOrder:
        found = self.world.program.ports.store.gift_cards.get(reward.id)
        assert found is not None
        return found

    def stood(self, reward: Reward) -> tuple[str, str, int]:
        """Where the reward, its order, and the money stand."""
        now = self.reward(reward.id)
        return now.status, self.order(reward).state, now.spent_cents

    def later(self, **parts: float) -> None:
        self.world.clock.forward(**parts)
        self.world.settle_down()

    def finish(self) -> None:
        """Let time go by until nothing is due within a week."""
        for _ in range(40):
            self.world.settle_down()
            self.world.clock.forward(hours=7)
        while handle_schedule(self.world.program).done:
            pass

    def arrive(self) -> list[int]:
        """Deliver the notices that the provider has sent so far, and what follows from them."""
        statuses = [self.post(*notice).status for notice in self.notices]
        self.notices.clear()
        self.world.settle_down()
        return statuses

    def post(self, body: bytes, headers: dict[str, str]) -> Answer:
        return self.world.http("POST", PATH, raw=body, headers=headers)

    def fails(self, *troubles: Trouble | None, path: str = "/orders") -> None:
        """Let the next requests that begin so meet these troubles, one each."""
        waiting = list(troubles)
        self.provider.trouble = lambda method, asked: waiting.pop(0) if asked.startswith(path) and waiting else None

    def placed(self) -> int:
        """How many orders were placed that the business pays for."""
        return sum(order.status not in {"CANCELED", "FAILED"} for order in self.provider.orders.all())

    def ready(self, reward: Reward) -> list[str]:
        """The links that went out for a reward."""
        texts = [m.text for m in self.world.messages("gift_card_ready") if m.reward_id == reward.id]
        return [link for text in texts for link in re.findall(r"http\S+", text or "")]

    def balanced(self) -> None:
        from chalicelib.services.rebuild import rebuild

        assert rebuild(self.world.program.ports, lambda _: None, repair=False) == []


@contextmanager
def connected(world: World) -> Iterator[Cards]:
    """Let a world order gift cards."""
    orders = CardOrders()
    notices: list[tuple[bytes, dict[str, str]]] = []
    provider = GiftCardProvider(
        orders, "a key", SECRET, lambda body, headers: notices.append((body, dict(headers))), world.clock
    )
    cards = Cards(world, provider, notices)
    with serving(provider) as access:
        real = Tremendous(access.url, access.key or "", UrllibFetch(timeout=5))
        outside = world.program.outside
        parsers = {**outside.parsers, "tremendous": tremendous.parser(real)}
        world.program.outside = replace(outside, gift_cards=real, parsers=parsers)
        world.program.config = replace(world.program.config, tremendous_secrets=(SECRET,))
        world.settings(rewards={"customer": {"kind": "gift_card"}}, gift_cards=TERMS, submissions_per_hour=100_000)
        yield cards
    orders.close()
