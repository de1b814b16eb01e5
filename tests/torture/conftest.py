"""One table for the tests of a file, and the long profile, which GOODWORD_TORTURE=1 asks for."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from chalicelib.services.ports import Outside
from chalicelib.storage.table import Item, create_table
from tests.torture.acting import Tools, senders
from tests.torture.calls import intercepted
from tests.torture.judge import Trial
from tests.torture.plots import Scenario
from tests.torture.table import Table
from tests.world import make_test_program

_COUNT = "schedules"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "torture: the long profile; runs only with GOODWORD_TORTURE=1")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("GOODWORD_TORTURE") == "1":
        return
    long = [item for item in items if item.get_closest_marker("torture")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="module")
def tools(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    """The real services over a table of their own; no stream, which would only grow, no expiry."""
    program, _ = make_test_program(engine, f"t-{uuid.uuid4().hex[:12]}", tmp_path_factory.mktemp("torture"))
    create_table()
    client = Item._get_connection().connection.client
    name = Item.Meta.table_name
    client.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    # The engine's clock is the real one, and what the scenarios keep for a while may be over by it.
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": False, "AttributeName": Item.expires_at.attr_name}
    )
    whole = program.outside
    with intercepted(client):
        yield Tools(program.ports, Outside(senders(), whole.wording, whole.site, whole.parsers, whole.webhooks))


@pytest.fixture
def table(tools: Tools) -> Table:
    """The table, with nothing known of it yet."""
    fresh = Table(Item._get_connection().connection.client)
    fresh.look()
    return fresh


@pytest.fixture
def count(record_property: Callable[[str, object], None], scenario: Scenario) -> Callable[[str, Trial], None]:
    """Note how many schedules a test went through, for the report's last lines."""

    def noted(profile: str, trial: Trial) -> None:
        graph = trial.graph
        record_property(_COUNT, (profile, scenario.__name__, graph.schedules, len(graph.steps), trial.table.calls_made))

    return noted


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was gone through: by profile and scenario, as docs/torture.md quotes it."""
    sums: dict[tuple[str, str], list[int]] = {}
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, value in getattr(report, "user_properties", ()):
            if name == _COUNT and report.when == "call":
                profile, scenario, *counts = value
                known = sums.setdefault((profile, scenario), [0, 0, 0])
                sums[profile, scenario] = [a + b for a, b in zip(known, counts, strict=True)]
    if sums:
        terminalreporter.section("schedules gone through")
    for (profile, scenario), (schedules, moments, calls) in sorted(sums.items()):
        terminalreporter.line(f"| {profile} | `{scenario}` | {schedules:,} | {moments:,} | {calls:,} |")
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "histories" and report.when == "call":
                terminalreporter.line(f"{value[0]:,} histories in {value[1]:,} s: {report.nodeid.rpartition('::')[2]}")
