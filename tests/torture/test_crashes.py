"""Rules 2 to 8 when one worker's call fails, before or after it took effect, with a crash or with an error."""

import pytest

from tests.torture import scenarios_decisions, scenarios_invoices, scenarios_people
from tests.torture.acting import Tools
from tests.torture.judge import Trial
from tests.torture.plots import Scenario
from tests.torture.table import Table

SCENARIOS = scenarios_invoices.SCENARIOS + scenarios_decisions.SCENARIOS + scenarios_people.SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_failure_at_any_call_is_mended_by_redelivery_and_schedule(
    scenario: Scenario, table: Table, tools: Tools
) -> None:
    for number in range(2):
        trial = Trial.of(scenario, table, tools, faults=1)
        trial.acting = (trial.plot.workers[number],)
        trial.judge()
        assert not trial.violations, trial.report()
        assert trial.graph.schedules > 2, "no call failed"
