"""DESIGN 5 after any history: rewards, ledger, totals, balances and leaderboard agree, and nothing left twice."""

import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.torture.histories import Histories, Stage
from tests.world import World

#: Four times so many in the long profile, each with a seed of its own.
LONG, QUICK = 250, 15
_STEPS = 14


@pytest.fixture(scope="module")
def stage(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with World.open(engine, f"t-{uuid.uuid4().hex[:12]}", Path(tmp_path_factory.mktemp("histories"))) as world:
        yield Stage.of(world)


@pytest.fixture
def play(stage: Stage, record_property: Callable[[str, object], None]) -> Callable[[int, int], None]:
    """Play so many histories with this seed, and note how many there were for the report's last lines."""

    def played(number: int, of_seed: int) -> None:
        machine = seed(of_seed)(type("Histories", (Histories,), {"stage": stage}))
        rules = settings(
            max_examples=number,
            stateful_step_count=_STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
            verbosity=Verbosity.normal,
            print_blob=True,
        )
        before, began = stage.histories, time.monotonic()
        run_state_machine_as_test(machine, settings=rules)
        record_property("histories", (stage.histories - before, round(time.monotonic() - began)))

    return played


def test_a_few_histories_end_with_books_that_agree(play: Callable[[int, int], None]) -> None:
    play(QUICK, 1)


@pytest.mark.torture
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("of_seed", range(2, 6))
def test_a_thousand_histories_end_with_books_that_agree(play: Callable[[int, int], None], of_seed: int) -> None:
    play(LONG, of_seed)
