"""What the stream and the schedule set going; app.py's event handlers and the one-machine runner both call these."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.services.publish import publish_leaderboard, rebuild_site
from chalicelib.services.react import Outcome, catch_up, follow_up
from chalicelib.storage.stream import change_in, change_of_key
from chalicelib.wiring import Program


def handle_records(program: Program, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Follow up stream records in order; returns the sequence numbers of those that failed, to be repeated."""
    failed = []
    for record in records:
        change = change_in(record)
        if change is None:
            continue
        if not follow_up(program.ports, program.outside, change):
            failed.append(str(record["dynamodb"]["SequenceNumber"]))
    return failed


def handle_schedule(program: Program) -> Outcome:
    """Work off what is due: what the stream could not finish, holds that ended, offers whose window opened."""
    keys = program.ports.store.work.due(program.ports.now())
    due = (change for key in keys if (change := change_of_key(*key)) is not None)
    outcome = catch_up(program.ports, program.outside, due)
    rebuild_site(program.ports, program.outside)
    return outcome


def bring_up_to_date(program: Program) -> Outcome:
    """After a start: everything the stream may have reported while nobody listened."""
    total = Outcome()
    while True:
        outcome = handle_schedule(program)
        total.done += outcome.done
        total.failed += outcome.failed
        if outcome.done == 0:
            publish_leaderboard(program.ports, program.outside)
            return total
