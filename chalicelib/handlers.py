"""What the stream and the schedule set going; app.py's event handlers and the one-machine runner both call these."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from chalicelib.delivery.site_store import SiteStore, cache_control, content_type
from chalicelib.domain.changes import Change
from chalicelib.domain.measures import Measure
from chalicelib.domain.receipts import Receipt
from chalicelib.domain.replies import IncomingText
from chalicelib.inbound.aws_notices import Returned, read_notices
from chalicelib.services.note_receipt import note_receipt
from chalicelib.services.publish import publish_leaderboard, rebuild_site
from chalicelib.services.react import BATCH, Outcome, catch_up, follow_up
from chalicelib.services.receive_text import receive_text
from chalicelib.services.report_stuck import report_stuck
from chalicelib.services.suppress import suppress
from chalicelib.storage.counting import measure_in
from chalicelib.storage.stream import change_in, change_of_key
from chalicelib.wiring import Program


def handle_records(program: Program, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Follow up stream records in order; returns the sequence numbers of those that failed, to be repeated."""
    failed, counts = [], Counter[Measure]()
    for record in records:
        measure = measure_in(record)
        if measure is not None:
            counts[measure] += 1
        change = change_in(record)
        if change is None:
            continue
        if not follow_up(program.ports, program.outside, change):
            failed.append(str(record["dynamodb"]["SequenceNumber"]))
            counts["Failures"] += 1
    program.metrics.write(counts, program.ports.now())
    return failed


def handle_notices(program: Program, messages: Iterable[str]) -> None:
    """Follow what AWS published: texts that came in, receipts, mailboxes that are gone. Told again, it is safe."""
    for message in messages:
        for notice in read_notices(message):
            match notice:
                case IncomingText():
                    receive_text(program.ports, notice)
                case Receipt():
                    note_receipt(program.ports, notice)
                case Returned(emails, why):
                    for email in emails:
                        suppress(program.ports, program.ports.pseudonyms.email(email), why)


def handle_schedule(program: Program) -> Outcome:
    """Work off what is due: what the stream could not finish, holds that ended, offers, the day's report.

    While a restore is not finished nothing is: what it refers to may not be there.
    """
    if program.ports.store.whole.state() is not None:
        outcome = Outcome()
    else:
        outcome = catch_up(program.ports, program.outside, _due(program), most=BATCH)
        rebuild_site(program.ports, program.outside)
        report_stuck(program.ports)
    if program.config.stage is not None:
        _measure(program, outcome)
    return outcome


def _measure(program: Program, outcome: Outcome) -> None:
    now = program.ports.now()
    oldest = program.ports.store.work.oldest(now)
    waiting = (now - oldest).total_seconds() if oldest else 0.0
    program.metrics.write({"Failures": outcome.failed, "OldestUnfinishedSeconds": waiting}, now)


def missing_page(store: SiteStore) -> dict[str, Any]:
    """Answer, as a function's URL wants it, that a page is not there: the site's own page for it (DESIGN.md 6)."""
    page = store.get("404.html") or b"There is nothing here."
    headers = {"content-type": content_type("404.html"), "cache-control": cache_control("404.html")}
    return {"statusCode": HTTPStatus.NOT_FOUND.value, "headers": headers, "body": page.decode()}


def bring_up_to_date(program: Program) -> Outcome:
    """After a start: once everything the stream may have reported while nobody listened."""
    outcome = catch_up(program.ports, program.outside, _due(program))
    rebuild_site(program.ports, program.outside)
    publish_leaderboard(program.ports, program.outside)
    return outcome


def _due(program: Program) -> Iterator[Change]:
    for key in program.ports.store.work.due(program.ports.now()):
        change = change_of_key(*key)
        if change is not None:
            yield change
