"""Rules 2 to 8 under every interleaving of the workers' calls; the report's last lines count them."""

from collections.abc import Callable, Iterable

import pytest

from chalicelib.services.settle import settle
from tests.torture.acting import Tools, Worker
from tests.torture.books import Books
from tests.torture.conductor import drawn_schedules
from tests.torture.judge import Trial
from tests.torture.plots import Scenario
from tests.torture.scenarios import ALL, MONEY, QUICK
from tests.torture.table import Table

#: How many schedules of each scenario are run again with threads.
DRAWN = 20

pytestmark = pytest.mark.timeout(1800)
Count = Callable[[str, Trial], None]


def each(scenarios: Iterable[Scenario], quick: Iterable[str] = ()) -> pytest.MarkDecorator:
    """Parametrize with `scenario`; all but the `quick` ones belong to the long profile."""
    cases = [
        pytest.param(scenario, id=name, marks=[] if name in quick else [pytest.mark.torture])
        for name, scenario in ((scenario.__name__, scenario) for scenario in scenarios)
    ]
    return pytest.mark.parametrize("scenario", cases)


@each(ALL, QUICK)
def test_no_schedule_breaks_a_rule(scenario: Scenario, table: Table, tools: Tools, count: Count) -> None:
    """Run again with threads that take turns, drawn schedules end as the explorer says they do."""
    trial = Trial.of(scenario, table, tools).judge()
    count("two workers", trial)
    assert not trial.violations, trial.report()
    assert trial.graph.schedules > 1
    for schedule, outcomes, state in drawn_schedules(trial, DRAWN):
        assert trial.table[state] == trial.table[schedule[-1].to.state]
        assert outcomes == trial.outcomes(schedule[-1].to)


@each(ALL)
def test_no_schedule_with_a_failure_breaks_a_rule(scenario: Scenario, table: Table, tools: Tools, count: Count) -> None:
    """One call of either worker, anywhere, fails: before or after it took effect, with a crash or with an error."""
    trial = Trial.of(scenario, table, tools, faults=1).judge()
    count("and one failure", trial)
    assert not trial.violations, trial.report()


@each(ALL, ["moved_and_redeemed"])
def test_a_failure_at_any_call_is_mended_by_redelivery_and_schedule(
    scenario: Scenario, table: Table, tools: Tools, count: Count
) -> None:
    """The same with one worker at a time; the other does its work after the redelivery."""
    for number in range(2):
        trial = Trial.of(scenario, table, tools, faults=1)
        trial.acting = (trial.plot.workers[number],)
        trial.judge()
        count("one worker, one failure", trial)
        assert not trial.violations, trial.report()
        assert trial.graph.schedules > 2, "no call failed"


@each(ALL)
def test_no_schedule_with_a_late_index_breaks_a_rule(
    scenario: Scenario, table: Table, tools: Tools, count: Count
) -> None:
    """Each query of an index answers as it is, or as it was at the start."""
    trial = Trial.of(scenario, table, tools, late_index=True).judge()
    count("and late indexes", trial)
    assert not trial.violations, trial.report()


@each(MONEY)
def test_no_schedule_with_a_third_worker_breaks_a_rule(
    scenario: Scenario, table: Table, tools: Tools, count: Count
) -> None:
    """A third one settles every referral there is."""
    trial = Trial.of(scenario, table, tools)
    referrals = sorted(Books.of(table[trial.start]).referrals)
    now = max(worker.now for worker in trial.plot.workers)
    third = Worker("third", lambda tools: [settle(tools.ports, referral) for referral in referrals], now)
    trial.acting = (*trial.plot.workers, third)
    trial.judge()
    count("and a third worker", trial)
    assert not trial.violations, trial.report()
