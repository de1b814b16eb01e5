"""Run one schedule with real threads: each worker stands before its next call until it is its turn."""

import json
import random
import threading
from collections.abc import Iterable, Iterator
from queue import Queue

from tests.torture.acting import Outcome, Tools, Worker, perform
from tests.torture.calls import SEND, Answer, Player, Request, watched_by
from tests.torture.explorer import Step
from tests.torture.judge import Trial
from tests.torture.table import Table

_PATIENCE_SECONDS = 30


class _Turns:
    """One worker's thread: says before which call it stands, and goes on when told to."""

    def __init__(self, worker: Worker, tools: Tools, sent: list[str]) -> None:
        self._worker, self._tools, self._sent = worker, tools, sent
        self._stood: Queue[Request | Outcome] = Queue()
        self._go = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=worker.name, daemon=True)
        self.stands_before: Request | Outcome = Outcome()

    def start(self) -> None:
        self._thread.start()
        self.stands_before = self._stood.get(timeout=_PATIENCE_SECONDS)

    def step(self) -> None:
        """Let it make the call it stands before, and run on to the next one."""
        self._go.release()
        self.stands_before = self._stood.get(timeout=_PATIENCE_SECONDS)

    def _run(self) -> None:
        with watched_by(self._player()):
            self._stood.put(perform(self._worker, self._tools))

    def _player(self) -> Player:
        def wait_for_turn(request: Request) -> Answer | None:
            self._stood.put(request)
            assert self._go.acquire(timeout=_PATIENCE_SECONDS)
            if request.operation == SEND:
                self._sent.append(json.loads(request.body)["id"])
            return None

        return wait_for_turn


def drawn_schedules(trial: Trial, number: int) -> Iterator[tuple[list[Step], list[Outcome], int]]:
    """Run so many schedules of a trial, drawn with equal probability; yields each with how it ended."""
    drawn = random.Random(str(trial.graph.schedules))
    for _ in range(number):
        schedule = trial.graph.draw(drawn)
        order = [step.worker for step in schedule]
        yield schedule, *conduct(trial.table, trial.tools, trial.acting, trial.start, order)


def conduct(
    table: Table, tools: Tools, workers: Iterable[Worker], state: int, order: Iterable[int]
) -> tuple[list[Outcome], int]:
    """Give the turns in this order, to the end; returns how each worker ended and the state they left."""
    table.restore(state)
    sent = list(table[state].sent)
    turns = [_Turns(worker, tools, sent) for worker in workers]
    for each in turns:
        each.start()
    for number in order:
        turns[number].step()
    table_after = table.look(tuple(sent))
    outcomes = [each.stands_before for each in turns]
    assert all(isinstance(outcome, Outcome) for outcome in outcomes), "the schedule ends before the workers do"
    return outcomes, table_after
