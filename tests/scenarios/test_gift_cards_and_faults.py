"""Gift cards when answers get lost, processes die and workers race: never two cards, never a card without its word."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.services.order_gift_card import order_gift_card
from tests.cards import Cards, connected
from tests.scenarios.gift_card_runs import Runs
from tests.scenarios.racing import WRITERS, together
from tests.storage.faults import Killed, answer_lost, only, unreachable, wire
from tests.world import World


@pytest.fixture
def cards(world: World) -> Iterator[Cards]:
    with connected(world) as opened:
        yield opened


def work(cards: Cards, reward_id: str) -> None:
    order_gift_card(cards.world.program.ports, cards.world.program.outside, reward_id)


@pytest.mark.parametrize("seed", range(3))
def test_orders_are_rewards_whatever_goes_wrong(cards: Cards, seed: int) -> None:
    """The long run is in tests/torture."""
    runs = Runs(cards, seed, 8, reversals=False)
    runs.play()
    runs.calm()
    runs.judge()
    assert {cards.stood(reward)[0] for reward in runs.rewards} == {"redeemed"}
    assert cards.placed() == len(runs.rewards)


@pytest.mark.parametrize("seed", range(3))
def test_a_reversal_at_any_moment_leaves_no_card_unaccounted_for(cards: Cards, seed: int) -> None:
    runs = Runs(cards, seed, 8, reversals=True)
    runs.play()
    runs.calm()
    runs.judge()


@pytest.mark.parametrize(
    ("fault", "committed"),
    [(unreachable, False), (answer_lost, True), (Killed, False), (Killed, True)],
    ids=["unreachable", "answer lost", "killed before", "killed after"],
)
def test_a_card_survives_a_failure_at_every_call(
    cards: Cards, fault: Callable[[], BaseException], committed: bool
) -> None:
    """Between claim, order and record: afterwards there is one card and one message."""
    for number in itertools.count(1):
        reward = cards.promised()
        cards.approve(reward)
        judge = only(number, fault())
        with wire(after=judge) if committed else wire(before=judge) as calls, suppress(Unavailable, Killed):
            work(cards, reward.id)
        cards.later(minutes=3)
        cards.later(minutes=3)
        assert cards.stood(reward) == ("redeemed", "delivered", 2500), number
        assert len(cards.ready(reward)) == 1
        if len(calls) < number:
            break
    assert number > 8
    assert cards.placed() == number
    cards.balanced()


@pytest.mark.parametrize("committed", [False, True], ids=["not done", "done"])
def test_calling_a_card_off_survives_a_failure_at_every_call(cards: Cards, committed: bool) -> None:
    cards.provider.status = lambda: "PENDING APPROVAL"
    for number in itertools.count(1):
        reward = cards.approved()
        cards.void(reward)
        judge = only(number, Killed())
        with wire(after=judge) if committed else wire(before=judge) as calls, suppress(Killed):
            work(cards, reward.id)
        cards.later(minutes=3)
        cards.later(minutes=3)
        assert cards.stood(reward) == ("reversed", "canceled", 0), number
        if len(calls) < number:
            break
    assert number > 5
    assert cards.placed() == 0
    cards.balanced()


def test_workers_who_race_for_an_order_place_it_once(cards: Cards) -> None:
    for _ in range(5):
        cards.provider.requests.clear()
        reward = cards.promised()
        cards.approve(reward)
        together(*[lambda reward_id=reward.id: work(cards, reward_id)] * WRITERS)  # type: ignore[misc]
        cards.world.settle_down()
        assert [path for _, path, _ in cards.provider.requests] == ["/orders"]
        assert cards.stood(reward) == ("redeemed", "delivered", 2500)
        assert len(cards.ready(reward)) == 1


def test_workers_who_race_to_ask_again_ask_once(cards: Cards) -> None:
    for _ in range(5):
        cards.fails("error after")
        reward = cards.approved()
        cards.provider.requests.clear()
        cards.world.clock.forward(seconds=31)
        together(*[lambda reward_id=reward.id: work(cards, reward_id)] * WRITERS)  # type: ignore[misc]
        assert [path.rpartition("/")[2] for _, path, _ in cards.provider.requests] == ["orders", "generate_link"]
        cards.world.settle_down()
        assert len(cards.ready(reward)) == 1


def test_a_reversal_that_races_with_the_order_is_never_lost(cards: Cards) -> None:
    """Reversed and nothing paid, or sent and a person decides; nothing between."""
    ends = set()
    for _ in range(12):
        reward = cards.promised()
        cards.approve(reward)
        together(lambda reward=reward: cards.void(reward), lambda reward=reward: work(cards, reward.id))  # type: ignore[misc]
        cards.later(minutes=3)
        cards.later(minutes=3)
        status, state, spent = cards.stood(reward)
        ends.add((status, state, spent, len(cards.ready(reward))))
    assert ends <= {
        ("reversed", "canceled", 0, 0),
        ("reversal_due", "placed", 2500, 0),
        ("reversal_due", "delivered", 2500, 1),
    }
    cards.balanced()
