"""Every interleaving of the storage calls of several workers: the real services, each call done by the real engine.

A worker's clock and randomness are fixed, so what it does next follows from the answers it was given; what a call
answers follows from the table. So a moment of a schedule is (the answers of each worker, the state of the table), and
moments that agree in these have the same future. The explorer walks through all moments by depth-first search over
"who makes the next call", does each new call once in each new state, plays each worker once for each new answer, and
never walks a moment twice. Nothing is left out: the number of schedules is the number of paths, counted exactly.

`conductor` runs schedules drawn from these with real threads and compares, which shows that this holds.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.torture.acting import Outcome, Tools, Worker, play
from tests.torture.calls import Answer, Fault, Request
from tests.torture.table import Table

_DEAD = -1


@dataclass(frozen=True)
class Moment:
    """Where each worker stands (the number of its history), the table's state, and how many faults may yet happen."""

    stands: tuple[int, ...]
    state: int
    faults: int = 0


@dataclass(frozen=True)
class Step:
    """One edge: which worker made which call, and what came of it."""

    worker: int
    what: str
    to: Moment


@dataclass
class _History:
    answers: tuple[Answer | Fault, ...]
    next: Request | Outcome


@dataclass
class Explored:
    """The graph of all schedules of one plot."""

    start: Moment
    steps: dict[Moment, tuple[Step, ...]] = field(default_factory=dict)
    ways: dict[Moment, int] = field(default_factory=dict)
    reached_from: dict[Moment, tuple[Moment, Step]] = field(default_factory=dict)

    @property
    def schedules(self) -> int:
        return self.ways[self.start]

    @property
    def ends(self) -> Iterator[Moment]:
        return (moment for moment, steps in self.steps.items() if not steps)

    def path_to(self, moment: Moment) -> list[Step]:
        """A schedule that leads there."""
        path: list[Step] = []
        while moment in self.reached_from:
            moment, step = self.reached_from[moment]
            path.append(step)
        return path[::-1]

    def draw(self, drawn: random.Random) -> list[Step]:
        """A whole schedule, each with the same probability."""
        path: list[Step] = []
        moment = self.start
        while steps := self.steps[moment]:
            (step,) = drawn.choices(steps, [self.ways[step.to] for step in steps])
            path.append(step)
            moment = step.to
        return path


class Explorer:
    """Explores the schedules of `workers` from one state.

    `faults`: how many calls, anywhere, may end in a crash of their worker or go without an answer, done or not.
    `late_index`: a query of an index may also answer as it would have at the start, for DynamoDB's indexes lag behind.
    """

    def __init__(
        self, table: Table, tools: Tools, workers: tuple[Worker, ...], *, faults: int = 0, late_index: bool = False
    ) -> None:
        self._table, self._tools, self._workers = table, tools, workers
        self._faults, self._late_index = faults, late_index
        self._histories: list[_History] = []
        self._after: dict[tuple[int, int, Answer | Fault], int] = {}
        self._start_state = table.empty

    def explore(self, state: int) -> Explored:
        self._start_state = state
        stands = tuple(self._stand(worker, ()) for worker in range(len(self._workers)))
        graph = Explored(Moment(stands, state, self._faults))
        waiting = [graph.start]
        while waiting:
            moment = waiting[-1]
            if moment not in graph.steps:
                graph.steps[moment] = tuple(dict.fromkeys(self._steps(moment)))
                for step in graph.steps[moment]:
                    if step.to not in graph.steps:
                        graph.reached_from[step.to] = (moment, step)
                        waiting.append(step.to)
            else:
                waiting.pop()
                graph.ways[moment] = sum(graph.ways[step.to] for step in graph.steps[moment]) or 1
        return graph

    def outcomes(self, moment: Moment) -> list[Outcome | None]:
        """How each worker ended by this moment; None for one that crashed or goes on."""
        nexts = [self._histories[stand].next if stand != _DEAD else None for stand in moment.stands]
        return [each if isinstance(each, Outcome) else None for each in nexts]

    def _steps(self, moment: Moment) -> Iterator[Step]:
        for worker, stand in enumerate(moment.stands):
            request = self._histories[stand].next if stand != _DEAD else None
            if isinstance(request, Request):
                yield from self._outcomes_of(moment, worker, request)

    def _outcomes_of(self, moment: Moment, worker: int, request: Request) -> Iterator[Step]:
        answer, state = self._table.apply(request, moment.state)
        yield self._step(moment, worker, request, answer, state)
        if self._late_index and request.of_index:
            late, _ = self._table.apply(request, self._start_state)
            if late != answer:
                yield self._step(moment, worker, request, late, state, note=" (index late)")
        if moment.faults:
            yield self._step(moment, worker, request, Fault(done=False), moment.state, note=" (not done)", cost=1)
            yield self._step(moment, worker, request, None, moment.state, note=" (crash before)", cost=1)
            if state != moment.state:
                yield self._step(moment, worker, request, Fault(done=True), state, note=" (answer lost)", cost=1)
                yield self._step(moment, worker, request, None, state, note=" (crash after)", cost=1)

    def _step(
        self,
        moment: Moment,
        worker: int,
        request: Request,
        answer: Answer | Fault | None,
        state: int,
        *,
        note: str = "",
        cost: int = 0,
    ) -> Step:
        stand = _DEAD if answer is None else self._next_stand(worker, moment.stands[worker], answer)
        stands = (*moment.stands[:worker], stand, *moment.stands[worker + 1 :])
        refused = " refused" if isinstance(answer, Answer) and not answer.ok else ""
        what = f"{self._workers[worker].name}: {request}{refused}{note}"
        return Step(worker, what, Moment(stands, state, moment.faults - cost))

    def _next_stand(self, worker: int, stand: int, answer: Answer | Fault) -> int:
        key = (worker, stand, answer)
        if key not in self._after:
            self._after[key] = self._stand(worker, (*self._histories[stand].answers, answer))
        return self._after[key]

    def _stand(self, worker: int, answers: tuple[Answer | Fault, ...]) -> int:
        self._histories.append(_History(answers, play(self._workers[worker], self._tools, answers)))
        return len(self._histories) - 1
