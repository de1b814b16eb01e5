"""Count a visit to a landing page (O18), once a browser session as the page sees it."""

from chalicelib.domain.errors import InvalidInput, Refused
from chalicelib.services.ports import Ports

#: A visit is lighter than a lead, but one address may not inflate somebody's numbers without end.
HOURLY_LIMIT = 200


def count_visit(ports: Ports, code: str, channel: str | None, address: str) -> None:
    """Add a visit, by one of CHANNELS or None; raises InvalidInput for a code nobody has.

    Over the hourly limit it is quietly not counted.
    """
    now = ports.now()
    transaction = ports.store.transaction()
    ports.store.participants.count(transaction, code, visits=1)
    ports.store.submissions.count(transaction, "visit", ports.pseudonyms.address(address), now, HOURLY_LIMIT)
    by_channel = {f"visits_{channel or 'unknown'}": 1}
    ports.store.statistics.count(transaction, now, code, visits=1, **by_channel)
    try:
        transaction.commit()
    except Refused as refused:
        if "participant" in refused.failed:
            raise InvalidInput.of("code", f"{code} is not one of our links") from refused
