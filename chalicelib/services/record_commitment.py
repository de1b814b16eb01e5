"""Record what a client promised, change it, and withdraw it (F1): one promise of a participant counts at a time."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.domain.commitments import MOST_DAYS_AHEAD, Commitment, due_moment
from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, Refused
from chalicelib.domain.participants import Participant
from chalicelib.domain.settings import Settings
from chalicelib.services.audit import record_audit
from chalicelib.services.follow_commitment import looked_at
from chalicelib.services.ports import Ports, attempts

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


@dataclass(frozen=True)
class Promise:
    """What was promised, by when; of a change, None leaves a thing as it is."""

    promised: int | None = None
    due_on: date | None = None
    note: str | None = None
    withdrawn: bool | None = None


def record_commitment(ports: Ports, code: str, promise: Promise, by: str) -> Commitment:
    """Record a promise. Raises NotFound, InvalidInput for a day that is over, and Conflict while another is open."""
    for _ in attempts():
        participant = ports.store.participants.get(code)
        if participant is None:
            raise NotFound("participant", code)
        transaction = ports.store.transaction()
        made = add_commitment(ports, transaction, participant, promise, by)
        try:
            transaction.commit()
        except Refused:
            continue
        return made
    raise AssertionError  # attempts() raises before this


def add_commitment(
    ports: Ports, transaction: "Transaction", participant: Participant, promise: Promise, by: str
) -> Commitment:
    """Put a new promise into a transaction; it takes the place of the last one, which must be at its end."""
    settings, now = ports.store.settings.get(), ports.now()
    if promise.promised is None or promise.due_on is None:
        raise InvalidInput.of("promised" if promise.promised is None else "due_on", "is required")
    require_day_to_come(ports, promise.due_on, settings)
    last = ports.store.commitments.newest(participant.id)
    if last is not None and last.state == "open":
        raise Conflict(f"{last.id} is still open; change it, or withdraw it first")
    due_at = due_moment(promise.due_on, settings.business.timezone)
    made = Commitment(
        participant_id=participant.id,
        number=last.number + 1 if last else 1,
        promised=promise.promised,
        due_on=promise.due_on,
        due_at=due_at,
        made_at=now,
        made_by=by,
        note=promise.note,
        next_at=due_at,
    )
    if last is not None:
        ports.store.commitments.require(transaction, last)
    ports.store.commitments.write(transaction, made)
    record_audit(ports, transaction, by, f"promise of {made.promised} by {made.due_on} recorded", made.id, promise.note)
    return replace(made, version=1)


def change_commitment(ports: Ports, code: str, number: int, change: Promise, by: str) -> Commitment:
    """Change or withdraw a promise. Raises NotFound, InvalidInput, and Conflict where a later one took its place."""
    for _ in attempts():
        known = ports.store.commitments.newest(code)
        participant = ports.store.participants.get(code)
        if known is None or participant is None or known.number < number:
            raise NotFound("commitment", f"com_{code}-{number}")
        if known.number != number:
            raise Conflict(f"{known.id} has taken the place of com_{code}-{number}")
        settings = ports.store.settings.get()
        transaction = ports.store.transaction()
        changed = _changed(ports, known, change, settings)
        if changed.state != "withdrawn":
            changed = looked_at(ports, transaction, changed, participant, settings)
        if changed == known:
            return known
        ports.store.commitments.write(transaction, changed)
        record_audit(ports, transaction, by, _what(known, changed), known.id, change.note)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(changed, version=known.version + 1)
    raise AssertionError  # attempts() raises before this


def require_day_to_come(ports: Ports, due_on: date, settings: Settings) -> None:
    """Refuse a due day that is over, or so far ahead that it was mistyped."""
    today = ports.now().astimezone(settings.business.zone).date()
    if not 0 <= (due_on - today).days <= MOST_DAYS_AHEAD:
        raise InvalidInput.of("due_on", f"must be a day from today on ({today}), at most two years ahead")


def _changed(ports: Ports, known: Commitment, change: Promise, settings: Settings) -> Commitment:
    changed = replace(known, promised=change.promised or known.promised, note=change.note or known.note)
    if change.due_on is not None and change.due_on != known.due_on:
        require_day_to_come(ports, change.due_on, settings)
        due_at = due_moment(change.due_on, settings.business.timezone)
        changed = replace(changed, due_on=change.due_on, due_at=due_at)
    if change.withdrawn and known.state != "withdrawn":
        return replace(changed, state="withdrawn", ended_at=ports.now(), next_at=None, why=None)
    if change.withdrawn is False and known.state == "withdrawn":
        return replace(changed, state="open", ended_at=None)
    return changed


def _what(known: Commitment, changed: Commitment) -> str:
    if changed.state == "withdrawn" and known.state != "withdrawn":
        return "promise withdrawn"
    if known.state == "withdrawn" and changed.state != "withdrawn":
        return f"promise of {changed.promised} by {changed.due_on} taken up again"
    return f"promise changed: {changed.promised} by {changed.due_on}"
