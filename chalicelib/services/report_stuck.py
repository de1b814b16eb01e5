"""Tell the owner once a day, by day, what is stuck or waits for a person, if any of it is new (M8)."""

from chalicelib.domain.backlog import StuckReport, marks
from chalicelib.domain.errors import Refused
from chalicelib.domain.messages import Message, message_id
from chalicelib.domain.quiet_hours import is_open
from chalicelib.services.overview import PATIENCE
from chalicelib.services.ports import Ports


def report_stuck(ports: Ports) -> Message | None:
    """Look once a day, from the first open hour where the business is; None where there is nothing to be told.

    Called by every run of the schedule. The message's id is the day, and the look is kept with what it saw.
    """
    now, settings = ports.now(), ports.store.settings.get()
    zone = settings.business.zone
    today = now.astimezone(zone).date()
    last = ports.store.backlogs.last_report()
    if (last is not None and last.day >= today) or not is_open(settings.quiet_hours.hours, now, zone):
        return None
    seen = marks(ports.store.backlogs.all(now, PATIENCE))
    transaction = ports.store.transaction()
    ports.store.backlogs.write_report(transaction, StuckReport(today, seen, last.version if last else 0))
    message = None
    if seen - (last.seen if last else frozenset()):
        message = Message(
            id=message_id("stuck", f"{today}"),
            template="stuck",
            channel="sms" if settings.business.owner_phone or not settings.business.owner_email else "email",
            recipient="owner",
            created_at=now,
            due_at=now,
        )
        ports.store.messages.queue(transaction, message)
    try:
        transaction.commit()
    except Refused:
        # Another run was faster.
        return None
    return message
