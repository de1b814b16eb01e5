"""A participant's places on the boards of a month and of a year, beside the one of all time on their own item."""

from chalicelib.domain.leaderboard import closings, periods_of
from chalicelib.domain.participants import Participant
from chalicelib.storage.participants import board_key
from chalicelib.storage.reading import read_partition
from chalicelib.storage.table import Item
from chalicelib.storage.transaction import Transaction

_PREFIX = "BOARD#"


class StandingItem(Item):
    """`P#<code>` / `BOARD#<period>`: there is nothing in it but its place in the index."""


class Standings:
    """Who closed how many in which period; the participant's own counts are what it is written from."""

    def note(self, transaction: Transaction, before: Participant, after: Participant) -> None:
        """Move a participant on every board where their count changed; the participant's version guards it."""
        months = before.closed_in.keys() | after.closed_in.keys()
        self.write(transaction, after, {period for month in months for period in periods_of(month)}, before=before)

    def write(
        self, transaction: Transaction, participant: Participant, periods: set[str], before: Participant | None = None
    ) -> None:
        """Put them on these boards as they count now, or take them off; not where `before` counted the same."""
        for period in sorted(periods):
            closed = closings(participant, period)
            if before is not None and closed == closings(before, period):
                continue
            item = StandingItem(f"P#{participant.id}", f"{_PREFIX}{period}")
            if closed > 0:
                item.work_pk, item.work_sk = board_key(period, closed, participant.id)
                transaction.put("standing", item)
            else:
                transaction.delete("standing", item)

    def of(self, code: str) -> dict[str, int]:
        """The counts of one participant as the boards have them, by period."""
        items = read_partition(StandingItem, f"P#{code}", _PREFIX)
        return {item.sk.removeprefix(_PREFIX): int((item.work_sk or "0").partition("#")[0]) for item in items}
