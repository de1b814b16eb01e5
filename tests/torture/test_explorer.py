"""The explorer itself: it counts every schedule, and finds what only one of them breaks."""

import math
from collections.abc import Iterator

import pytest

from chalicelib.services.change_participant import Decisions, change_participant
from tests.torture.acting import Tools, Worker
from tests.torture.books import Books
from tests.torture.explorer import Explored, Explorer
from tests.torture.judge import Trial
from tests.torture.plots import NOW, Plot, Scene
from tests.torture.table import Table


def explored(table: Table, tools: Tools, *workers: Worker, faults: int = 0) -> Explored:
    return Explorer(table, tools, workers, faults=faults).explore(table.empty)


def reads(name: str, times: int) -> Worker:
    def act(tools: Tools) -> None:
        for number in range(times):
            tools.ports.store.referrals.get(f"ref_{name}{number}")

    return Worker(name, act, NOW)


@pytest.mark.parametrize(("one", "other"), [(1, 1), (3, 4), (6, 6)])
def test_two_workers_have_as_many_schedules_as_ways_to_shuffle_their_calls(
    table: Table, tools: Tools, one: int, other: int
) -> None:
    graph = explored(table, tools, reads("a", one), reads("b", other))
    assert graph.schedules == math.comb(one + other, one)
    assert len(graph.steps) == (one + 1) * (other + 1), "moments that agree are walked once"
    assert table.calls_made == one + other, "the engine does each call once"


def test_three_workers_are_shuffled_too(table: Table, tools: Tools) -> None:
    graph = explored(table, tools, reads("a", 2), reads("b", 2), reads("c", 2))
    assert graph.schedules == math.factorial(6) // 2**3


def test_a_failure_happens_at_each_call_once(table: Table, tools: Tools) -> None:
    """Two reads: neither fails, or one of them, by a crash or by an error that ends the worker as well."""
    assert explored(table, tools, reads("a", 2), faults=1).schedules == 1 + 2 * 2


def _adds_an_alias(code: str, alias: str, *, guarded: bool) -> Worker:
    def act(tools: Tools) -> None:
        if guarded:
            change_participant(tools.ports, code, Decisions(add_alias=alias), "staff")
            return
        store = tools.ports.store
        known = store.participants.get(code)
        assert known is not None
        transaction = store.transaction()
        store.participants.create(transaction, Decisions(add_alias=alias).applied(known), alias)
        transaction._operations["put"][0][1].pop("ConditionExpression")
        transaction.commit()

    return Worker(alias, act, NOW)


@pytest.mark.parametrize("guarded", [True, False])
def test_an_unguarded_change_is_found_to_lose_another(table: Table, tools: Tools, guarded: bool) -> None:
    def two_aliases(scene: Scene) -> Plot:
        jane = scene.enrol()

        def ends(books: Books) -> Iterator[str]:
            found = set(books.participants[jane]["aliases"])
            if found != {"jane-one", "jane-two"}:
                yield f"only {found}"

        workers = tuple(_adds_an_alias(jane, alias, guarded=guarded) for alias in ("jane-one", "jane-two"))
        return Plot(workers, ends)

    trial = Trial.of(two_aliases, table, tools).judge()
    assert bool(trial.violations) != guarded, trial.report()
    if not guarded:
        assert {"only {'jane-one'}", "only {'jane-two'}"} <= trial.violations.keys()
        (first,) = {path[0] for path in trial.violations.values()}
        assert "GetItem" in first
