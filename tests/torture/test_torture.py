"""The long profile: with a failure anywhere, with indexes that lag behind, and with the schedule as a third worker."""

import pytest

from chalicelib.services.settle import settle
from tests.torture import scenarios_decisions, scenarios_invoices, scenarios_people
from tests.torture.acting import Tools, Worker
from tests.torture.books import Books
from tests.torture.cases import BROKEN_WITH_A_THIRD, BROKEN_WITH_FAULTS, each
from tests.torture.judge import Trial
from tests.torture.plots import Scenario
from tests.torture.table import Table

MONEY = scenarios_invoices.SCENARIOS + scenarios_decisions.SCENARIOS
SCENARIOS = MONEY + scenarios_people.SCENARIOS

pytestmark = [pytest.mark.torture, pytest.mark.timeout(1800)]


@each(SCENARIOS, BROKEN_WITH_FAULTS)
def test_no_schedule_with_a_failure_breaks_a_rule(scenario: Scenario, table: Table, tools: Tools) -> None:
    """One call of either worker, anywhere, fails: before or after it took effect, with a crash or with an error."""
    trial = Trial.of(scenario, table, tools, faults=1).judge()
    assert not trial.violations, trial.report()


@each(SCENARIOS)
def test_no_schedule_with_a_late_index_breaks_a_rule(scenario: Scenario, table: Table, tools: Tools) -> None:
    """Each query of an index answers as it is, or as it was at the start."""
    trial = Trial.of(scenario, table, tools, late_index=True).judge()
    assert not trial.violations, trial.report()


@each(MONEY, BROKEN_WITH_A_THIRD)
def test_no_schedule_with_a_third_worker_breaks_a_rule(scenario: Scenario, table: Table, tools: Tools) -> None:
    """A third one settles every referral there is."""
    trial = Trial.of(scenario, table, tools)
    referrals = sorted(Books.of(table[trial.start]).referrals)
    now = max(worker.now for worker in trial.plot.workers)
    third = Worker("third", lambda tools: [settle(tools.ports, referral) for referral in referrals], now)
    trial.acting = (*trial.plot.workers, third)
    trial.judge()
    assert not trial.violations, trial.report()
