"""Rule 10: nothing reads a whole table on a request's path, nor for the leaderboard."""

import re

from chalicelib.api.routes import ROUTES
from chalicelib.domain.participants import Participant, Totals
from chalicelib.services.publish import publish_leaderboard
from chalicelib.storage.store import Store
from tests.storage.faults import metered, wire
from tests.world import ROOT, START, World

_LEADERS = 10


#: Every path of the admin API that is read and has no parameter.
LISTS = [
    route.path.removeprefix("/v1/admin/")
    for route in ROUTES
    if route.method == "GET" and route.path.startswith("/v1/admin/") and "{" not in route.path
]


def enrol_many(store: Store, first: int, last: int) -> None:
    """Participants with closed referrals, many in a transaction."""
    for start in range(first, last, 40):
        transaction = store.transaction()
        for number in range(start, min(start + 40, last)):
            totals = Totals(closed=number + 1)
            person = Participant(f"{number:08}", f"Person {number}", "customer", START, totals=totals)
            store.participants.create(transaction, person, f"hash{number}")
        transaction.commit()


def test_the_leaderboard_costs_the_same_with_ten_participants_as_with_a_thousand(world: World) -> None:
    world.settings(leaderboard_public=True, leaderboard_size=_LEADERS)
    store = world.program.ports.store
    publish_leaderboard(world.program.ports, world.program.outside)
    costs, leaders = [], []
    for first, last in ((0, _LEADERS), (_LEADERS, 1000)):
        enrol_many(store, first, last)
        world.program.forget_settings()
        world.program.settings()
        with metered() as reading:
            leaders.append([leader.totals.closed for leader in store.participants.leaders(_LEADERS)])
        with metered() as publishing:
            publish_leaderboard(world.program.ports, world.program.outside)
        with metered() as asking:
            assert len(world.admin("GET", "leaderboard").json["entries"]) == _LEADERS
        costs.append((reading.cost, reading.operations, publishing.cost, asking.cost))
    assert leaders == [list(range(10, 0, -1)), list(range(1000, 990, -1))]
    assert costs[0] == costs[1]


def test_no_list_of_the_api_and_nothing_that_follows_is_a_scan(world: World) -> None:
    """The patterns of docs/data-model.md are watched where they are measured."""
    world.lead(world.enrol().id, sms_consent=True)
    with wire() as calls:
        for path in LISTS:
            assert world.admin("GET", path).status == 200, path
        world.settle_down()
    assert len(calls) > 50
    assert {call.operation for call in calls} & {"Scan", "ExecuteStatement"} == set()


def test_no_module_knows_how_to_scan_the_table() -> None:
    """But the one for leaving, which only its own use cases know. The engine may: it is the table."""
    asking = re.compile(r"\.scan\(|\bScan\b")
    sources = [path for path in (ROOT / "chalicelib").rglob("*.py") if "engine" not in path.parts]
    assert len(sources) > 50
    assert [path.name for path in sources if asking.search(path.read_text())] == ["whole.py"]
    reading = re.compile(r"store\.whole\b(?!\.state\b)")
    users = {path.name for path in sources if reading.search(path.read_text())}
    assert users == {"export_everything.py", "restore_everything.py", "forget_person.py"}
