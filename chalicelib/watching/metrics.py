"""Metrics in CloudWatch's embedded metric format: lines on standard output, which cost no call."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import IO, Any

from chalicelib.domain.measures import Measure

_NAMESPACE = "Goodword"


class Metrics:
    """Writes what was counted, by stage; to nobody without a stage, as on one machine."""

    def __init__(self, stage: str | None, stream: IO[str] | None = None) -> None:
        self._stage, self._stream = stage, stream

    def write(self, counts: Mapping[Measure, float], at: datetime) -> None:
        """One line for all of them; what was counted zero times is left out, a time is not."""
        told = {name: count for name, count in counts.items() if count or name == "OldestUnfinishedSeconds"}
        if self._stage is not None and told:
            line = json.dumps(_embedded(self._stage, told, at))
            # One write: lines of two threads must not meet.
            (self._stream or sys.stdout).write(f"{line}\n")


def _embedded(stage: str, counts: Mapping[Any, float], at: datetime) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": "Seconds" if name.endswith("Seconds") else "Count"} for name in counts]
    return {
        "_aws": {
            "Timestamp": int(at.timestamp() * 1000),
            "CloudWatchMetrics": [{"Namespace": _NAMESPACE, "Dimensions": [["Stage"]], "Metrics": metrics}],
        },
        "Stage": stage,
        **counts,
    }
