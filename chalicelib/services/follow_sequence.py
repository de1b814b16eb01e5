"""Follow the sequence after an ask: take what is due, and end it when the participant answers or opts out (P30)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import NotFound, Refused
from chalicelib.domain.participants import Participant
from chalicelib.services.ask import reconsider_invitation, stop_asking
from chalicelib.services.ports import Ports, attempts

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def follow_sequence(ports: Ports, code: str) -> Participant | None:
    """Take the steps that are due and ask again where the pause is over; None where there is no such participant.

    Level-triggered: called too early, or twice, it changes nothing.
    """
    for _ in attempts():
        known = ports.store.participants.get(code)
        if known is None or known.invitation.status == "none":
            return known
        transaction = ports.store.transaction()
        changed = reconsider_invitation(ports, transaction, known, known)
        if changed == known:
            return known
        ports.store.participants.change(transaction, changed)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(changed, version=known.version + 1)
    raise AssertionError  # attempts() raises before this


def end_sequence(ports: Ports, code: str, why: str) -> Participant:
    """No further step until the next ask: the participant answered, or opted out. Raises NotFound."""
    for _ in attempts():
        known = ports.store.participants.get(code)
        if known is None:
            raise NotFound("participant", code)
        transaction = ports.store.transaction()
        changed = stop_asking(ports, transaction, known, why)
        if changed == known:
            return known
        ports.store.participants.change(transaction, changed)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(changed, version=known.version + 1)
    raise AssertionError  # attempts() raises before this


def look_after_success(
    ports: Ports, transaction: "Transaction", before: Participant, after: Participant
) -> Participant:
    """A friend's job went ahead: whoever was asked may be asked again (M16), so they are looked at at once."""
    if after.totals.closed <= before.totals.closed or after.invitation.asked_at is None:
        return after
    now = ports.now()
    ports.store.work.plan_following(transaction, after.id, now)
    return replace(after, sequence=replace(after.sequence, next_at=now))
