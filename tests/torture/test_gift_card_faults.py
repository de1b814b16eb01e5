"""A thousand gift cards against a provider with lost answers, 429, 500 after the commit, and every status."""

from collections.abc import Iterator

import pytest

from tests.cards import Cards, connected
from tests.scenarios.gift_card_runs import Runs
from tests.world import World

pytestmark = [pytest.mark.torture, pytest.mark.timeout(1800)]
AT_ONCE = 20


@pytest.fixture
def cards(world: World) -> Iterator[Cards]:
    with connected(world) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(1000, 1050))
def test_a_thousand_rewards_are_a_thousand_orders(cards: Cards, seed: int) -> None:
    """Orders = rewards, none doubled."""
    runs = Runs(cards, seed, AT_ONCE, reversals=False)
    runs.play()
    runs.calm()
    runs.judge()
    assert cards.placed() == sum(cards.stood(reward)[0] == "redeemed" for reward in runs.rewards) == AT_ONCE


@pytest.mark.parametrize("seed", range(2000, 2050))
def test_a_thousand_with_reversals_leave_no_card_unaccounted_for(cards: Cards, seed: int) -> None:
    runs = Runs(cards, seed, AT_ONCE, reversals=True)
    runs.play()
    runs.calm()
    runs.judge()
