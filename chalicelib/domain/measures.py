"""What is counted while the program runs; the alarms and the dashboard of `infra/` know these names."""

from typing import Literal, get_args

Measure = Literal["Leads", "Settlements", "Rewards", "Sends", "Failures", "OldestUnfinishedSeconds"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
