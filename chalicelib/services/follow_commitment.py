"""Follow a promise of introductions: count what came, and send a letter when it has passed unfulfilled (F2-F5)."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.commitments import Commitment, counting, look
from chalicelib.domain.errors import Refused
from chalicelib.domain.invitations import objections
from chalicelib.domain.messages import Message, message_id
from chalicelib.domain.participants import Participant
from chalicelib.domain.settings import Settings
from chalicelib.services.ports import Ports, attempts

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction

#: More referrals than anybody can promise: only the newest of them are looked at.
_MOST = 100


def follow_commitment(ports: Ports, code: str, moved: Iterable[str] = ()) -> Commitment | None:
    """Look at a participant's last promise; None where there is none that counts.

    `moved` are referrals that came or went just now, which the list may not show yet. Level-triggered: called too
    early, or twice, it changes nothing.
    """
    for _ in attempts():
        known = ports.store.commitments.newest(code)
        if known is None or known.state == "withdrawn":
            return known
        participant = ports.store.participants.get(code)
        if participant is None:
            return None
        transaction = ports.store.transaction()
        changed = looked_at(ports, transaction, known, participant, ports.store.settings.get(), moved)
        if changed == known:
            return known
        ports.store.commitments.write(transaction, changed)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(changed, version=known.version + 1)
    raise AssertionError  # attempts() raises before this


def looked_at(
    ports: Ports,
    transaction: "Transaction",
    known: Commitment,
    participant: Participant,
    settings: Settings,
    moved: Iterable[str] = (),
) -> Commitment:
    """The promise as it stands now; a letter that is to go by e-mail is put into the transaction."""
    now = ports.now()
    changed = look(
        known,
        _introductions(ports, known, moved),
        objections(participant, settings.score_threshold),
        no_email=_no_email(participant, settings),
        terms=settings.commitments,
        now=now,
    )
    if len(changed.letters) > len(known.letters) and changed.letters[-1].by == "email":
        message = Message(
            id=message_id("commitment_reminder", f"{known.id}-{len(changed.letters)}"),
            template="commitment_reminder",
            channel="email",
            recipient="participant",
            created_at=now,
            due_at=now,
            participant_id=participant.id,
        )
        ports.store.messages.queue(transaction, message)
    return changed


def _introductions(ports: Ports, known: Commitment, moved: Iterable[str]) -> tuple[str, ...]:
    """What counts, by the items themselves: the index that lists them may be a moment behind."""
    listed, _ = ports.store.referrals.page(participant_id=known.participant_id, stage=None, limit=_MOST, cursor=None)
    seen = {referral.id for referral in listed}
    unseen = {*known.introductions, *moved} - seen
    return counting(known, [*listed, *ports.store.referrals.get_all(sorted(unseen))])


def _no_email(participant: Participant, settings: Settings) -> str | None:
    if participant.email is None:
        return "no e-mail address"
    return None if settings.business.address else "business.address is not set, and advertising must name it"
