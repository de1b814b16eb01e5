"""Explore one scenario and hold every moment of it against the rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tests.torture.acting import Outcome, Tools, Worker
from tests.torture.books import Books
from tests.torture.crashes import keep_schedule, redeliver
from tests.torture.explorer import Explored, Explorer, Moment, Step
from tests.torture.plots import Plot, Scenario, Scene
from tests.torture.rules import across, always, at_rest
from tests.torture.table import Table

_MOST_SHOWN = 5


@dataclass
class Trial:
    """One scenario from its first state; `acting` are those of its workers whose calls interleave.

    `violations` maps each thing that was found wrong to the first schedule that shows it.
    """

    table: Table
    tools: Tools
    plot: Plot
    start: int
    acting: tuple[Worker, ...]
    faults: int = 0
    late_index: bool = False
    violations: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, scenario: Scenario, table: Table, tools: Tools, *, faults: int = 0, late_index: bool = False
    ) -> "Trial":
        table.restore(table.empty)
        plot = scenario(Scene.open(tools))
        return cls(table, tools, plot, table.look(), plot.workers, faults, late_index)

    @cached_property
    def graph(self) -> Explored:
        return self._explorer.explore(self.start)

    @cached_property
    def _explorer(self) -> Explorer:
        return Explorer(self.table, self.tools, self.acting, faults=self.faults, late_index=self.late_index)

    def judge(self) -> "Trial":
        """Check every state, every write and every end."""
        self._check_states()
        self._check_ends()
        return self

    def outcomes(self, moment: Moment) -> list[Outcome | None]:
        """How each acting worker ended by this moment."""
        return self._explorer.outcomes(moment)

    def report(self) -> str:
        """What was found, each with one schedule that shows it."""
        shown = list(self.violations.items())[:_MOST_SHOWN]
        parts = [f"{what}\n    " + "\n    ".join(path) for what, path in shown]
        return f"{len(self.violations)} violations in {self.graph.schedules:,} schedules\n" + "\n".join(parts)

    def _check_states(self) -> None:
        self._note(always(self._books(self.start), self.tools.ports.pseudonyms), self.graph.start)
        seen, crossed = {self.start}, set()
        for moment, steps in self.graph.steps.items():
            for step in steps:
                pair = (moment.state, step.to.state)
                if pair[0] == pair[1] or pair in crossed:
                    continue
                crossed.add(pair)
                before, after = self._books(pair[0]), self._books(pair[1])
                self._note(across(before, after), moment, step)
                if pair[1] not in seen:
                    seen.add(pair[1])
                    self._note(always(after, self.tools.ports.pseudonyms), moment, step)

    def _check_ends(self) -> None:
        seen = set()
        for moment in self.graph.ends:
            outcomes = dict(zip((worker.name for worker in self.acting), self.outcomes(moment), strict=True))
            self._note(self._strange(outcomes), moment)
            left = tuple(worker for worker in self.plot.workers if worker.again or not _done(outcomes.get(worker.name)))
            if (moment.state, left) not in seen:
                seen.add((moment.state, left))
                self._note(self._wrong_after(moment.state, left), moment)

    def _strange(self, outcomes: dict[str, Outcome | None]) -> Iterator[str]:
        allowed = {*self.plot.refuses, *(("Unavailable",) if self.faults else ())}
        for name, outcome in outcomes.items():
            if outcome is None or outcome.error is None:
                continue
            if not outcome.expected or outcome.error.partition(":")[0] not in allowed:
                yield f"{name} ended with {outcome.error}"

    def _wrong_after(self, state: int, left: tuple[Worker, ...]) -> Iterator[str]:
        """What is wrong in an end, and after everything is delivered once more and the schedule has run on.

        `left`: whose work a machine repeats, or was not done and is asked for again.
        """
        if self.faults == 0:
            if self._books(state).looks:
                # A minute after an attribution its invoices are looked for once more.
                _, state = keep_schedule(self.table, self.tools, state)
            ended = self._books(state)
            yield from at_rest(ended)
            yield from self.plot.ends(ended)
        else:
            # Nobody clicks or submits again: what was begun must be right all the same.
            _, alone = keep_schedule(self.table, self.tools, state)
            yield from (f"without a redelivery, {wrong}" for wrong in self._wrong_at_rest(alone))
        again = redeliver(self.table, self.tools, left, state)
        outcomes, at_last = keep_schedule(self.table, self.tools, again)
        yield from (f"the schedule ended with {outcome.error}" for outcome in outcomes if outcome.error)
        yield from (f"after a redelivery, {wrong}" for wrong in self._wrong_at_rest(at_last))
        yield from (f"after a redelivery, {wrong}" for wrong in self._ends(self._books(at_last)))
        if self.faults == 0:
            yield from _moved(self._books(state), self._books(at_last))

    def _ends(self, books: Books) -> Iterable[str]:
        ends = self.plot.mishaps if self.faults and self.plot.mishaps else self.plot.ends
        return ends(books)

    def _wrong_at_rest(self, state: int) -> Iterator[str]:
        books = self._books(state)
        yield from always(books, self.tools.ports.pseudonyms)
        yield from at_rest(books)

    def _books(self, state: int) -> Books:
        return Books.of(self.table[state])

    def _note(self, wrongs: Iterable[str], moment: Moment, step: Step | None = None) -> None:
        for wrong in wrongs:
            if wrong not in self.violations:
                path = [*self.graph.path_to(moment), *([step] if step else [])]
                self.violations[wrong] = [each.what for each in path]


def _done(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.error is None


def _moved(ended: Books, at_last: Books) -> Iterator[str]:
    """One more settlement and one more redelivery change nothing."""
    for kind in ("participants", "referrals", "rewards", "ledger", "identities"):
        before, after = getattr(ended, kind), getattr(at_last, kind)
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        yield from (f"a redelivery changed {name}" for name in changed)
    yield from (f"a redelivery brought {name}" for name in at_last.messages.keys() - ended.messages.keys())
