"""Rules 2 to 8 under every interleaving of two workers' calls: whose somebody is, and who may be written to."""

import pytest

from tests.torture.cases import DRAWN, each
from tests.torture.conductor import drawn_schedules
from tests.torture.judge import Trial
from tests.torture.plots import Scenario
from tests.torture.scenarios_people import SCENARIOS


@each(SCENARIOS)
def test_no_schedule_breaks_a_rule(scenario: Scenario, trial: Trial) -> None:
    trial.judge()
    assert not trial.violations, trial.report()
    assert trial.graph.schedules > 1


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_threads_that_take_turns_end_as_the_explorer_says(scenario: Scenario, trial: Trial) -> None:
    for schedule, outcomes, state in drawn_schedules(trial, DRAWN):
        assert trial.table[state] == trial.table[schedule[-1].to.state]
        assert outcomes == trial.outcomes(schedule[-1].to)
