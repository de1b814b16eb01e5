"""After a crash: what a machine does again by itself, what its sender sends again, until nothing is left to do."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from chalicelib.services.react import react
from chalicelib.storage.stream import change_of_key
from tests.torture.acting import Outcome, Tools, Worker, run_alone
from tests.torture.plots import NOW
from tests.torture.table import Table

#: The schedule runs on: past a claim, past a hold, and past the longest wait of an event.
_ROUNDS = (timedelta(hours=1), timedelta(days=10), timedelta(days=20))


def keep_schedule(table: Table, tools: Tools, state: int) -> tuple[list[Outcome], int]:
    """Let the schedule run; returns how each of its rounds ended and the state they left."""
    outcomes = []
    for number, passed in enumerate(_ROUNDS):
        schedule = Worker("schedule", _work_off_what_is_due, NOW + passed)
        outcome, state = run_alone(schedule, tools, table, state, f"round {number}")
        outcomes.append(outcome)
    return outcomes, state


def redeliver(table: Table, tools: Tools, workers: Iterable[Worker], state: int) -> int:
    """Let each do their work once more, one after the other, a little later; returns the state they left."""
    for worker in workers:
        later = replace(worker, now=worker.now + timedelta(minutes=1))
        _, state = run_alone(later, tools, table, state, "again")
    return state


def _work_off_what_is_due(tools: Tools) -> None:
    for key in list(tools.ports.store.work.due(tools.ports.now())):
        change = change_of_key(*key)
        if change is not None:
            react(tools.ports, tools.outside, change)
