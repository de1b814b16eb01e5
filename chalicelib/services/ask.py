"""Ask a participant for referrals where the gate opens (P10-P13, S7, M16), and take the steps that follow (P30)."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.invitations import asked, decide_invitation, had_success, speaks_against
from chalicelib.domain.messages import Channel, Message, Template, message_id
from chalicelib.domain.participants import Invitation, Participant, Progress
from chalicelib.domain.results_review import ResultsReview, review_due
from chalicelib.domain.sequence import Due, advance, ended
from chalicelib.domain.settings import Settings
from chalicelib.services.ports import Ports

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def reconsider_invitation(
    ports: Ports, transaction: "Transaction", known: Participant, changed: Participant
) -> Participant:
    """Put the gate's decision on `changed`, and what follows from it into the transaction."""
    settings, now = ports.store.settings.get(), ports.now()
    decided = decide_invitation(
        changed, score_threshold=settings.score_threshold, now=now, ask_again_after=settings.ask_again_after
    )
    if (decided.status, decided.reasons, decided.rounds) == (
        known.invitation.status,
        known.invitation.reasons,
        known.invitation.rounds,
    ):
        decided = known.invitation
    return _carry_on(ports, transaction, known, _with(ports, transaction, changed, decided), settings, now)


def ask_now(
    ports: Ports, transaction: "Transaction", known: Participant, settings: Settings, by: str | None
) -> Participant:
    """Ask whatever the gate says; `by` is who decided so, None where the gate did."""
    now = ports.now()
    invited = _with(ports, transaction, known, asked(known, now, by))
    return _carry_on(ports, transaction, known, invited, settings, now)


def _with(ports: Ports, transaction: "Transaction", changed: Participant, decided: Invitation) -> Participant:
    """The participant with the decision; where that is to ask, with the message of this round and a new sequence."""
    rounds = len(decided.rounds)
    if rounds == len(changed.invitation.rounds):
        return replace(changed, invitation=decided)
    cause = changed.id if rounds == 1 else f"{changed.id}-{rounds}"
    _queue(ports, transaction, "invitation", "sms", changed.id, cause)
    ports.store.statistics.count(transaction, ports.now(), changed.id, invited=1)
    return replace(changed, invitation=decided, sequence=Progress(next_at=changed.sequence.next_at))


def _carry_on(
    ports: Ports,
    transaction: "Transaction",
    known: Participant,
    changed: Participant,
    settings: Settings,
    now: datetime,
) -> Participant:
    """Take the steps that are due, and plan the next look at this participant."""
    due, progress = advance(changed, settings.sequence, speaks_against(changed, settings.score_threshold), now)
    for step in due:
        _queue(ports, transaction, step.step.template, step.step.channel, changed.id, _cause(changed, step))
    return _plan(ports, transaction, known, replace(changed, sequence=progress), settings)


def stop_asking(ports: Ports, transaction: "Transaction", known: Participant, why: str) -> Participant:
    """End the sequence until the next ask; what else there is to look at stays planned."""
    stopped = replace(known, sequence=ended(known.sequence, why, ports.now()))
    return _plan(ports, transaction, known, stopped, ports.store.settings.get())


def plan_next_look(ports: Ports, transaction: "Transaction", known: Participant, changed: Participant) -> Participant:
    """Take the steps that are due and plan the next look, after a change that the gate does not ask about."""
    return _carry_on(ports, transaction, known, changed, ports.store.settings.get(), ports.now())


def _plan(
    ports: Ports, transaction: "Transaction", known: Participant, changed: Participant, settings: Settings
) -> Participant:
    """Plan the next look at a participant: for the next step, the pause's end, the results review."""
    now, job_at = ports.now(), changed.satisfaction.job_at
    review_at = review_due(job_at, changed.results, settings.results_review_after)
    if review_at is not None and review_at <= now and job_at is not None:
        ports.store.results_reviews.ask(transaction, changed.id, now)
        changed, review_at = replace(changed, results=ResultsReview(job_at, now)), None
    progress = changed.sequence
    looks = [at for at in (progress.next_at, _pause_ends(changed, settings), review_at) if at is not None]
    next_at = min(looks, default=None)
    if next_at is not None and next_at != known.sequence.next_at:
        ports.store.work.plan_following(transaction, changed.id, next_at)
    elif next_at is None and known.sequence.next_at is not None:
        ports.store.work.forget_following(transaction, changed.id)
    return replace(changed, sequence=replace(progress, next_at=next_at))


def _pause_ends(participant: Participant, settings: Settings) -> datetime | None:
    """When somebody may be asked again who waits for nothing else."""
    at = participant.invitation.asked_at
    if participant.invitation.status != "waiting" or at is None or not had_success(participant):
        return None
    return at + settings.ask_again_after


def _cause(participant: Participant, due: Due) -> str:
    """A business key: the round of asking, and the how manieth time of the step in it."""
    suffix = "-email" if due.step.channel == "email" else ""
    return f"{participant.id}-{len(participant.invitation.rounds)}-{due.number}{suffix}"


def _queue(
    ports: Ports, transaction: "Transaction", template: Template, channel: Channel, code: str, cause: str
) -> None:
    now = ports.now()
    message = Message(
        id=message_id(template, cause),
        template=template,
        channel=channel,
        recipient="participant",
        created_at=now,
        due_at=now,
        participant_id=code,
    )
    ports.store.messages.queue(transaction, message)
