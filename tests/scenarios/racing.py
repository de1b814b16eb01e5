"""Let several threads begin the same moment, and look at what they left behind."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from chalicelib.domain.participants import Participant
from chalicelib.domain.referrals import Referral
from chalicelib.domain.rewards import Reward
from tests.world import World

T = TypeVar("T")
WRITERS = 8


def together(*tasks: Callable[[], T]) -> list[T]:
    """Run the tasks at once, each on a thread of its own; returns their results in order, raises the first error."""
    barrier = threading.Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        barrier.wait(timeout=30)
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(run, task) for task in tasks]]


def referrals_of(world: World, code: str) -> list[Referral]:
    """Everything attributed to a participant, removed or not, oldest first."""
    found, more = world.program.ports.store.referrals.page(participant_id=code, stage=None, limit=100, cursor=None)
    assert more is None
    return found[::-1]


def rewards_of(world: World, code: str) -> list[Reward]:
    """Every reward a participant ever had."""
    found, more = world.program.ports.store.rewards.page(participant_id=code, status=None, limit=100, cursor=None)
    assert more is None
    return found


def leaderboard(world: World) -> dict[str, int]:
    """Closed referrals by participant, as the index has them."""
    return {leader.id: leader.totals.closed for leader in world.program.ports.store.participants.leaders(100)}


def assert_books_balance(world: World, code: str) -> Participant:
    """Rule 4: sum(ledger) == sum(live rewards) == totals == leaderboard; rule 3: each tier once. Returns them."""
    participant = world.participant(code)
    referrals, rewards = referrals_of(world, code), rewards_of(world, code)
    live = [reward for reward in rewards if reward.given]
    closed = [referral for referral in referrals if referral.closed]
    entries = list(world.program.ports.store.rewards.ledger_of(code))
    assert sum(entry.amount_cents for entry in entries) == sum(reward.amount_cents for reward in live)
    assert participant.totals.earned_cents == sum(reward.amount_cents for reward in live)
    assert participant.totals.closed == len(closed)
    assert leaderboard(world).get(code, 0) == len(closed)
    assert len(live) == len({reward.referral_id for reward in live}) == len(closed)
    tiers = sorted(reward.tier for reward in live)
    assert len(set(tiers)) == len(tiers)
    taken = set(range(1, participant.tiers.highest + 1)) - set(participant.tiers.freed)
    assert taken == set(tiers) == {referral.tier for referral in closed}
    issued = [message.id for message in world.messages("reward_issued") if message.participant_id == code]
    given = [entry for entry in entries if entry.amount_cents > 0]
    assert len(issued) == len(set(issued)) == len(given)
    return participant


def invoice(world: World, kind: str, phone: str, identifier: str, **more: Any) -> Any:
    """Post an invoice event as a provider would."""
    data = {
        "customer": {"phone": phone},
        "invoice": {"id": identifier, "amount_cents": 50_000, "currency": "USD"},
    }
    return world.event(f"invoice.{kind}", data, **more)
