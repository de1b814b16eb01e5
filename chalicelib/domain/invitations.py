"""The gate before the ask: finished, satisfied, nothing open, no no (P10-P12, S1-S4), and not too soon (M16)."""

from datetime import datetime, timedelta

from chalicelib.domain.participants import Invitation, InvitationStatus, Participant


def decide_invitation(
    participant: Participant, *, score_threshold: float, now: datetime, ask_again_after: timedelta | None = None
) -> Invitation:
    """Say whether the participant is to be asked now, and if not, every reason why.

    `waiting`: something is still to happen. `withheld`: something speaks against it. `sent`: ask, or asked before.
    Whoever was asked is asked again only after a success, and not before `ask_again_after` has passed; None is never.
    """
    before = participant.invitation
    if before.asked_at is not None and (ask_again_after is None or not had_success(participant)):
        return before
    against = speaks_against(participant, score_threshold)
    if against:
        return _decided(before, "withheld", against, now)
    missing = _missing(participant)
    if before.asked_at is not None and ask_again_after is not None and now < before.asked_at + ask_again_after:
        missing.append(
            f"asked on {before.asked_at:%Y-%m-%d}; not again before {before.asked_at + ask_again_after:%Y-%m-%d}"
        )
    if missing:
        return _decided(before, "waiting", missing, now)
    return asked(participant, now)


def asked(participant: Participant, now: datetime, by: str | None = None) -> Invitation:
    """The ask is made now; `by` is who made it past the gate."""
    rounds = (*participant.invitation.rounds, now)
    return Invitation("sent", (), now, asked=rounds, closed=participant.totals.closed, by=by)


def had_success(participant: Participant) -> bool:
    """Whether there is a new reason to ask since the last time (M16): a friend's job, or an own one, well done."""
    at, known = participant.invitation.asked_at, participant.satisfaction
    if at is None or participant.totals.closed > participant.invitation.closed:
        return True
    return known.job_at is not None and known.job_at > at and known.score_at is not None and known.score_at > at


def speaks_against(participant: Participant, score_threshold: float) -> list[str]:
    """Every reason why this participant is not to be asked, or reminded (DESIGN 5, rule 8)."""
    nowhere = ["no phone number to text"] if participant.phone is None else []
    return [*objections(participant, score_threshold), *nowhere]


def objections(participant: Participant, score_threshold: float) -> list[str]:
    """Why this participant is not to be written to about referrals, by whatever way."""
    satisfaction = participant.satisfaction
    reasons = []
    if participant.opted_out:
        reasons.append("opted out of messages")
    if participant.paused:
        reasons.append("paused by staff")
    if satisfaction.score is not None and satisfaction.score < score_threshold:
        reasons.append(f"the score {satisfaction.score:g} is below the threshold {score_threshold:g}")
    reasons.extend(f"issue {issue} is open" for issue in satisfaction.open_issues)
    return reasons


def _missing(participant: Participant) -> list[str]:
    reasons = []
    if participant.satisfaction.job_at is None:
        reasons.append("no job is completed yet")
    if participant.satisfaction.score is None:
        reasons.append("no score is known yet")
    return reasons


def _decided(before: Invitation, status: InvitationStatus, reasons: list[str], now: datetime) -> Invitation:
    return Invitation(status, tuple(reasons), now, asked=before.rounds, closed=before.closed)
