"""Enrol a customer or partner: a permanent code, a share token, and no person twice (P1, P16, P25)."""

from dataclasses import dataclass, replace
from typing import Literal

from chalicelib.domain.enrolment import Enrolment
from chalicelib.domain.erasure import ERASED
from chalicelib.domain.errors import Conflict, Refused
from chalicelib.domain.identifiers import new_code
from chalicelib.domain.identities import Contact, Identity, is_job, token_hash
from chalicelib.domain.participants import Participant
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts

Outcome = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True)
class Enrolled:
    """Who was enrolled, and whether that was new, changed something, or changed nothing."""

    participant: Participant
    outcome: Outcome


def enrol(ports: Ports, enrolment: Enrolment, *, by: str | None = None) -> Enrolled:
    """Enrol a person, or bring a known one up to date; the phone or the outside id says who it is.

    An e-mail address decides only where no phone is given: households share them. `by` is the person who does it, for
    the audit; a tool's news leaves its event instead. Raises Conflict where phone and
    outside id belong to two participants.
    """
    for _ in attempts():
        known, held = _find(ports, enrolment)
        try:
            if known is None:
                return Enrolled(_create(ports, enrolment, held, by), "created")
            changed = _change(ports, known, enrolment, held, by)
            return Enrolled(changed, "unchanged" if changed is known else "changed")
        except Refused:
            continue
    raise AssertionError  # attempts() raises before this


def foresee(ports: Ports, enrolment: Enrolment) -> Outcome:
    """What `enrol` would do now; raises as it would, and changes nothing."""
    known, held = _find(ports, enrolment)
    if known is None:
        return "created"
    same = _updated(known, enrolment) == known and not _unbound(ports, known, enrolment, held)
    return "unchanged" if same else "changed"


def _find(ports: Ports, enrolment: Enrolment) -> tuple[Participant | None, dict[str, Identity]]:
    """Whom the enrolment means, and who holds each of its identities."""
    held = ports.store.identities.find(ports.pseudonyms.of(enrolment.contact))
    owner = _owner(ports, enrolment.contact, held)
    known = ports.store.participants.get(owner) if owner else None
    if owner and known is None:
        raise Conflict(f"the identity of participant {owner} stands without its participant")
    return known, held


def _owner(ports: Ports, contact: Contact, held: dict[str, Identity]) -> str | None:
    def holder(key: str) -> str | None:
        return held[key].participant_id if key in held else None

    # A job belongs to somebody, and says nothing of who that is: it may change hands.
    ids = [name for name in contact.external_ids if not is_job(name)]
    by_id = next((h for name in ids if (h := holder(ports.pseudonyms.external(name)))), None)
    by_phone = holder(ports.pseudonyms.phone(contact.phone)) if contact.phone else None
    if by_id and by_phone and by_id != by_phone:
        raise Conflict(
            f"the phone belongs to participant {by_phone} and the external id to {by_id}; merge or correct them first"
        )
    if by_id or by_phone:
        return by_id or by_phone
    return holder(ports.pseudonyms.email(contact.email)) if contact.email and not contact.phone else None


def _create(ports: Ports, enrolment: Enrolment, held: dict[str, Identity], by: str | None) -> Participant:
    now = ports.now()
    participant = Participant(
        id=new_code(ports.random_bytes),
        name=enrolment.name,
        segment=enrolment.segment or "customer",
        created_at=now,
        phone=enrolment.contact.phone,
        email=enrolment.contact.email,
        external_id=enrolment.external_id,
        address=enrolment.address,
    )
    transaction = ports.store.transaction()
    token = ports.pseudonyms.share_token(participant.id, participant.share_generation)
    ports.store.participants.create(transaction, participant, token_hash(token))
    ports.store.names.note(transaction, None, participant)
    for key in _claimable(ports, enrolment.contact, held, participant.id):
        ports.store.identities.claim_for_participant(transaction, key, participant.id)
    ports.store.statistics.count(transaction, now, participant.id, participants=1)
    if by is not None:
        record_audit(ports, transaction, by, "participant enrolled", participant.id)
    transaction.commit()
    return participant


def _change(
    ports: Ports, known: Participant, enrolment: Enrolment, held: dict[str, Identity], by: str | None
) -> Participant:
    changed, unbound = _updated(known, enrolment), _unbound(ports, known, enrolment, held)
    if changed == known and not unbound:
        return known
    transaction = ports.store.transaction()
    ports.store.participants.change(transaction, changed)
    ports.store.names.note(transaction, known, changed)
    for key in unbound:
        ports.store.identities.claim_for_participant(transaction, key, known.id)
    if by is not None:
        record_audit(ports, transaction, by, "participant changed", known.id)
    transaction.commit()
    return changed


def _updated(known: Participant, enrolment: Enrolment) -> Participant:
    """The participant with what the enrolment says; what it does not say stays. Whoever was erased stays erased."""
    if known.name == ERASED:
        return known
    return replace(
        known,
        name=enrolment.name,
        phone=enrolment.contact.phone or known.phone,
        email=enrolment.contact.email or known.email,
        external_id=enrolment.external_id or known.external_id,
        segment=enrolment.segment or known.segment,
        address=enrolment.address or known.address,
    )


def _unbound(ports: Ports, known: Participant, enrolment: Enrolment, held: dict[str, Identity]) -> list[str]:
    """The identities of the enrolment that could be the participant's and are not yet."""
    claimable = _claimable(ports, enrolment.contact, held, known.id) if known.name != ERASED else []
    return [key for key in claimable if key not in held or held[key].participant_id != known.id]


def _claimable(ports: Ports, contact: Contact, held: dict[str, Identity], code: str) -> list[str]:
    """All identities of the contact, less what somebody else holds: a household's e-mail, a job that changed hands."""
    keys = ports.pseudonyms.of(contact)
    return [key for key in keys if key not in held or held[key].participant_id in {None, code}]
