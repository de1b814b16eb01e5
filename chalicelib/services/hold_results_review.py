"""Hold a results review (O2): how it turned out, and where that is good, the ask for three introductions."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, Refused
from chalicelib.domain.invitations import speaks_against
from chalicelib.domain.messages import Message, message_id
from chalicelib.domain.participants import Participant
from chalicelib.domain.results_review import Outcome, ResultsReview
from chalicelib.services.ask import plan_next_look
from chalicelib.services.audit import record_audit
from chalicelib.services.ports import Ports, attempts
from chalicelib.services.record_commitment import Promise, add_commitment

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction


def hold_results_review(
    ports: Ports, code: str, outcome: Outcome, by: str, *, promise: Promise | None = None, note: str | None = None
) -> Participant:
    """Record the outcome. A good one brings the ask, through the gate, unless introductions were promised on the spot.

    Raises NotFound, InvalidInput for a promise that goes with a poor outcome, and Conflict where no job is done, or the
    review of the last one was held.
    """
    if promise is not None and outcome != "good":
        raise InvalidInput.of("promised", "goes with a good outcome")
    for _ in attempts():
        known = ports.store.participants.get(code)
        if known is None:
            raise NotFound("participant", code)
        job_at = known.satisfaction.job_at
        if job_at is None:
            raise Conflict(f"no job of {known.name} is completed yet")
        if known.results is not None and known.results.held_at is not None and known.results.job_at >= job_at:
            raise Conflict(f"the review of the last job was held on {known.results.held_at:%Y-%m-%d}")
        transaction = ports.store.transaction()
        now = ports.now()
        opened_at = known.results.opened_at if known.results and known.results.held_at is None else now
        held = ResultsReview(job_at, opened_at, outcome, now, by)
        if outcome == "good":
            held = replace(held, asked=_ask(ports, transaction, known, held, promise, by))
        changed = plan_next_look(ports, transaction, known, replace(known, results=held))
        ports.store.participants.change(transaction, changed)
        ports.store.results_reviews.forget(transaction, code)
        record_audit(ports, transaction, by, f"results review: {outcome}", code, note)
        try:
            transaction.commit()
        except Refused:
            continue
        return replace(changed, version=known.version + 1)
    raise AssertionError  # attempts() raises before this


def _ask(
    ports: Ports,
    transaction: "Transaction",
    known: Participant,
    held: ResultsReview,
    promise: Promise | None,
    by: str,
) -> str:
    """Ask for introductions, or record those that were promised; returns what became of the ask."""
    if promise is not None:
        made = add_commitment(ports, transaction, known, promise, by)
        return f"promised {made.promised}"
    against = speaks_against(known, ports.store.settings.get().score_threshold)
    open_promise = ports.store.commitments.newest(known.id)
    if open_promise is not None and open_promise.state == "open":
        against.append(f"{open_promise.id} is open: {open_promise.promised} are promised")
    if against:
        return "; ".join(against)
    now = ports.now()
    message = Message(
        id=message_id("introductions", f"{known.id}-{held.job_at:%Y%m%dT%H%M%S}"),
        template="introductions",
        channel="sms",
        recipient="participant",
        created_at=now,
        due_at=now,
        participant_id=known.id,
    )
    ports.store.messages.queue(transaction, message)
    return "queued"
