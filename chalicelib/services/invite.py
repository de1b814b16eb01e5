"""Text somebody their link now (P31): one tap by staff, through the gate, or past it with a note."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, Refused
from chalicelib.domain.invitations import decide_invitation
from chalicelib.domain.participants import Participant
from chalicelib.domain.settings import Settings
from chalicelib.services.ask import ask_now
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts

#: Two taps are one.
_ONCE_IN = timedelta(days=1)


def invite(ports: Ports, code: str, by: str, *, override: bool = False, note: str | None = None) -> Participant:
    """Ask at once. `override` asks past the gate, with a note; never who opted out or has no phone.

    Raises NotFound, InvalidInput for an override without a note, and Conflict with every reason of the gate.
    """
    if override and not note:
        raise InvalidInput.of("note", "says why the gate is passed, and is required with override")
    for _ in attempts():
        known = ports.store.participants.get(code)
        if known is None:
            raise NotFound("participant", code)
        settings = ports.store.settings.get()
        reasons = _reasons(ports, known, settings)
        if reasons and not override:
            raise Conflict(f"{known.name} is not to be asked now: {'; '.join(reasons)}")
        _refuse_what_nobody_may(ports, known)
        transaction = ports.store.transaction()
        invited = ask_now(ports, transaction, known, settings, by if reasons else None)
        ports.store.participants.change(transaction, invited)
        action = f"asked past the gate: {'; '.join(reasons)}" if reasons else "asked by hand"
        record_audit(ports, transaction, by, action, code, note)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(invited, version=known.version + 1)
    raise AssertionError  # attempts() raises before this


def _reasons(ports: Ports, known: Participant, settings: Settings) -> tuple[str, ...]:
    """What the gate has against asking now; nothing where it is open."""
    decided = decide_invitation(
        known,
        score_threshold=settings.score_threshold,
        now=ports.now(),
        ask_again_after=settings.ask_again_after,
    )
    if decided.rounds == known.invitation.rounds and not decided.reasons:
        return (f"asked on {known.invitation.asked_at:%Y-%m-%d}, and nothing new has gone well since",)
    return decided.reasons


def _refuse_what_nobody_may(ports: Ports, known: Participant) -> None:
    if known.opted_out:
        raise Conflict(f"{known.name} opted out of messages, which nobody may pass over")
    if known.phone is None:
        raise Conflict(f"{known.name} has no phone number to text")
    at = known.invitation.asked_at
    if at is not None and ports.now() - at < _ONCE_IN:
        raise Conflict(f"{known.name} was asked within the last day")
