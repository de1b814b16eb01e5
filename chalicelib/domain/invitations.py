"""The gate before the ask: finished, satisfied, nothing open, nobody who said no (P10-P12, S1-S4)."""

from datetime import datetime

from chalicelib.domain.participants import Invitation, Participant


def decide_invitation(participant: Participant, *, score_threshold: float, now: datetime) -> Invitation:
    """Say whether the participant is to be asked now, and if not, every reason why.

    `waiting`: something is still to happen. `withheld`: something speaks against it. `sent`: ask, or asked before.
    """
    if participant.invitation.status == "sent":
        return participant.invitation
    against = list(_against(participant, score_threshold))
    if against:
        return Invitation("withheld", tuple(against), now)
    missing = list(_missing(participant))
    if missing:
        return Invitation("waiting", tuple(missing), now)
    return Invitation("sent", (), now)


def _against(participant: Participant, score_threshold: float) -> list[str]:
    satisfaction = participant.satisfaction
    reasons = []
    if participant.opted_out:
        reasons.append("opted out of messages")
    if participant.paused:
        reasons.append("paused by staff")
    if participant.phone is None:
        reasons.append("no phone number to text")
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
